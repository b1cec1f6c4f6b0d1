"""Which Pulumi engine serves: one on PATH, the official download, or one built from its public Go module."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from localcloud import paths
from localcloud.engine import build, download, parts
from localcloud.engine.scripts import write_script
from localcloud.errors import LocalCloudError

_PINNED = re.search(r"github\.com/pulumi/pulumi/pkg/v3 v(\S+)", (Path(__file__).parent / "gomodule/go.mod").read_text())
if _PINNED is None:
    raise LocalCloudError("localcloud/engine/gomodule/go.mod does not pin github.com/pulumi/pulumi/pkg/v3")
VERSION = _PINNED[1]
"""Downloaded or built; and the oldest that is taken from PATH."""
_ASK_SECONDS = 120
_GARBAGE = "400"
"""Per cent of growth at which Go collects its garbage: its own 100 costs a fifth of the engine's processor time."""


@dataclass(frozen=True)
class Engine:
    """How to run pulumi. A built engine finds its language host beside it; that one runs what `language_host` names."""

    pulumi: Path
    origin: Literal["PATH", "download", "built"]
    language_host: Path | None = None
    line: str = ""
    """One line for the user: which engine, and why."""
    host_beside: bool = True
    """Whether the language host lies beside the engine; else PATH has it, and whatever plugin PATH has is taken too."""

    @property
    def official_plugins(self) -> bool:
        """Whether an attempt to install official plugins makes sense: not once the official site could not be reached."""
        return self.origin != "built"

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """`base` with what pulumi and the programs that it starts need to find each other."""
        if self.origin == "PATH":
            return dict(base)
        path = os.pathsep.join([str(self.pulumi.parent), base.get("PATH", os.defpath)])
        host = {build.LANGUAGE_HOST: str(self.language_host)} if self.language_host else {}
        # An engine built without C cannot ask who a user without USER is, and containers often set none.
        return {"USER": f"uid-{os.getuid()}", "GOGC": _GARBAGE, **base, "PATH": path, **host}


def ensure() -> Engine:
    """An engine that works here; made on first use, found again later. Raises LocalCloudError naming everything that was tried.

    With `HPCSTACK_PARTS=official` only one that has the official language host.
    """
    if parts.choice() == "official":
        return _official()
    tried: list[str] = []
    if on_path := _on_path(tried):
        return on_path
    folder = paths.CACHE / "engine"
    if official := download.ensure(VERSION, folder, tried):
        line = f"engine: pulumi {VERSION}, the official release ({'; '.join(tried)})"
        return Engine(official / "pulumi", "download", line=line)
    if built := build.ensure(VERSION, folder, tried):
        line = f"engine: pulumi {VERSION}, built from its Go module ({'; '.join(tried)})"
        return Engine(built / "pulumi", "built", _language_host(built), line)
    reasons = "".join(f"\n  - {reason}" for reason in tried)
    raise LocalCloudError(
        f"no Pulumi engine can be had here:{reasons}\nInstall pulumi {VERSION} or newer so that it is on PATH, or give this "
        "machine access to one of these, then run the same command again"
    )


def _official() -> Engine:
    tried: list[str] = []
    found = _on_path(tried)
    if found is None and (kept := download.ensure(VERSION, paths.CACHE / "engine", tried)):
        found = Engine(kept / "pulumi", "download", line=f"engine: pulumi {VERSION}, the official release")
    if found is None:
        reasons = "".join(f"\n  - {reason}" for reason in tried)
        raise LocalCloudError(
            f"{parts.VARIABLE}=official, and there is no official engine:{reasons}\n{parts.INSTALL_ENGINE}"
        )
    host = parts.language_host(found.pulumi)
    if host.path is None:
        raise LocalCloudError(f"{parts.VARIABLE}=official, and a part is missing:\n  - {host.line}")
    return found


def _on_path(tried: list[str]) -> Engine | None:
    found = shutil.which("pulumi")
    if found is None:
        tried.append("PATH has no pulumi")
        return None
    version = _version(found)
    if version is None or _numbers(version) < _numbers(VERSION):
        tried.append(f"{found} is version {version or 'unknown'}, older than {VERSION}")
        return None
    beside = str(Path(found).resolve().parent)
    host_beside = shutil.which(parts.LANGUAGE_HOST, path=beside) is not None
    if shutil.which(parts.LANGUAGE_HOST, path=os.pathsep.join([beside, os.environ.get("PATH", os.defpath)])) is None:
        tried.append(f"{found} has no {parts.LANGUAGE_HOST} beside it or on PATH")
        return None
    return Engine(Path(found), "PATH", line=f"engine: pulumi {version}, {found}", host_beside=host_beside)


def _version(pulumi: str) -> str | None:
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        asked = subprocess.run(
            [pulumi, "version"], env=environment, capture_output=True, text=True, check=False, timeout=_ASK_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = asked.stdout.strip().lstrip("v")
    return version if asked.returncode == 0 and _numbers(version) else None


def _numbers(version: str) -> tuple[int, ...]:
    match = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    return tuple(int(part) for part in match.groups()) if match else ()


def _language_host(built: Path) -> Path:
    """The start script of this project's language host, which an engine built from its module lacks."""
    script = paths.STATE / "bin" / parts.LANGUAGE_HOST
    # As a file, with -P, rather than as a module: the program that it runs must see no module path of ours.
    host = Path(__file__).with_name("language_host.py")
    executor = built / "pulumi-language-python-exec"
    write_script(script, [sys.executable, "-P", str(host), "--executor", str(executor)])
    return script
