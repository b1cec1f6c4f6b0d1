"""The schema that editors are given: fresh, no stricter than the program, and of use."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from settings import schema
from tests.unit.stack_file_corpus import cases, good_cases

ROOT = Path(__file__).resolve().parent.parent.parent
STACK_FILES = [*sorted(ROOT.glob("Pulumi.*.yaml")), *sorted((ROOT / "examples").glob("*.yaml"))]
VALIDATOR = jsonschema.Draft7Validator(json.loads(schema.FILE.read_text()))
MINIMUM = {"hpcstack:team": "genomics", "hpcstack:email": "hpc@example.org", "hpcstack:region": "eu-west-1"}


def faults(config: dict[str, Any]) -> list[str]:
    return [
        "/".join(map(str, error.path)) + ": " + error.message for error in VALIDATOR.iter_errors({"config": config})
    ]


def test_it_is_up_to_date_and_a_schema() -> None:
    assert schema.FILE.read_text() == schema.text(), "run: python -m settings.schema"
    jsonschema.Draft7Validator.check_schema(schema.schema())


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.name)
def test_the_projects_own_stack_files_fit_and_name_it(file: Path) -> None:
    text = file.read_text()
    assert faults(yaml.safe_load(text)["config"]) == []
    named = [line.partition("$schema=")[2] for line in text.splitlines() if "yaml-language-server" in line]
    assert [(file.parent / path).resolve() for path in named] == [schema.FILE]


def _plain(config: dict[str, Any]) -> dict[str, Any]:
    """As an editor's JSON: keys are texts, a secret is what `pulumi config set --secret` writes."""
    return json.loads(json.dumps(config, default=str))


def test_whatever_the_program_takes_fits() -> None:
    strict: list[str] = []
    for case in good_cases():
        secure = {key: {"secure": "v1:abc"} for key in case.secret_keys}
        strict += [f"{case.name}: {fault}" for fault in faults({**_plain(case.config), **secure})]
    assert strict == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"hpcstack:regoin": "eu-west-1"}, "config"),
        ({"hpcstack:cluster": {"headnode": {}}}, "config/hpcstack:cluster"),
        ({"hpcstack:environment": "staging"}, "config/hpcstack:environment"),
        ({"hpcstack:team": "Genomics"}, "config/hpcstack:team"),
        (
            {"hpcstack:cluster": {"queues": [{"name": "compute", "maxCount": 0}]}},
            "config/hpcstack:cluster/queues/0/maxCount",
        ),
        ({"hpcstack:budget": {"currency": "USD"}}, "config/hpcstack:budget"),
        ({"hpcstack:slurmDatabasePassword": "in-clear-text"}, "config/hpcstack:slurmDatabasePassword"),
        ({"hpcstack:image": "official"}, "config/hpcstack:image"),
    ],
)
def test_a_wrong_key_or_value_is_marked_where_it_stands(change: dict[str, Any], place: str) -> None:
    assert faults(MINIMUM) == []
    found = faults({**MINIMUM, **change})
    assert [fault.partition(": ")[0] for fault in found] == [place], found


def test_configuration_of_others_is_theirs() -> None:
    assert faults({**MINIMUM, "aws:region": "eu-west-1", "hpcstack:DomainPW": {"secure": "v1:abc"}}) == []


def test_a_good_part_of_what_the_program_refuses_is_marked() -> None:
    # What only AWS's answers show is in no file.
    of_aws = [case for case in cases() if case.network or case.folders or case.zones or case.image is not None]
    wrong = [case for case in cases() if not case.secret and case not in of_aws]
    marked = [case for case in wrong if faults(_plain(case.config))]
    assert len(marked) > len(wrong) / 3
