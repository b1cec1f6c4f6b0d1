"""Policy documents: least rights, and nothing that IAM would refuse or never match."""

import json
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from tests.unit.contracts.policies import lint_faults, managed_policies, policies, star_faults
from tests.unit.contracts.stack_files import STACK_FILES, every_stack_file, made
from tests.unit.recorder import record

MANAGED = {
    "AmazonSSMManagedInstanceCore": "Session Manager: AWS documents just this policy for it, and the actions of its message "
    "channels take no resource but * (Systems Manager User Guide, Service Authorization Reference)",
}
"""AWS's own policies that the platform gives, each with its reason."""
SUPPRESSED: dict[str, str] = {}
"""Findings of cfn-lint that stay, by their text, each with its reason."""


@every_stack_file
def test_no_policy_says_everything(name: str) -> None:
    found = list(policies(made(name).recorder))
    assert len(found) >= 2
    assert [fault for policy in found for fault in star_faults(policy)] == []
    assert managed_policies(made(name).recorder) <= set(MANAGED)


def test_cfn_lint_has_no_word_against_any_policy() -> None:
    found = [policy for name in STACK_FILES for policy in policies(made(name).recorder)]
    assert {policy.template[0] for policy in found} == {
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Role",
        "AWS::S3::BucketPolicy",
    }
    faults = lint_faults(found)
    assert [fault for fault in faults if not any(fault.endswith(text) for text in SUPPRESSED)] == []
    assert [text for text in SUPPRESSED if not any(fault.endswith(text) for fault in faults)] == []


def test_every_reason_is_still_needed() -> None:
    assert {name for stack in STACK_FILES for name in managed_policies(made(stack).recorder)} == set(MANAGED)


def _document(**statement: Any) -> dict[str, Any]:
    whole = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/x*", **statement}
    return {"Version": "2012-10-17", "Statement": [{key: value for key, value in whole.items() if value is not None}]}


def _declare(documents: dict[str, dict[str, Any]]) -> None:
    for name, document in documents.items():
        match name.split()[0]:
            case "trust":
                aws.iam.Role(name, assume_role_policy=json.dumps(document))
            case "bucket":
                aws.s3.BucketPolicy(name, bucket="b", policy=json.dumps(document))
            case "cluster":
                deep = {"HeadNode": {"Iam": {"Inline": [{"PolicyDocument": document}]}}}
                pulumi.CustomResource("parallelcluster:index:Cluster", name, {"configuration": deep})
            case _:
                aws.iam.Policy(name, policy=pulumi.Output.from_input(document).apply(json.dumps))


WRONG_STARS: dict[str, tuple[dict[str, Any], str]] = {
    "identity all": (_document(Action="*", Resource="*"), "the action *"),
    "identity any": (_document(Action=["s3:GetObject"], Resource=["*"]), "the resource * without a condition"),
    "identity not": (_document(Action=None, NotAction="iam:*"), "NotAction in an Allow"),
    "trust any": (_document(Principal={"AWS": ["*"]}, Action="sts:AssumeRole", Resource=None), "the principal *"),
    "bucket open": (_document(Principal="*"), "the principal * without a condition"),
    "cluster inline": (_document(Action="s3:*", Resource="*"), "the resource * without a condition"),
}


@pytest.mark.parametrize("name", WRONG_STARS)
def test_a_policy_that_says_everything_is_found(name: str) -> None:
    document, expected = WRONG_STARS[name]
    recorder = record(lambda: _declare({name: document}))
    assert expected in "\n".join(fault for policy in policies(recorder) for fault in star_faults(policy))


def test_a_condition_and_a_deny_may_speak_of_everything() -> None:
    condition = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
    documents = {
        "bucket own": _document(Principal="*", Condition=condition),
        "bucket deny": _document(Effect="Deny", Principal="*", Action="s3:*", Resource="*"),
    }
    found = list(policies(record(lambda: _declare(documents))))
    assert len(found) == 2
    assert [fault for policy in found for fault in star_faults(policy)] == []


WRONG_DOCUMENTS: dict[str, tuple[dict[str, Any], str]] = {
    "identity action": (_document(Action="s3:GetObjekt"), "W3037 'getobjekt' is not one of"),
    "identity effect": (_document(Effect="Permit"), "E3510 'Permit' is not one of"),
    "identity arn": (_document(Resource="b/*"), "E3510 'b/*' does not match"),
    "identity other": (
        _document(Resource="arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1"),
        "I3510 action 's3:GetObject'",
    ),
    "identity principal": (_document(Principal="*"), "E3510 Additional properties are not allowed"),
    "identity operator": (_document(Condition={"StringEqualz": {"aws:x": "1"}}), "E3510 'StringEqualz' does not match"),
    "identity old": ({**_document(), "Version": "2008-10-17"}, "W2511 IAM Policy Version"),
    "trust nobody": (_document(Action="sts:AssumeRole", Resource=None), "E3530 Only one of ['Principal'"),
    "bucket action": (
        _document(Principal={"AWS": "arn:aws:iam::1:root"}, Action="ec2:RunInstances"),
        "W3037 'ec2' is not",
    ),
    "cluster action": (_document(Action="s3:PutObjekt"), "W3037 'putobjekt' is not one of"),
}


def test_cfn_lint_finds_what_is_wrong() -> None:
    recorder = record(lambda: _declare({name: document for name, (document, _) in WRONG_DOCUMENTS.items()}))
    faults = lint_faults(list(policies(recorder)))
    unseen = [
        (name, text)
        for name, (_, text) in WRONG_DOCUMENTS.items()
        if not any(f"::{name} " in fault and text in fault for fault in faults)
    ]
    assert unseen == []
