"""One component: `component.yaml`, `build.sh` and `test.sh` in a folder."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, ValidationError

from settings.base import Section
from settings.image_systems import Architecture, Os

SHIPPED = Path(__file__).parent.parent.parent / "scripts" / "image" / "components"


class Unreadable(Exception):
    """A component's folder is not one; the text says why."""


class Parameter(Section):
    """A parameter: the scripts get it as a variable, `baseUrl` as BASE_URL; a flag as true or false, a list with spaces between."""

    kind: Literal["text", "list", "flag"]
    description: str
    default: str | bool | list[str] | None = None
    """None: the stack file must give it."""


class Definition(Section):
    """What `component.yaml` says."""

    name: str
    description: str
    software: str | None = None
    """What of versions.yaml the stack file's `version` or `versions` are about."""
    several: bool = False
    """Whether several versions stand side by side."""
    tools: list[str] = []
    """What of versions.yaml the scripts need besides, at its first default version."""
    os: list[Os] = []
    """Operating systems; empty: all."""
    architecture: list[Architecture] = []
    """Empty: all."""
    conflicts: list[str] = []
    """Components that cannot be in the same image."""
    timeout_minutes: int = 30
    """Of either script."""
    parallelcluster: dict[str, Any] = {}
    """Merged into the image document's section Build: what ParallelCluster does itself."""
    parameters: dict[str, Parameter] = {}
    build: str = Field(default="", exclude=True)
    """The text of build.sh."""
    test: str = Field(default="", exclude=True)
    """The text of test.sh."""


@cache
def shipped() -> tuple[str, ...]:
    """The names of the components that come with the platform."""
    return tuple(sorted(path.parent.name for path in SHIPPED.glob("*/component.yaml")))


@cache
def library() -> str:
    """What is put before each script: strict mode, downloads with checksums, packages by family."""
    return (SHIPPED.parent / "lib.sh").read_text()


@cache
def read(folder: Path) -> Definition:
    """A component from its folder. Raises Unreadable."""
    described = folder / "component.yaml"
    try:
        values = yaml.safe_load(described.read_text())
    except OSError as error:
        raise Unreadable(f"{described} cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise Unreadable(f"{described} is no YAML: {' '.join(str(error).split())}") from error
    scripts = {name: _script(folder / f"{name}.sh") for name in ("build", "test")}
    if not isinstance(values, dict) or any(name in values for name in scripts):
        raise Unreadable(f"{described} is no mapping of name, description and what the component needs")
    try:
        found = Definition.model_validate({**values, **scripts})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Unreadable(f"{described}: {where}: {first['msg']}") from error
    if not found.build and not found.parallelcluster:
        raise Unreadable(f"{folder / 'build.sh'} is missing")
    return found


def _script(path: Path) -> str:
    return path.read_text() if path.is_file() else ""
