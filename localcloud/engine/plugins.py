"""The plugins `aws` and `command`: the official ones where they can be had, else the stand-ins of this project."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from localcloud import paths
from localcloud.engine import download, parts
from localcloud.engine.engine import Engine
from localcloud.engine.progress import say
from localcloud.engine.scripts import write_script
from localcloud.errors import LocalCloudError

_SITE = "https://get.pulumi.com/"
_INSTALL_SECONDS = 1200
"""For one plugin once its site has answered: aws is some hundred megabytes."""


@dataclass(frozen=True)
class Plugins:
    kind: Literal["official", "stand-in"]
    line: str
    """One line for the user."""


def prepare(engine: Engine, pulumi_home: Path) -> Plugins:
    """Make sure that `pulumi_home` has both plugins, in the versions of the installed SDKs: both official, or both stand-ins."""
    versions = {name: parts.wanted(name) for name in parts.PLUGINS}
    wanted = " and ".join(f"{name} {version}" for name, version in versions.items())
    choice = parts.choice()
    if choice == "official":
        _official(pulumi_home, versions)
        return Plugins("official", f"plugins {wanted}: the official ones")
    can_be_had = choice == "auto" and engine.official_plugins
    if can_be_had and all(_kept(engine, *item) for item in versions.items()):
        for name, version in versions.items():
            _link(_folder(pulumi_home, name, version), _folder(_cache(), name, version).iterdir())
        return Plugins("official", f"plugins {wanted}: the official ones")
    for name, version in versions.items():
        _stand_in(_folder(pulumi_home, name, version), name)
    why = f"{parts.VARIABLE}=stand-in" if choice == "stand-in" else "the official ones cannot be had here"
    return Plugins("stand-in", f"plugins {wanted}: this project's stand-ins ({why})")


def _official(pulumi_home: Path, versions: Mapping[str, str]) -> None:
    """Raises LocalCloudError with a line for each plugin that is missing."""
    found = {name: parts.plugin(name) for name in versions}
    if missing := [part.line for part in found.values() if part.path is None]:
        lines = "".join(f"\n  - {line}" for line in missing)
        raise LocalCloudError(f"{parts.VARIABLE}=official, and a part is missing:{lines}")
    for name, part in found.items():
        assert part.path
        folder = _folder(pulumi_home, name, versions[name])
        _link(folder, [part.path])


def _folder(pulumi_home: Path, name: str, version: str) -> Path:
    return pulumi_home / "plugins" / f"resource-{name}-v{version}"


def _cache() -> Path:
    """A home of pulumi that all clones share: official plugins are fetched once a machine."""
    return paths.CACHE / "pulumi-home"


def _kept(engine: Engine, name: str, version: str) -> bool:
    """Whether the cache has the official plugin, after an attempt to fetch it."""
    if (_folder(_cache(), name, version) / f"pulumi-resource-{name}").exists():
        return True
    if download.offline(paths.CACHE / "engine"):
        return False
    if reason := download.unreachable(_SITE):
        download.remember(paths.CACHE / "engine")
        say(f"the official plugins cannot be downloaded: {reason}")
        return False
    say(f"downloading the official plugin {name} {version}")
    command = [str(engine.pulumi), "plugin", "install", "resource", name, f"v{version}"]
    environment = {**os.environ, "PULUMI_HOME": str(_cache()), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=_INSTALL_SECONDS
        )
    except subprocess.TimeoutExpired:
        say(f"the official plugin {name} {version} is not there after {_INSTALL_SECONDS} s")
        return False
    if done.returncode:
        say(f"the official plugin {name} {version} cannot be installed: {(done.stderr or done.stdout).strip()}")
    return done.returncode == 0


def _link(folder: Path, kept: Iterable[Path]) -> None:
    """A real folder, for the engine passes over linked ones, with links to the kept plugin's files."""
    files = [file.absolute() for file in kept]
    if folder in [file.parent for file in files]:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in files:
        (folder / file.name).symlink_to(file)


def _stand_in(folder: Path, name: str) -> None:
    program = folder / f"pulumi-resource-{name}"
    if program.is_symlink():
        shutil.rmtree(folder)
    command = [sys.executable, "-m", f"localcloud.plugins.{name}"]
    write_script(program, command, {"PYTHONPATH": str(paths.ROOT)})
