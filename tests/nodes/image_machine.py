"""A machine that builds an image: the machines' root file system with a layer of its own, and a runner of AWSTOE documents in it.

The layer is mounted anew for each command in a mount namespace of its own: nothing stays mounted, whatever happens.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from localcloud.machines import debian

_ENTER = """
set -e
mount -t overlay overlay -o "lowerdir=$LOWER,upperdir=$UPPER,workdir=$WORK" "$ROOT"
mount -t proc proc "$ROOT/proc"
mount --rbind /dev "$ROOT/dev"
exec chroot "$ROOT" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root $VARIABLES bash
"""
_SECONDS = 1800
"""For one step, on a machine that has much else to do."""
_OUTSIDE = ("tmp", "proc", "dev", "run")
"""What is no part of an image."""


@dataclass(frozen=True)
class Machine:
    """`folder` holds the layer."""

    lower: Path
    folder: Path
    variables: str = ""
    """`NAME=value` words for the environment of every command."""

    def prepare(self) -> None:
        """A way to the mirror of Debian packages and to names, the authorities that this computer trusts; no services."""
        for name in ("upper/etc/apt", "work", "root"):
            (self.folder / name).mkdir(parents=True)
        (self._upper / "etc/apt/sources.list").write_text(f"deb {debian.mirror()} {debian.SUITE} main\n")
        # As in every build of a root file system: packages start no services.
        self.write("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n")
        for outside in ("/etc/resolv.conf", "/etc/ssl/certs/ca-certificates.crt"):
            inside = self._upper / outside.lstrip("/")
            inside.parent.mkdir(parents=True, exist_ok=True)
            inside.write_bytes(Path(outside).read_bytes())

    @property
    def _upper(self) -> Path:
        return self.folder / "upper"

    def shell(self, script: str) -> subprocess.CompletedProcess[str]:
        """A script in the machine, as root."""
        places = {
            "LOWER": str(self.lower),
            "UPPER": str(self._upper),
            "WORK": str(self.folder / "work"),
            "ROOT": str(self.folder / "root"),
            "VARIABLES": self.variables,
        }
        return subprocess.run(
            ["unshare", "--mount", "--", "sh", "-c", _ENTER],
            input=script,
            env={**os.environ, **places},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )

    def run(self, document: str, phase: str) -> subprocess.CompletedProcess[str]:
        """The steps of one phase of a document, one after the other, as AWSTOE's ExecuteBash; ends at the first that fails."""
        done = subprocess.CompletedProcess[str]([], 0, "", "")
        for step in _steps(document, phase):
            assert step["action"] == "ExecuteBash"
            done = self.shell("\n".join(step["inputs"]["commands"]))
            if done.returncode:
                break
        return done

    def write(self, path: str, content: str) -> None:
        """An executable in the machine."""
        file = self._upper / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        file.chmod(0o755)

    def snapshot(self) -> dict[str, tuple[Any, ...]]:
        """Every file that differs from the root file system: kind and mode, size, time of the last change, target of a link."""
        found: dict[str, tuple[Any, ...]] = {}
        for path in sorted(self._upper.rglob("*")):
            name = path.relative_to(self._upper)
            if name.parts[0] in _OUTSIDE:
                continue
            state = path.lstat()
            target = os.readlink(path) if path.is_symlink() else ""
            size = state.st_size if path.is_file() else 0
            found[str(name)] = (state.st_mode, size, state.st_mtime_ns, target)
        return found


def _steps(document: str, phase: str) -> list[dict[str, Any]]:
    return [step for one in yaml.safe_load(document)["phases"] if one["name"] == phase for step in one["steps"]]
