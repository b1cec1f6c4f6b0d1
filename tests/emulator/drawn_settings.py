"""Random stack files, drawn from the model of the settings itself: a key that is new there is drawn here without a word.

What a draw gets wrong is taken out again, as a user would who reads the errors, until nothing is wrong. A seed draws the same
on every machine: neither AWS nor the stack files that lie about in the project's folder are asked.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from random import Random
from typing import Any
from unittest.mock import patch

from botocore.exceptions import NoCredentialsError

from components.stack_file import checked
from settings import SettingsError
from settings.load import read
from settings.model import SECRET_KEYS, Settings
from settings.problem import Path
from settings.remainder import without

MINIMUM = {"team": "genomics", "email": "hpc@example.org", "region": "eu-west-1"}
_GIVEN_CHANCE = 0.5
_ROUNDS = 25
_LEFT_OUT = {*MINIMUM, *SECRET_KEYS, "overrides", "suppressValidators"}
"""Fixed, secret, or judged by ParallelCluster alone."""
_TEXTS = (
    *("alpha", "beta-2", "corp.example.org", "/data", "/scratch/one", "10.1.0.0/16", "10.2.0.0/18", "198.51.100.0/24"),
    *(
        "c6i.xlarge",
        "c6i.8xlarge",
        "m6i.2xlarge",
        "c5n.18xlarge",
        "hpc7a.96xlarge",
        "p4d.24xlarge",
        "t3.micro",
        "t3.large",
    ),
    *("c7g.4xlarge", "t4g.small", "subnet-0123456789abcdef0", "subnet-0123456789abcdef1", "vpc-0123456789abcdef0"),
    *("ami-0123456789abcdef0", "fs-0123456789abcdef0", "fsvol-0123456789abcdef0", "sg-0123456789abcdef0"),
    *(
        "s3://some-bucket",
        "s3://some-bucket/some/prefix",
        "s3://some-bucket/script.sh",
        "https://example.org/script.sh",
    ),
    *(
        "arn:aws:iam::123456789012:policy/one",
        "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef",
    ),
    *("1-00:00:00", "120", "01:00", "1:00:00", "cr-0123456789abcdef0", "2026-12-01", "some-bucket", "hpcusers", "gp3"),
    *(
        "keep-ipc",
        "packages",
        "quarto",
        "hpc-admins@example.org",
        "arn:aws:sns:eu-west-1:123456789012:topic",
        "priority/multifactor",
        "eu-west-1a",
    ),
)
_MAPPINGS: Mapping[str, Mapping[str, Any]] = {
    "tags": {"costCenter": "4711", "project": "x"},
    "customSlurmSettings": {"PriorityType": "priority/multifactor", "MaxJobCount": 20000},
}


def draw(random: Random) -> tuple[dict[str, Any], Settings]:
    """A stack file without faults, with the settings that it means."""
    values = {**_section(random, _schema(), ()), **MINIMUM}
    for _ in range(_ROUNDS):
        try:
            return values, _checked(values)
        except SettingsError as error:
            found = error.problems
        choices = [[path for path in problem.about if path[0] not in MINIMUM] for problem in found]
        values = without(values, {_removed(random, random.choice(paths)) for paths in choices if paths})
    return dict(MINIMUM), Settings.model_validate(MINIMUM)


def _checked(values: Mapping[str, Any]) -> Settings:
    nobody = patch("components.aws_call.client", side_effect=NoCredentialsError())
    with nobody, patch("components.neighbours._others", return_value=()):
        return checked({f"hpcstack:{key}": _text(value) for key, value in values.items()}, (), "dev")


def _removed(random: Random, path: Path) -> Path:
    """Mostly the value itself; sometimes all that stands beside it, which ends quarrels between keys."""
    return path[:-1] if len(path) > 1 and random.random() < 0.1 else path


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@cache
def _schema() -> dict[str, Any]:
    return Settings.model_json_schema(by_alias=True)


def _section(random: Random, schema: Mapping[str, Any], path: Path) -> dict[str, Any]:
    required = schema.get("required", ())
    return {
        key: _value(random, part, (*path, key))
        for key, part in schema.get("properties", {}).items()
        if key not in _LEFT_OUT and (key in required or random.random() < _GIVEN_CHANCE)
    }


def _value(random: Random, schema: Mapping[str, Any], path: Path) -> Any:
    schema = _resolved(random, schema)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return random.choice(schema["enum"])
    match schema.get("type"):
        case "boolean":
            return random.random() < 0.5
        case "integer" | "number":
            return _number(random, schema)
        case "array":
            count = random.randint(schema.get("minItems", 0), min(schema.get("maxItems", 3), 3))
            return [_value(random, schema["items"], (*path, index)) for index in range(count)]
        case "object" if "properties" in schema:
            return _section(random, schema, path)
        case "object":
            return dict(_MAPPINGS.get(str(path[-1]), {}))
        case _:
            return random.choice(_fitting(tuple(0 if isinstance(part, int) else part for part in path)))


def _resolved(random: Random, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """One of the alternatives, with references followed."""
    while True:
        if "$ref" in schema:
            schema = _schema()["$defs"][schema["$ref"].rpartition("/")[2]]
        elif choices := schema.get("anyOf") or schema.get("oneOf"):
            schema = random.choice([one for one in choices if one.get("type") != "null"])
        else:
            return schema


def _number(random: Random, schema: Mapping[str, Any]) -> int:
    least = schema.get("minimum", 0)
    most = schema.get("maximum", max(64, least))
    return random.choice([least, most, random.randint(least, min(most, least + 16))])


@cache
def _fitting(path: Path) -> tuple[str, ...]:
    """The texts that are no fault by themselves at this key. All, if every one is: its section has other rules."""
    good = tuple(text for text in _TEXTS if not _faults(path, text))
    return good or _TEXTS


def _faults(path: Path, text: str) -> bool:
    """Whether the text at this place alone is refused by its own form."""
    value: Any = text
    for part in reversed(path[1:]):
        value = [value] if isinstance(part, int) else {part: value}
    raw = {**MINIMUM, str(path[0]): value}
    reading = read({f"hpcstack:{key}": _text(one) for key, one in raw.items()})
    return any(about == path for problem in reading.problems for about in problem.about)


def drawn(seed: int, count: int) -> Iterator[tuple[dict[str, Any], Settings]]:
    random = Random(seed)
    for _ in range(count):
        yield draw(random)
