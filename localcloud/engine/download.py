"""The official release of the Pulumi engine, with its language hosts."""

import hashlib
import platform
import shutil
import tarfile
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

_ARCHIVE = "https://get.pulumi.com/releases/sdk/pulumi-v{version}-{system}-{machine}.tar.gz"
_SUMS = "https://github.com/pulumi/pulumi/releases/download/v{version}/pulumi-{version}-checksums.txt"
_CONNECT_SECONDS = 5
_OFFLINE_SECONDS = 6 * 3600
"""How long a refused download is remembered, so that later runs do not wait for it again."""


def ensure(version: str, folder: Path, say: Callable[[str], None], tried: list[str]) -> Path | None:
    """The folder with `pulumi`, downloaded on first use and checked against the published checksums; None if it cannot be had."""
    ready = folder / f"release-{version}"
    if (ready / "pulumi").exists():
        return ready
    if offline(folder):
        tried.append("the official download could not be reached a short while ago")
        return None
    url = _ARCHIVE.format(version=version, system=platform.system().lower(), machine=_machine())
    folder.mkdir(parents=True, exist_ok=True)
    try:
        sums = _get(_SUMS.format(version=version)).decode()
        say(f"downloading pulumi {version}")
        archive = _get(url)
        _check(archive, sums, url.rpartition("/")[2])
    except (OSError, ValueError) as error:
        tried.append(f"the official download {url}: {getattr(error, 'reason', error)}")
        _marker(folder).touch()
        return None
    _unpack(archive, ready, folder)
    return ready


def offline(folder: Path) -> bool:
    """Whether the official site could not be reached in the last hours."""
    marker = _marker(folder)
    return marker.exists() and time.time() - marker.stat().st_mtime < _OFFLINE_SECONDS


def _marker(folder: Path) -> Path:
    return folder / "official-site-not-reached"


def _machine() -> str:
    return {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(platform.machine().lower(), platform.machine())


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=_CONNECT_SECONDS) as answer:
        return bytes(answer.read())


def _check(archive: bytes, sums: str, name: str) -> None:
    expected = next((line.split()[0] for line in sums.splitlines() if line.endswith(name)), None)
    found = hashlib.sha256(archive).hexdigest()
    if expected != found:
        raise ValueError(f"its SHA-256 is {found}, and the release publishes {expected or 'none for ' + name}")


def _unpack(archive: bytes, ready: Path, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        packed = Path(temporary, "pulumi.tar.gz")
        packed.write_bytes(archive)
        with tarfile.open(packed) as opened:
            opened.extractall(temporary, filter="data")
        shutil.rmtree(ready, ignore_errors=True)
        Path(temporary, "pulumi").rename(ready)
