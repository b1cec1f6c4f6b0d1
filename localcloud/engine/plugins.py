"""The plugins `aws` and `command`: the official ones where they can be had, else the stand-ins of this project."""

import subprocess
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from localcloud import paths
from localcloud.engine import download
from localcloud.engine.engine import Engine, write_script

_NAMES = ("aws", "command")
_LIMIT_SECONDS = 600


@dataclass(frozen=True)
class Plugins:
    kind: Literal["official", "stand-in"]
    line: str
    """One line for the user."""


def prepare(engine: Engine, pulumi_home: Path) -> Plugins:
    """Make sure that `pulumi_home` has both plugins in the versions of the installed SDKs."""
    versions = {name: metadata.version(f"pulumi-{name}") for name in _NAMES}
    wanted = " and ".join(f"{name} {version}" for name, version in versions.items())
    if engine.origin != "built" and all(_official(engine, pulumi_home, *item) for item in versions.items()):
        return Plugins("official", f"plugins {wanted}: the official ones")
    for name, version in versions.items():
        folder = _folder(pulumi_home, name, version)
        folder.mkdir(parents=True, exist_ok=True)
        write_script(folder / f"pulumi-resource-{name}", [str(_python()), "-m", f"localcloud.plugins.{name}"])
    return Plugins("stand-in", f"plugins {wanted}: this project's stand-ins (the official ones cannot be had here)")


def _folder(pulumi_home: Path, name: str, version: str) -> Path:
    return pulumi_home / "plugins" / f"resource-{name}-v{version}"


def _python() -> Path:
    return paths.ROOT / ".venv" / "bin" / "python"


def _official(engine: Engine, pulumi_home: Path, name: str, version: str) -> bool:
    """Fetch the official plugin into the cache, once a machine, and link it into `pulumi_home`."""
    cache = paths.CACHE / "pulumi-home"
    kept = _folder(cache, name, version)
    if not (kept / f"pulumi-resource-{name}").exists() and not _fetch(engine, cache, name, version):
        return False
    linked = _folder(pulumi_home, name, version)
    linked.parent.mkdir(parents=True, exist_ok=True)
    if not linked.is_symlink():
        linked.symlink_to(kept, target_is_directory=True)
    return True


def _fetch(engine: Engine, cache: Path, name: str, version: str) -> bool:
    if download.offline(paths.CACHE / "engine"):
        return False
    command = [str(engine.pulumi), "plugin", "install", "resource", name, f"v{version}"]
    environment = {"PULUMI_HOME": str(cache), "PULUMI_SKIP_UPDATE_CHECK": "true", "PATH": "/usr/bin:/bin"}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=_LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
