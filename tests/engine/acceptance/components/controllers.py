"""Two domain controllers, as far as the service goes: their machines do not boot here (tests/domain_controllers has them boot)."""

import json
from pathlib import Path
from typing import Any

import pulumi

from tests.engine.acceptance.component import Component, Parts
from tests.engine.acceptance.components.common import settings
from tests.engine.acceptance.ground import REGION, Clients, Ground


def _controllers(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.bucket import Bucket, BucketArgs
    from components.certificate_authority import CertificateAuthority, CertificateAuthorityArgs
    from components.domain_controllers import BACKUPS, PROGRAM, DomainControllers, DomainControllersArgs
    from scripts.domain_controller import bundle

    program = bundle.write(Path(ground.folder))
    files = BucketArgs(files={PROGRAM: program}, expiring={BACKUPS: arguments["days"]}, protected=False)
    chosen = settings(
        directory={"kind": "samba-ad", "maxPasswordAge": arguments["days"], "instanceType": arguments["type"]},
        jumpHost={"kind": "ec2"},
    )
    authority = CertificateAuthorityArgs(common_name="acceptance", protected=False, edition=1)
    args = DomainControllersArgs(
        settings=chosen.directory,
        region=REGION,
        vpc_id=ground.vpc,
        subnet_ids=pulumi.Output.from_input(arguments["subnets"]),
        vpc_cidrs=arguments["ranges"],
        partition=pulumi.Output.from_input("aws"),
        bucket=Bucket(f"{name}-bucket", files, opts),
        program=program.read_bytes(),
        admin_secret_arn=pulumi.Output.from_input(ground.secrets[0]),
        authority=CertificateAuthority(f"{name}-ca", authority, opts),
        protected=False,
        permissions_boundary=None,
        needs=[],
    )
    return DomainControllers(name, args, opts)


def _machines(aws: Clients, parts: Parts) -> dict[str, Any]:
    """The types of both, which stand on interfaces of their own, what the bucket tells them of the domain, and who may ask them."""
    found = [aws("ec2").describe_instances(InstanceIds=[parts[name].id])["Reservations"][0] for name in _BOTH]
    both = [one["Instances"][0] for one in found]
    addresses = {host: one["PrivateIpAddress"] for host, one in zip(_HOSTS, both, strict=True)}
    told = [_told(aws, one) for one in both]
    assert [(one["address"], one["peerAddress"]) for one in told] == [
        (addresses["dc1"], addresses["dc2"]),
        (addresses["dc2"], addresses["dc1"]),
    ]
    (age,) = {one["maxPasswordAgeDays"] for one in told}
    return {
        "types": [one["InstanceType"] for one in both],
        "days": age,
        "zones": len({_zone(one) for one in both}),
        "clients": _clients(aws, both[0]),
    }


def _clients(aws: Clients, machine: dict[str, Any]) -> list[str]:
    """The ranges that may ask a machine for names and accounts: those of the one list that its rules speak of."""
    ec2, (group,) = aws("ec2"), machine["SecurityGroups"]
    wanted = [{"Name": "group-id", "Values": [group["GroupId"]]}]
    rules = ec2.describe_security_group_rules(Filters=wanted)["SecurityGroupRules"]
    inward = [one for one in rules if not one["IsEgress"] and "ReferencedGroupInfo" not in one]
    (clients,) = {one["PrefixListId"] for one in inward}
    entries = ec2.get_managed_prefix_list_entries(PrefixListId=clients)["Entries"]
    return sorted(one["Cidr"] for one in entries)


def _told(aws: Clients, machine: dict[str, Any]) -> dict[str, Any]:
    """What a machine's first boot fetches, by the words that its user data gives the script."""
    import base64

    asked = {"InstanceId": machine["InstanceId"], "Attribute": "userData"}
    data = base64.b64decode(aws("ec2").describe_instance_attribute(**asked)["UserData"]["Value"]).decode()
    bucket, key, region = data.splitlines()[1].removeprefix("set -- ").split()
    assert region == REGION
    document = json.loads(aws("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
    aws("s3").head_object(Bucket=bucket, Key=document["programKey"])
    return document


def _zone(machine: dict[str, Any]) -> str:
    return machine["Placement"]["AvailabilityZone"]


def _stop_check(aws: Clients, parts: Parts) -> None:
    ec2, interface = aws("ec2"), parts["NetworkInterface::domaincontrollers-dc1"]
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface.id, Description={"Value": "by hand"})


_HOSTS = ("dc1", "dc2")
_CLIENTS = "ManagedPrefixList::domaincontrollers-clients"
_BOTH = [f"Instance::domaincontrollers-{host}" for host in _HOSTS]

ROWS = [
    Component(
        token="hpcstack:index:DomainControllers",
        make=_controllers,
        first=lambda g: {"days": 30, "type": "t3.small", "subnets": g.subnets, "ranges": ["10.0.0.0/16"]},
        change=lambda g: {"days": 60, "type": "t3.medium", "ranges": ["10.0.0.0/16", "100.64.0.0/16"]},
        changed=dict.fromkeys(_BOTH, frozenset({"instanceType"})) | {_CLIENTS: frozenset({"entries"})},
        replace=lambda g: {"subnets": list(reversed(g.subnets))},
        replaced=frozenset(),  # a domain is never lost to a network that moves: its machines stay where they are
        look=_machines,
        looks=lambda a: {"types": [a["type"]] * 2, "days": a["days"], "zones": 2, "clients": a["ranges"]},
        drift=_stop_check,
        drifted="NetworkInterface::domaincontrollers-dc1",
        vanish=lambda aws, parts: aws("ec2").terminate_instances(InstanceIds=[parts[_BOTH[0]].id]),
        vanished=frozenset({_BOTH[0]}),
    ),
]
