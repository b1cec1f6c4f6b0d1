"""Which resource types hold what cannot be made again.

Not a list of what the program happens to use: a type is stateful if cfn-lint's data says so of its CloudFormation counterpart, if
its class has an input by which AWS itself guards against deletion, or if it stands in MORE with its reason.
"""

import functools
import importlib.resources
import json
import re

from tests.unit.contracts.aws_types import inputs_of, is_aws

MORE = {
    "aws:directoryservice/directory:Directory": "the accounts and groups of the team",
    "aws:fsx/ontapStorageVirtualMachine:OntapStorageVirtualMachine": "the volumes of the team",
    "aws:fsx/ontapVolume:OntapVolume": "the files of the team",
    "parallelcluster:index:Cluster": "the head node's volume, and all jobs",
}
WITHIN = {
    ("hpcstack:index:DomainControllers", "aws:ec2/instance:Instance"): "one of two copies of the accounts",
    ("hpcstack:index:DomainControllers", "aws:ec2/networkInterface:NetworkInterface"): "the address that clients know",
}
"""Types that hold it only as children of one component: component, type, why."""
REMADE = {
    "aws:cloudwatch/logGroup:LogGroup": "logs age out by themselves",
}
"""Types that the rules below would call stateful, and why they are not."""
GUARDS = (
    "deletionProtection",
    "deletionProtectionEnabled",
    "finalSnapshotIdentifier",
    "recoveryWindowInDays",
    "deletionWindowInDays",
)
_SERVICES = {"logs": "cloudwatch", "opensearchservice": "opensearch"}


@functools.cache
def _counterparts() -> frozenset[tuple[str, str]]:
    """cfn-lint's stateful types as service and type in lower case, without the `DB` that only CloudFormation writes."""
    data = importlib.resources.files("cfnlint.data.AdditionalSpecs").joinpath("StatefulResources.json").read_text()
    found: set[tuple[str, str]] = set()
    for name in json.loads(data)["ResourceTypes"]:
        _, service, kind = name.split("::")
        found.add((_SERVICES.get(service.lower(), service.lower()), re.sub("^DB", "", kind).lower()))
    return frozenset(found)


@functools.cache
def is_stateful(token: str) -> bool:
    if token in MORE or token in REMADE or not is_aws(token):
        return token in MORE
    _, module, kind = token.split(":")
    service, kind = module.split("/")[0].lower(), kind.lower()
    # pulumi_aws has several types for one of CloudFormation: LustreFileSystem, OntapFileSystem, …
    listed = any(service == other and kind.endswith(one) for other, one in _counterparts())
    return listed or bool(inputs_of(token) & set(GUARDS))


def holds_state(urn: str) -> bool:
    """Whether one resource does, by its URN: type and parents."""
    *parents, token = urn.split("::")[2].split("$")
    return is_stateful(token) or any((parent, token) in WITHIN for parent in parents)
