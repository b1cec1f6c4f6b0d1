"""Each rule of the stand-in for pulumi-aws refuses and takes, at its stage, with path, what is allowed, and the value."""

from typing import Any

import pytest
from pulumi.provider.experimental.property_value import PropertyValue

from localcloud.plugins import values
from localcloud.plugins.aws import reference
from localcloud.plugins.aws.plugin import AwsPlugin
from localcloud.plugins.rules import APPLY, DELETE, PREVIEW, Rule
from tests.unit.aws_rule_cases import CASES, GOOD, SUBJECTS, Inputs
from tests.unit.aws_standin_rig import Made, Refused, Rig, secret, wire

TYPES = AwsPlugin().types


@pytest.fixture(scope="module")
def rig() -> Rig:
    with pytest.MonkeyPatch.context() as patch:
        # No rule asks AWS for anything.
        patch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        return Rig()


def rows() -> list[Any]:
    return [
        pytest.param(token, rule, *case, id=f"{token.rsplit(':', 1)[1]}-{rule.subject}-{type(rule).__name__}")
        for token, cases in CASES.items()
        for rule, case in zip(own_rules(token), cases, strict=True)
    ]


def own_rules(token: str) -> list[Rule]:
    """The rules of a type without those that all tagged types share."""
    return [rule for rule in TYPES[token].every_rule if type(rule).__name__ != "TagTexts" and rule.text != TAGS]


TAGS = next(rule.text for rule in TYPES["aws:ec2/vpc:Vpc"].every_rule if rule.subject == "tags")


def inputs_of(token: str, change: Inputs) -> Inputs:
    return {key: value for key, value in {**GOOD.get(token, {}), **change}.items() if value is not None}


@pytest.mark.parametrize(("token", "rule", "refused", "taken"), rows())
def test_rule_refuses_and_takes(rig: Rig, token: str, rule: Rule, refused: Inputs, taken: Inputs) -> None:
    wrong, right = inputs_of(token, refused), inputs_of(token, taken)
    assert rule.text in answer(rig, token, rule.stage, wrong)
    assert rule.text not in preview(rig, token, right)
    checked, _ = rig.check(token, right)
    assert list(rule.problems(values.plain_map(PropertyValue.unmarshal_map(checked)))) == []


def preview(rig: Rig, token: str, inputs: Inputs) -> str:
    """The failures of the check."""
    return "; ".join(f"{path}: {text}" for path, text in rig.check(token, inputs)[1].items())


def answer(rig: Rig, token: str, stage: str, inputs: Inputs) -> str:
    """What the stand-in says to inputs at a stage; at the stages before it says nothing."""
    if stage == PREVIEW:
        return preview(rig, token, inputs)
    assert preview(rig, token, inputs) == ""
    made = Made(token, "id", wire(inputs), wire(inputs))
    with pytest.raises(Refused) as refusal:
        rig.create(token, **inputs) if stage == APPLY else rig.delete(made)
    return str(refusal.value)


@pytest.mark.parametrize("token", sorted(TYPES))
def test_good_inputs_are_taken_at_every_stage(rig: Rig, token: str) -> None:
    checked, failures = rig.check(token, inputs_of(token, {}))
    state = values.plain_map(PropertyValue.unmarshal_map(checked))
    assert failures == {}
    assert [problem for stage in (APPLY, DELETE) for problem in TYPES[token].refusals(state, stage)] == []


def test_every_type_has_its_cases_in_one_place() -> None:
    assert sorted(token for subject in SUBJECTS for token in subject.CASES) == sorted(TYPES)
    assert [token for subject in SUBJECTS for token in subject.GOOD if token not in subject.CASES] == []


@pytest.mark.parametrize(
    ("tags", "refused"),
    [({"aws:x": "y"}, True), ({"a" * 129: "y"}, True), ({"a": "b" * 257}, True), ({"a" * 128: "b" * 256}, False)],
)
def test_tags(tags: dict[str, str], refused: bool) -> None:
    problems = list(TYPES["aws:ec2/vpc:Vpc"].refusals({"cidrBlock": "10.0.0.0/16", "tags": tags}, APPLY))
    assert [problem.path for problem in problems] == ["tags"] * refused


def test_all_refusals_of_a_stage_at_once_each_with_its_value(rig: Rig) -> None:
    role = {"assumeRolePolicy": "{", "maxSessionDuration": 1, "name": "a b"}
    _, failures = rig.check("aws:iam/role:Role", role)
    assert {path: text.rpartition("; ")[2] for path, text in failures.items()} == {
        "assumeRolePolicy": "got '{'",
        "maxSessionDuration": "got 1",
        "name": "got 'a b'",
    }
    database = inputs_of("aws:rds/instance:Instance", {"password": secret("a/b"), "backupRetentionPeriod": 36})
    with pytest.raises(Refused) as refusal:
        rig.create("aws:rds/instance:Instance", **database)
    assert "a/b" not in str(refusal.value)
    assert "backupRetentionPeriod: must be within 0..35; got 36" in str(refusal.value)


def test_a_value_of_the_wrong_kind_is_no_concern_of_the_rules(rig: Rig) -> None:
    _, failures = rig.check("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": "x", "name": "a b"})
    assert failures["retentionInDays"] == "expected integer, got string"
    assert "must consist of" in failures["name"]


def test_the_page_says_what_the_types_say() -> None:
    page = reference.PAGE.read_text()
    assert page == reference.written(page), "run: python -m localcloud.plugins.aws.reference"
