"""Which Pulumi engine serves: one on PATH, the official download, or one built from its public Go module."""

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from localcloud import paths
from localcloud.engine import build, download
from localcloud.errors import LocalCloudError

VERSION = "3.217.0"
"""Downloaded or built; and the oldest that is taken from PATH."""
_HOST = "pulumi-language-python"


@dataclass(frozen=True)
class Engine:
    """How to run pulumi. A built engine finds its language host beside it; that one runs what `language_host` names."""

    pulumi: Path
    origin: Literal["PATH", "download", "built"]
    language_host: Path | None = None

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """`base` with what pulumi and the programs that it starts need to find each other."""
        path = os.pathsep.join([str(self.pulumi.parent), base.get("PATH", os.defpath)])
        host = {build.LANGUAGE_HOST: str(self.language_host)} if self.language_host else {}
        return {**base, "PATH": path, **host}


def ensure(say: Callable[[str], None] = lambda line: print(f"local cloud: {line}", flush=True)) -> Engine:
    """An engine that works here; made on first use, found again later. Raises LocalCloudError naming everything that was tried."""
    tried: list[str] = []
    if on_path := _on_path(tried):
        return on_path
    folder = paths.CACHE / "engine"
    if official := download.ensure(VERSION, folder, say, tried):
        return Engine(official / "pulumi", "download")
    built = build.ensure(VERSION, folder, say, tried)
    if built is None:
        reasons = "".join(f"\n  - {reason}" for reason in tried)
        raise LocalCloudError(
            f"no Pulumi engine can be had here:{reasons}\nInstall pulumi {VERSION} or newer so that it is on PATH, or give this "
            "machine access to one of these, then run the same command again"
        )
    return Engine(built / "pulumi", "built", _language_host(built))


def _on_path(tried: list[str]) -> Engine | None:
    found = shutil.which("pulumi")
    if found is None:
        tried.append("PATH has no pulumi")
        return None
    asked = subprocess.run([found, "version"], capture_output=True, text=True, check=False)
    version = asked.stdout.strip().lstrip("v")
    if asked.returncode or newer(VERSION, version):
        tried.append(f"{found} is version {version or 'unknown'}, older than {VERSION}")
        return None
    if (
        shutil.which(
            _HOST, path=os.pathsep.join([str(Path(found).resolve().parent), os.environ.get("PATH", os.defpath)])
        )
        is None
    ):
        tried.append(f"{found} has no {_HOST} beside it or on PATH")
        return None
    return Engine(Path(found), "PATH")


def newer(version: str, than: str) -> bool:
    """Whether `version` is above `than`; an unreadable one is below all."""
    return _numbers(version) > _numbers(than)


def _numbers(version: str) -> tuple[int, ...]:
    match = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    return tuple(int(part) for part in match.groups()) if match else ()


def _language_host(built: Path) -> Path:
    """The start script of this project's language host: localcloud.engine.language_host in the project's environment."""
    script = paths.STATE / "bin" / _HOST
    script.parent.mkdir(parents=True, exist_ok=True)
    executor = built / "pulumi-language-python-exec"
    write_script(script, [sys.executable, "-m", "localcloud.engine.language_host", "--executor", str(executor)])
    return script


def write_script(path: Path, command: list[str]) -> None:
    """An executable that runs `command` plus its own arguments, with the project on the module path."""
    words = " ".join(_quoted(word) for word in command)
    text = f'#!/bin/sh\nPYTHONPATH={_quoted(str(paths.ROOT))}\nexport PYTHONPATH\nexec {words} "$@"\n'
    if path.exists() and path.read_text() == text:
        return
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    partial.write_text(text)
    partial.chmod(partial.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    partial.replace(path)


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"
