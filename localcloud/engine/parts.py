"""Whose language host and plugins serve: one choice for a whole run, made by the environment variable HPCSTACK_PARTS.

- `auto`, the default: the official ones where they can be had, else this project's stand-ins; a line says which.
- `official`: the official ones, which must be there already; an error names each that is missing and how to get it.
- `stand-in`: the stand-in plugins, also where the official ones can be had. The language host comes with the engine.
"""

import os
import shutil
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal, cast, get_args

from localcloud import paths
from localcloud.engine import plugin_version
from localcloud.errors import LocalCloudError

VARIABLE = "HPCSTACK_PARTS"
Choice = Literal["auto", "official", "stand-in"]
PLUGINS = ("aws", "command")
LANGUAGE_HOST = "pulumi-language-python"
EXECUTOR = "pulumi-language-python-exec"
INSTALL_ENGINE = (
    "install pulumi whole, as https://www.pulumi.com/docs/install/ says: its archive holds the language hosts too"
)
_OURS = (b"localcloud.plugins", b"localcloud/engine/language_host.py", b"HPCSTACK_LANGUAGE_HOST")
"""What stands in this project's start scripts of these names."""
_SCRIPT_BYTES = 4096


def choice() -> Choice:
    """Raises LocalCloudError for a word that is none of the three."""
    word = os.environ.get(VARIABLE) or "auto"
    if word not in get_args(Choice):
        raise LocalCloudError(f"{VARIABLE}={word!r} is not allowed: one of {', '.join(get_args(Choice))}")
    return cast(Choice, word)


@dataclass(frozen=True)
class Part:
    """An official part: where it is, or why it cannot be taken and what to do."""

    name: str
    path: Path | None = None
    problem: str = ""
    remedy: str = ""

    @property
    def line(self) -> str:
        if self.path:
            return f"{self.name}: {self.path}"
        return f"{self.name}: {self.problem}; {self.remedy}"


def wanted(name: str) -> str:
    """The version of a plugin: that of the installed SDK, which uv.lock pins."""
    return metadata.version(f"pulumi-{name}")


def is_ours(program: Path) -> bool:
    """Whether a program is one of this project's start scripts."""
    with program.open("rb") as file:
        start = file.read(_SCRIPT_BYTES)
    return start.startswith(b"#!") and any(mark in start for mark in _OURS)


def plugin(name: str) -> Part:
    """The official plugin in the pinned version: on PATH, in the user's own home of pulumi, or in the cache of this project."""
    program, version = f"pulumi-resource-{name}", wanted(name)
    title, install = f"{program} {version}", f"pulumi plugin install resource {name} v{version}"
    if on_path := shutil.which(program):
        if problem := _why_not(Path(on_path), version):
            # Pulumi may prefer it to any other one.
            return Part(title, problem=f"{on_path} {problem}", remedy=f"take it off PATH, and run: {install}")
        return Part(title, Path(on_path))
    problem = "is not there"
    for home in homes():
        kept = home / "plugins" / f"resource-{name}-v{version}" / program
        if os.access(kept, os.X_OK):
            if not is_ours(kept):
                return Part(title, kept)
            problem = f"{kept} is this project's stand-in"
    return Part(title, problem=problem, remedy=f"run: {install}")


def homes() -> list[Path]:
    """Where pulumi keeps plugins: the user's own home of it, and the one that all clones of this project share."""
    own = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    return [own, paths.CACHE / "pulumi-home"]


def _why_not(program: Path, version: str) -> str | None:
    if is_ours(program):
        return "is this project's stand-in"
    found = plugin_version.ask(program)
    if found is None:
        return "does not tell its version as a plugin does"
    return None if found == version else f"is version {found}"


def language_host(pulumi: Path) -> Part:
    """The official host with its executor, beside the engine or on PATH. It has no version of its own: it comes with the engine."""
    where = os.pathsep.join([str(pulumi.resolve().parent), os.environ.get("PATH", os.defpath)])
    for name in (EXECUTOR, LANGUAGE_HOST):
        found = shutil.which(name, path=where)
        if found is None:
            return Part(name, problem=f"is neither beside {pulumi} nor on PATH", remedy=INSTALL_ENGINE)
        if is_ours(Path(found)):
            return Part(name, problem=f"{found} is this project's own", remedy=INSTALL_ENGINE)
    return Part(LANGUAGE_HOST, path=Path(found))
