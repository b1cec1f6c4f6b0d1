"""The bad stack files of tests/unit/bad_stack_files: how they are read, and what the engine would hand to the program.

A case: `name`; `change`, what differs from the three required keys (or from nothing, with `base: nothing`); `keys`, the same
with full keys; `secret`, keys that are encrypted; `stack`, its name; `offered`, which unknown instance types AWS has; `image`,
what AWS tells of `image.ami` (absent: an image that fits; empty: there is none); `unanswered`, why AWS could not be asked;
`zones`, the region's zones with the types that EC2 offers there, if a preview asks; `network`, in what an existing network is
not what the file needs (tests.unit.existing_networks.altered); `folders`, in what existing file systems are not
(tests.unit.existing_file_systems.altered); `errors`, the expected problems, each on a line;
`good`, files beside the limit that pass.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "bad_stack_files"
MINIMUM = {"team": "genomics", "email": "hpc@example.org", "region": "eu-west-1"}


class EngineLoader(yaml.CSafeLoader):
    """YAML as the engine reads it (Go's yaml.v3). tests/engine/test_bad_stack_files.py holds this against the engine.

    Only true and false are truth values; a number with a leading zero is octal or, where it cannot be, loses its zeros.
    """


EngineLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
EngineLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
EngineLoader.add_implicit_resolver("!zeros", re.compile(r"^0[0-9]*[89][0-9]*$"), ["0"])
EngineLoader.add_constructor("!zeros", lambda loader, node: int(loader.construct_scalar(node)))


@dataclass(frozen=True)
class Case:
    name: str
    change: dict[str, Any] = field(default_factory=dict[str, Any])
    base: str = "minimum"
    keys: dict[str, Any] = field(default_factory=dict[str, Any])
    secret: tuple[str, ...] = ()
    stack: str = "dev"
    offered: tuple[str, ...] = ()
    unanswered: str = ""
    network: dict[str, Any] = field(default_factory=dict[str, Any])
    folders: dict[str, Any] = field(default_factory=dict[str, Any])
    zones: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    image: dict[str, Any] | None = None
    certificate: str = ""
    errors: tuple[str, ...] = ()
    good: tuple[dict[str, Any], ...] = ()

    @property
    def config(self) -> dict[str, Any]:
        """The mapping below `config:` of the stack file."""
        base = MINIMUM if self.base == "minimum" else {}
        ours = {f"hpcstack:{key}": value for key, value in {**base, **self.change}.items()}
        return {**ours, **self.keys}

    @property
    def raw(self) -> dict[str, str]:
        return as_engine(self.config)

    @property
    def secret_keys(self) -> list[str]:
        return [f"hpcstack:{key}" for key in self.secret]


def as_engine(config: Mapping[str, Any]) -> dict[str, str]:
    """Flat texts, structured values as JSON, as a program finds them in PULUMI_CONFIG."""
    return {key: _text(_plain(value)) for key, value in config.items()}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        return f"{moment:%Y-%m-%d %H:%M:%S} +0000 UTC"
    return value


def read_cases(path: Path) -> list[Case]:
    return [_case(document) for document in yaml.load(path.read_text(), EngineLoader)]


def cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.yaml")):
        yield from read_cases(path)


def good_cases() -> Iterator[Case]:
    """The counterparts, each under its bad case's name."""
    for case in cases():
        for number, document in enumerate(case.good):
            yield _case({"name": f"{case.name}, not {number}", **document})


def _case(document: dict[str, Any]) -> Case:
    lists = {key: tuple(value) for key, value in document.items() if isinstance(value, list)}
    return Case(**{**document, **lists})
