"""Every mistake of the corpus is refused in words that a user can act on; what lies beside its limit passes."""

import ast
import functools
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import BotoCoreError

from components import x509
from components.stack_file import checked
from planning import offerings
from planning.machine_image import Found
from settings import Problem, Settings, SettingsError
from settings.facts import instance_types, machines
from settings.facts.machines import Machine, machine
from tests.unit import existing_file_systems
from tests.unit.existing_networks import altered
from tests.unit.recorder import run
from tests.unit.stack_file_corpus import FOLDER, Case, cases, good_cases, read_cases

ROOT = Path(__file__).resolve().parent.parent.parent
CASES, GOOD = list(cases()), list(good_cases())
FORM = re.compile(r"[\w-]+:[^:]+(?::.*)?: .+ .+; allowed: .+; fix: .+")


LIKE = machine("c6i.xlarge")
assert LIKE is not None


class Silent(BotoCoreError):
    fmt = "{reason}"


def problems_of(case: Case) -> list[Problem]:
    """What the program finds wrong; empty for a good file. AWS is not asked: the case says what it would answer."""
    types = asked(case.offered, Silent(reason=case.unanswered) if case.unanswered else None)
    network = patch("components.existing_network._look", altered(case.network, Silent(reason=case.unanswered)))
    image = patch("components.machine_image._described", told(case))
    certificate = patch("components.rest_certificate._text", side_effect=held(case))
    folders = patch(
        "components.existing_folders.begin", existing_file_systems.begun(existing_file_systems.altered(case.folders))
    )
    with types, patch.dict(machines._ANSWERED, clear=True), network, image, certificate, folders:
        try:
            checked(case.raw, case.secret_keys, case.stack, of_zones=in_zones(case))
        except SettingsError as error:
            return error.problems
    return []


def in_zones(case: Case) -> Callable[[Settings], list[Problem]]:
    """What a preview finds in AWS's answer about zones."""
    return lambda settings: list(offerings.problems(settings, case.zones)) if case.zones else []


def asked(offered: Collection[str], failure: Exception | None = None) -> Any:
    """AWS's answer about instance types: those of the list and these, all alike."""

    def answers(client: Any, names: Collection[str], region: str) -> dict[str, Machine]:
        if failure:
            raise failure
        return {name: LIKE for name in names if name in offered or name in instance_types()}

    return patch("components.machine_answers.answers", side_effect=answers)


def told(case: Case) -> Callable[[str, str], Found | None]:
    """AWS's answer about an image."""

    def described(ami: str, region: str) -> Found | None:
        image = {"os": "ubuntu2404", "architecture": "x86_64"} | dict(case.change["image"])
        version = case.change.get("cluster", {}).get("version", "3.16.1")
        tags = {"parallelcluster:os": image["os"], "parallelcluster:version": version}
        if case.image is None:
            return Found(image["architecture"], tags=tags)
        return Found(**{"architecture": "x86_64", "tags": tags} | case.image) if case.image else None

    return described


def held(case: Case) -> Callable[[str], str]:
    """What a secret holds: a certificate of a name. AWS does not answer where the case says none."""

    def text(arn: str) -> str:
        if not case.certificate:
            raise Silent(reason="no credentials")
        authority = x509.new_authority("ours")
        return x509.issue(authority, [case.certificate], []) + x509.certificate_text(authority)

    return text


def errors_of(case: Case) -> list[str]:
    return [str(problem) for problem in problems_of(case)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_file_is_told_all_that_is_wrong(case: Case) -> None:
    assert errors_of(case) == list(case.errors)


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_what_lies_beside_the_limit_passes(case: Case) -> None:
    assert errors_of(case) == []


def test_the_corpus_is_large_and_its_names_are_distinct() -> None:
    names = [case.name for case in CASES]
    assert len(names) >= 150
    assert len(set(names)) == len(names)
    assert len(GOOD) >= 70


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_error_has_place_value_fault_what_is_allowed_and_a_remedy(case: Case) -> None:
    found = problems_of(case)
    assert found
    for problem in found:
        assert FORM.fullmatch(str(problem)), problem
        for part in (problem.path, problem.value, problem.fault, problem.allowed, problem.fix, problem.rule):
            assert part.strip() == part != ""
            assert not re.search(r"pydantic|Input should|Traceback|ValueError|<class|object at 0x|\n", part), problem
        assert not problem.fix.endswith(".")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_terminal_of_100_columns_shows_it_without_broken_lines(case: Case) -> None:
    long = [line for line in str(SettingsError(problems_of(case))).splitlines() if len(line) > 95]
    assert [line for line in long if max(map(len, line.split())) < 60] == []


def test_no_error_shows_a_secret() -> None:
    secrets = [case for case in CASES if "hunter2" in str(case.config).lower()]
    assert len(secrets) >= 8
    for case in secrets:
        assert "hunter2" not in str(SettingsError(problems_of(case))).lower()


def rules_of_the_code() -> Iterator[str]:
    """The name of every rule: the first argument of `refuse` and `weighed`, the last of `Problem`, and pydantic's own kinds."""
    for path in (*(ROOT / "settings").rglob("*.py"), *(ROOT / "planning").rglob("*.py")):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield from _rules_of_a_call(node, node.func.id)
            elif isinstance(node, ast.MatchValue) and path.name == "errors.py":
                yield ast.literal_eval(node.value)


def _rules_of_a_call(node: ast.Call, name: str) -> Iterator[str]:
    if name in ("refuse", "weighed"):
        yield from _names(node.args[0])
    elif name == "Problem":
        keyword = next((one.value for one in node.keywords if one.arg == "rule"), None)
        yield from _names(keyword or node.args[5])


def _names(node: ast.expr) -> Iterator[str]:
    """Texts only: a rule passed on by name comes from pydantic, or from two texts of which one is chosen."""
    if isinstance(node, ast.Constant):
        yield str(node.value)


@functools.cache
def rules_of_the_corpus() -> list[set[str]]:
    """Of each case."""
    return [{problem.rule for problem in problems_of(case)} for case in CASES]


def test_every_rule_is_hit_by_the_corpus() -> None:
    hit = set[str]().union(*rules_of_the_corpus())
    of_components = {"users-file", "local-users-file", "script-file", "existing-unanswered"}
    of_components |= {"slurm-rest-certificate", "slurm-rest-authority"}
    known = set(rules_of_the_code()) | {"type-unknown", "type-unanswered", *of_components}
    assert len(known) > 60
    assert known - hit == {"interfaces"}  # of what integrations want beside a stack file; test_interfaces.py
    assert hit - known == set()


def test_every_rule_has_a_file_beside_its_limit() -> None:
    found = rules_of_the_corpus()
    beside = {rule for case, rules in zip(CASES, found, strict=True) if case.good for rule in rules}
    assert set[str]().union(*found) - beside == set()


def test_every_rule_names_itself_by_a_text() -> None:
    """So that the test above sees it."""
    passed_on = {"errors.py", "types.py", "problem.py"}
    for path in (*(ROOT / "settings").rglob("*.py"), *(ROOT / "planning").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if path.name in passed_on or not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in ("refuse", "weighed", "Problem"):
                assert list(_rules_of_a_call(node, node.func.id)), f"{path}:{node.lineno}"


def test_nothing_else_raises_in_the_model() -> None:
    """A bare ValueError would reach a user without what is allowed and the remedy."""
    for path in (ROOT / "settings").rglob("*.py"):
        assert not re.search(r"raise (ValueError|AssertionError|TypeError)|model_validator", path.read_text()), path
        assert not re.search(r"StringConstraints|constr\(|pattern=", path.read_text()), (
            f"{path}: use settings.base.form"
        )


@pytest.mark.parametrize("name", ["a subnet too small for the nodes", "the cluster's own facts", "zones in quotes"])
def test_the_program_ends_before_it_declares_anything(name: str, caplog: pytest.LogCaptureFixture) -> None:
    (case,) = [case for case in CASES if case.name == name]
    made = run(**case.change)
    assert (made.exit_code, made.resources[1:]) == (32, [])  # the first is the stack itself
    assert "Traceback" not in caplog.text
    for problem in problems_of(case):
        assert problem.lines() in caplog.text


def test_unknown_instance_types_are_asked_for_in_one_call_and_known_ones_in_none() -> None:
    known, unknown = {"name": "a"}, {"name": "b", "instanceTypes": ["c99i.xlarge", "c98i.xlarge"]}
    for queues, calls in (([known], []), ([known, unknown], [({"c98i.xlarge", "c99i.xlarge"}, "eu-west-1")])):
        with asked({"c98i.xlarge", "c99i.xlarge"}) as answers, patch.dict(machines._ANSWERED, clear=True):
            case = Case(name="", change={"cluster": {"queues": queues}})
            checked(case.raw, (), "dev")
        assert [call.args[1:] for call in answers.call_args_list] == calls


def test_what_aws_says_of_a_type_is_weighed_like_what_the_list_says() -> None:
    queue = {"name": "b", "instanceTypes": ["c99i.xlarge"], "efa": True, "placementGroup": True}
    with asked({"c99i.xlarge"}), patch.dict(machines._ANSWERED, clear=True), pytest.raises(SettingsError) as caught:
        checked(Case(name="", change={"cluster": {"queues": [queue]}}).raw, (), "dev")
    assert [problem.rule for problem in caught.value.problems] == ["no-efa"]


def test_a_region_that_is_none_is_not_asked() -> None:
    case = Case(name="", change={"region": "moon", "cluster": {"headNode": {"instanceType": "c99i.xlarge"}}})
    with asked(()) as answers, pytest.raises(SettingsError) as caught:
        checked(case.raw, (), "dev")
    assert not answers.called
    assert [problem.rule for problem in caught.value.problems] == ["region"]


def test_each_value_of_a_file_with_many_mistakes_is_told_in_one_run() -> None:
    """Mistakes of single values do not hide those between values."""
    change = {
        "team": "G",
        "network": {"zone": 2, "cidr": "10.0.0.0/24"},
        "users": {"count": 5, "width": 0},
        "cluster": {
            "queues": [{"name": "a", "minCount": 9}, {"name": "a", "maxCount": -1}, {"name": "c", "maxCount": 300}]
        },
        "storage": {"folders": [{"name": "x", "mountDir": "/x"}, {"name": "x", "mountDir": "y"}]},
        "image": {"os": "rocky9", "architecture": "arm"},
    }
    assert {problem.rule for problem in problems_of(Case(name="", change=change))} == {
        "form",
        "extra_forbidden",
        "greater_than_equal",
        "users-without-directory",
        "counts",
        "queue-twice",
        "folder-twice",
        "no-official-image",
        "literal_error",
    }


def test_every_file_of_the_corpus_is_read() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {path.name for path in FOLDER.glob("*.yaml")}
    assert sum(len(read_cases(path)) for path in FOLDER.iterdir()) == len(CASES)
