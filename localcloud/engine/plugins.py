"""The plugins `aws` and `command`: the official ones where they can be had, else the stand-ins of this project."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from localcloud import paths
from localcloud.engine import download
from localcloud.engine.engine import Engine
from localcloud.engine.progress import say
from localcloud.engine.scripts import write_script

_NAMES = ("aws", "command")
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
    versions = {name: metadata.version(f"pulumi-{name}") for name in _NAMES}
    wanted = " and ".join(f"{name} {version}" for name, version in versions.items())
    if engine.official_plugins and all(_kept(engine, *item) for item in versions.items()):
        for name, version in versions.items():
            _link(_folder(pulumi_home, name, version), _folder(_cache(), name, version))
        return Plugins("official", f"plugins {wanted}: the official ones")
    for name, version in versions.items():
        _stand_in(_folder(pulumi_home, name, version), name)
    return Plugins("stand-in", f"plugins {wanted}: this project's stand-ins (the official ones cannot be had here)")


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


def _link(folder: Path, kept: Path) -> None:
    """A real folder, for the engine passes over linked ones, with links to the kept plugin's files."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in kept.iterdir():
        (folder / file.name).symlink_to(file)


def _stand_in(folder: Path, name: str) -> None:
    program = folder / f"pulumi-resource-{name}"
    if program.is_symlink():
        shutil.rmtree(folder)
    command = [sys.executable, "-m", f"localcloud.plugins.{name}"]
    write_script(program, command, {"PYTHONPATH": str(paths.ROOT)})
