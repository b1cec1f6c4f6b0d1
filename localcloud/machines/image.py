"""The machines' root file system: made once, kept in the user's cache under the hash of its recipe, whole or not at all."""

import hashlib
import shutil
import time
from pathlib import Path

from localcloud import locks, paths
from localcloud.engine.progress import progress, say
from localcloud.machines import debian, environments, layout

_COST = "two to four minutes, 1.3 GB"
_PACKAGES = 12
"""What Debian's packages take, where an environment of Python takes 1."""
_SOURCES = (environments.__file__, layout.__file__, *map(str, environments.LOCKS.values()))


def ensure() -> Path:
    """Its folder, which nobody writes into. Raises LocalCloudError. The first time takes minutes and 1.3 GB."""
    folder = path()
    if folder.exists():
        return folder
    with locks.held(
        folder.with_suffix(".lock"), lambda: say("waiting for another process that makes the machines' image")
    ):
        if not folder.exists():
            _make(folder)
    return folder


def path() -> Path:
    """Where the image is or will be."""
    recipe = debian.SUITE.encode() + b"".join(Path(source).read_bytes() for source in _SOURCES)
    return paths.CACHE / f"machines-{hashlib.sha256(recipe).hexdigest()[:12]}"


def _make(folder: Path) -> None:
    began = time.monotonic()
    fresh = folder.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        with progress(
            f"making the machines' image, once ({_COST})", _PACKAGES + len(environments.LOCKS) + 1
        ) as advance:
            debian.make(
                fresh,
                layout.PACKAGES,
                layout.ACCOUNTS,
                folder.with_suffix(".log"),
                lambda part: advance(part * _PACKAGES),
            )
            for name in environments.LOCKS:
                environments.make(fresh, name)
                advance(1)
            layout.apply(fresh)
            advance(1)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    fresh.rename(folder)
    say(f"the machines' image is ready after {time.monotonic() - began:.0f} s: {folder}")
