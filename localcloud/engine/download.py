"""The official release of the Pulumi engine, with its language hosts."""

import hashlib
import platform
import shutil
import tarfile
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from localcloud import locks
from localcloud.engine.progress import progress, say

_ARCHIVE = "https://get.pulumi.com/releases/sdk/pulumi-v{version}-{system}-{machine}.tar.gz"
_SUMS = "https://github.com/pulumi/pulumi/releases/download/v{version}/pulumi-{version}-checksums.txt"
_ANSWER_SECONDS = 6
"""For the first answer. A network that drops packets would else hold each of a site's addresses for its own time-out."""
_STALL_SECONDS = 30
_REMEMBERED_SECONDS = 6 * 3600
"""How long a failure is remembered, so that later runs do not wait for it again."""
_CHUNK = 1 << 20


def ensure(version: str, folder: Path, tried: list[str]) -> Path | None:
    """The folder with `pulumi`, downloaded on first use and checked; None, with the reason in `tried`, if that fails."""
    ready = folder / f"release-{version}"
    if (ready / "pulumi").exists():
        return ready
    url = _ARCHIVE.format(version=version, system=platform.system().lower(), machine=_machine())
    if offline(folder):
        tried.append(f"the official download {url}: not reached a short while ago")
        return None
    with locks.held(folder / "download.lock", lambda: say("waiting for another download of the engine")):
        if (ready / "pulumi").exists():
            return ready
        if reason := unreachable(_SUMS.format(version=version)) or _fetch(version, url, ready):
            tried.append(f"the official download {url}: {reason}")
            remember(folder)
            return None
    return ready


def offline(folder: Path) -> bool:
    """Whether the official download failed in the last hours."""
    marker = _marker(folder)
    return marker.exists() and time.time() - marker.stat().st_mtime < _REMEMBERED_SECONDS


def remember(folder: Path) -> None:
    """Note in `folder` that the official download failed now."""
    folder.mkdir(parents=True, exist_ok=True)
    _marker(folder).touch()


def unreachable(url: str, seconds: float = _ANSWER_SECONDS) -> str | None:
    """Why `url` does not answer within `seconds`; None if it does. Redirects are followed; nothing of its content is read."""
    found: list[str | None] = []

    def ask() -> None:
        try:
            urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=seconds).close()
            found.append(None)
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            if not isinstance(reason, TimeoutError):
                found.append(str(reason))

    # A thread, because name servers and each of several addresses have time-outs of their own.
    asker = threading.Thread(target=ask, daemon=True)
    asker.start()
    asker.join(seconds)
    return found[0] if found else f"no answer within {seconds:g} s"


def _marker(folder: Path) -> Path:
    return folder / "official-site-not-reached"


def _machine() -> str:
    return {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(platform.machine().lower(), platform.machine())


def _fetch(version: str, url: str, ready: Path) -> str | None:
    """Download, check and unpack; None, or what went wrong."""
    try:
        with tempfile.TemporaryDirectory(dir=ready.parent, prefix="downloading-") as temporary:
            with urllib.request.urlopen(_SUMS.format(version=version), timeout=_STALL_SECONDS) as answer:
                sums = answer.read().decode()
            archive = Path(temporary, url.rpartition("/")[2])
            found = _save(url, archive, f"downloading pulumi {version}")
            expected = next((line.split()[0] for line in sums.splitlines() if line.endswith(archive.name)), None)
            if found != expected:
                say(f"{url} is not what the release says it is, and is not used")
                return f"its SHA-256 is {found}, and the release publishes {expected or 'none of it'}"
            _unpack(archive, Path(temporary, "out"), ready)
    except (OSError, ValueError, tarfile.TarError) as error:
        return str(getattr(error, "reason", None) or error)
    return None


def _save(url: str, target: Path, what: str) -> str:
    """Write the answer to `target`; its SHA-256."""
    digest = hashlib.sha256()
    with (
        urllib.request.urlopen(url, timeout=_STALL_SECONDS) as answer,
        target.open("wb") as file,
        progress(what, float(answer.headers.get("Content-Length") or 0) or None) as advance,
    ):
        while chunk := answer.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
            advance(len(chunk))
    return digest.hexdigest()


def _unpack(archive: Path, out: Path, ready: Path) -> None:
    """The release is one flat folder of programs: each is written by its bare name, whatever path the archive gives it."""
    out.mkdir()
    with tarfile.open(archive) as packed:
        for member in packed:
            content = packed.extractfile(member) if member.isfile() else None
            if content:
                target = out / Path(member.name).name
                with target.open("wb") as file:
                    shutil.copyfileobj(content, file)
                target.chmod(0o755)
    if not (out / "pulumi").exists():
        raise ValueError("the archive holds no pulumi")
    shutil.rmtree(ready, ignore_errors=True)
    out.rename(ready)
