"""Documents of EC2 Image Builder (schema 1.0 of its runner AWSTOE) from the components that a stack file chooses.

ParallelCluster's build-image (3.16) takes components by ARN and passes them no parameters, so values are written into the document.
"""

import hashlib
import re
import shlex
from dataclasses import dataclass
from typing import Any

import yaml

from settings import Problem, Settings
from settings.image_components import Choice, Unreadable, library
from settings.problem import Path, weighed
from settings.rules.image_components import choice_of, definition_of

LONGEST = 16_000
"""Characters of a document that CreateComponent takes (API reference of EC2 Image Builder, `data`)."""


@dataclass(frozen=True)
class Planned:
    """A component of the image. With `arn` it is in the account already, and the rest is empty."""

    name: str
    description: str = ""
    version: str = ""
    data: str = ""
    arn: str | None = None


def planned(settings: Settings) -> list[Planned]:
    """The components of the stack's image that need a document, and those of the account, in the stack file's order."""
    found: list[Planned] = []
    for component in settings.image.components:
        definition = definition_of(component)
        if definition is None:
            found.append(Planned(name=str(component.arn), arn=component.arn))
            continue
        choice = choice_of(settings, component, definition)
        data = document(choice, settings.image.os, settings.image.architecture, tests=settings.image.tests)
        if data:
            found.append(Planned(definition.name, definition.description, version(data), data))
    return found


def by_parallelcluster(settings: Settings) -> dict[str, Any]:
    """What components ask ParallelCluster's own installation to do: keys of the image document's section Build."""
    build: dict[str, Any] = {}
    for component in settings.image.components:
        definition = definition_of(component)
        build |= definition.parallelcluster if definition else {}
    return build


def problems(settings: Settings) -> list[Problem]:
    """Documents that EC2 Image Builder would refuse, or read otherwise than the scripts mean."""
    found: list[Problem] = []
    for index, component in enumerate(settings.image.components):
        path: Path = ("image", "components", index)
        try:
            definition = definition_of(component)
        except (Unreadable, KeyError):
            continue
        if definition is None:
            continue
        image = settings.image
        data = document(choice_of(settings, component, definition), image.os, image.architecture, tests=image.tests)
        if len(data) > LONGEST:
            fault = "makes a document that is longer than EC2 Image Builder takes"
            fix = "shorten its scripts, or have them fetch what is long"
            found.append(weighed("component-long", path, definition.name, fault, f"{LONGEST} characters at most", fix))
        if "{{" in data:
            fix = "write the two braces with a space between them"
            found.append(
                weighed(
                    "component-braces",
                    path,
                    definition.name,
                    "has {{ in a script or a value",
                    "none: AWSTOE would put a value of its own there",
                    fix,
                )
            )
    return found


def document(choice: Choice, os: str, architecture: str, *, tests: bool) -> str:
    """The document as YAML; empty if the component has nothing to run. The same choice gives the same text, byte for byte."""
    definition = choice.definition
    variables = _variables(choice, os, architecture)
    scripts = [("build", definition.build), *([("test", definition.test)] if tests else [])]
    phases = [
        {
            "name": name,
            "steps": [_step(name, f"{variables}\n{_spaced(library() + script)}", definition.timeout_minutes)],
        }
        for name, script in scripts
        if script
    ]
    if not phases:
        return ""
    whole = {
        "name": definition.name,
        "description": definition.description,
        "schemaVersion": 1.0,
        "phases": phases,
    }
    return yaml.dump(whole, Dumper=_Dumper, sort_keys=False, width=10_000, allow_unicode=True)


def version(data: str) -> str:
    """A semantic version that changes if and only if the document does; each number is below 2^30, as Image Builder wants it."""
    number = int.from_bytes(hashlib.sha256(data.encode()).digest()[:8])
    return f"1.{number >> 34}.{number & (2**30 - 1)}"


def _spaced(script: str) -> str:
    """Tabs at the beginning of lines as spaces: YAML has no blocks with tabs."""
    return re.sub(r"^\t+", lambda tabs: "  " * len(tabs[0]), script, flags=re.MULTILINE)


def _step(name: str, command: str, minutes: int) -> dict[str, Any]:
    return {
        "name": name.capitalize(),
        "action": "ExecuteBash",
        "timeoutSeconds": minutes * 60,
        "onFailure": "Abort",
        "inputs": {"commands": [command]},
    }


def _variables(choice: Choice, os: str, architecture: str) -> str:
    downloads = [f"{one.software} {one.version} {one.url} {one.sha256}" for one in choice.downloads]
    values = {
        "component": choice.definition.name,
        "os": os,
        "architecture": architecture,
        "versions": " ".join(choice.versions),
        "downloads": "\n".join(downloads),
        **choice.parameters,
    }
    return "\n".join(f"{_upper(name)}={shlex.quote(value)}" for name, value in values.items())


def _upper(name: str) -> str:
    return "".join(f"_{sign}" if sign.isupper() else sign for sign in name).replace("-", "_").upper()


class _Dumper(yaml.SafeDumper):
    """Scripts as blocks, one line of the document for one of theirs."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)  # pyright: ignore[reportUnknownMemberType]


_Dumper.add_representer(str, _text)
