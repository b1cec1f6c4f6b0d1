"""The root file system of the machines: Debian with what a controller installs, made once and kept in the user's cache."""

import fcntl
import hashlib
import shutil
import subprocess
import urllib.request
from pathlib import Path

import pytest

from localcloud import bytecode, packages, paths
from scripts.domain_controller import system

SUITE = "trixie"
"""Samba 4.22; Ubuntu 24.04, for which the program is written, has 4.19. Debian's boto3 before it takes no AWS_ENDPOINT_URL."""
_BASE = ("systemd", "systemd-sysv", "systemd-resolved", "dbus", "udev", "iproute2", "ca-certificates", "python3")
_SOURCES = Path("/etc/apt/sources.list.d/debian.sources")
_PACKAGES = "/usr/lib/python3/dist-packages"
_BUILD_SECONDS = 1200


def root_file_system() -> Path:
    """Its folder. Skips without a mirror that answers."""
    wanted = [*_BASE, *system.PACKAGES]
    recipe = hashlib.sha256(" ".join([SUITE, _PACKAGES, *wanted]).encode()).hexdigest()[:12]
    folder = paths.CACHE / f"controllers-{recipe}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _make(folder, wanted)
    return folder


def install_tools() -> None:
    if missing := packages.ensure(packages.FOR_MACHINES).missing:
        pytest.skip(f"needs root and the Debian packages {' '.join(missing)}")


def _make(folder: Path, wanted: list[str]) -> None:
    mirror = _mirror()
    fresh = folder.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    command = [
        "mmdebstrap",
        "--variant=minbase",
        f"--include={','.join(wanted)}",
        "--components=main",
        SUITE,
        str(fresh),
        mirror,
    ]
    own = bytecode.not_ours()
    done = subprocess.run(command, env=own, capture_output=True, text=True, timeout=_BUILD_SECONDS, check=False)
    if done.returncode:
        shutil.rmtree(fresh, ignore_errors=True)
        pytest.fail(f"the machines' root file system cannot be made: {done.stderr.strip()[-300:]}")
    # Else each machine compiles anew what Samba's programs import.
    compiled = subprocess.run(
        ["chroot", str(fresh), "python3", "-m", "compileall", "-q", _PACKAGES], env=own, check=False
    )
    assert compiled.returncode == 0
    # All packages are there: the machines have no way out to an archive.
    (fresh / "etc/apt/sources.list").write_text("")
    fresh.rename(folder)


def _mirror() -> str:
    """The address of the Debian mirror that this machine uses. Skips where there is none, or none that answers."""
    mirror = next((line.split()[1] for line in _lines() if line.startswith("URIs:")), "")
    if not mirror:
        pytest.skip(f"needs a Debian mirror in {_SOURCES}")
    release = f"{mirror.rstrip('/')}/dists/{SUITE}/InRelease"
    try:
        urllib.request.urlopen(release, timeout=20).close()
    except OSError as error:
        pytest.skip(f"needs Debian {SUITE}: {release}: {error}")
    return mirror


def _lines() -> list[str]:
    return _SOURCES.read_text().splitlines() if _SOURCES.exists() else []
