"""Every policy document that a program renders, and what cfn-lint and our own rules say of it."""

import functools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.unit.contracts.walk import documents, texts
from tests.unit.recorder import Recorder

_PLACES = {
    ("aws:iam/role:Role", ".assumeRolePolicy"): ("AWS::IAM::Role", "AssumeRolePolicyDocument"),
    ("aws:s3/bucketPolicy:BucketPolicy", ".policy"): ("AWS::S3::BucketPolicy", "PolicyDocument"),
}
"""Where cfn-lint knows a policy of another sort than one of an identity."""
_IDENTITY = ("AWS::IAM::ManagedPolicy", "PolicyDocument")
_LOOSE = re.compile(r"^arn:[a-z-]+:iam::aws:policy/(?P<name>.+)$")


@dataclass(frozen=True)
class Policy:
    where: str
    document: dict[str, Any]
    template: tuple[str, str]
    """CloudFormation's type and property of such a policy."""


def policies(recorder: Recorder) -> Iterator[Policy]:
    """Of every resource, at any depth, also inside the documents of cluster and image."""
    for one in recorder.resources:
        for path, document in documents(one.raw):
            if "Statement" in document:
                yield Policy(f"{one.urn} {path}", document, _PLACES.get((one.token, path), _IDENTITY))


def managed_policies(recorder: Recorder) -> set[str]:
    """Names of AWS's own policies that roles are given, by attachment or in a document."""
    found = (_LOOSE.match(text.value) for one in recorder.resources for text in texts(one.raw))
    return {match["name"] for match in found if match}


def star_faults(policy: Policy) -> list[str]:
    """What an Allow must not say. (A Deny may speak of everything.)"""
    found: list[str] = []
    for statement in _list(policy.document["Statement"]):
        if statement.get("Effect") == "Deny":
            continue
        found += [f"{key} in an Allow" for key in ("NotAction", "NotResource", "NotPrincipal") if key in statement]
        if "*" in _list(statement.get("Action")):
            found.append("the action *")
        if "*" in _list(statement.get("Resource")) and not statement.get("Condition"):
            found.append("the resource * without a condition")
        if _anybody(statement.get("Principal")) and not statement.get("Condition"):
            found.append("the principal * without a condition")
    return [f"{policy.where}: {fault}" for fault in found]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _anybody(principal: Any) -> bool:
    values = principal.values() if isinstance(principal, dict) else [principal]
    return any("*" in _list(value) for value in values)


def lint_faults(found: list[Policy]) -> list[str]:
    """What cfn-lint says, each document once, all in one template: its start is what takes time."""
    different = {json.dumps([policy.template, policy.document], sort_keys=True): policy for policy in found}
    numbered = {f"P{index}": policy for index, policy in enumerate(different.values())}
    resources = {
        number: {"Type": policy.template[0], "Properties": _properties(number, policy)}
        for number, policy in numbered.items()
    }
    return [f"{numbered[number].where}: {fault}" for number, fault in _lint(json.dumps({"Resources": resources}))]


def _properties(number: str, policy: Policy) -> dict[str, Any]:
    required = {"Bucket": number} if policy.template[0] == "AWS::S3::BucketPolicy" else {}
    return {**required, policy.template[1]: policy.document}


@functools.cache
def _lint(template: str) -> list[tuple[str, str]]:
    from cfnlint.api import lint  # late: it takes seconds
    from cfnlint.config import ManualArgs

    # I3510: an action and the ARN of another type of resource; informational by default, so it must be asked for.
    matches = lint(template, config=ManualArgs(include_checks=["I3510"], regions=["eu-west-1"]))
    return [(str(match.path[1]), f"{match.rule.id} {match.message[:200]}") for match in matches]
