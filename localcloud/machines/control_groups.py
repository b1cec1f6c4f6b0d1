"""Control groups of machines: all processes of a machine, also of one whose keeper is gone."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from localcloud.errors import LocalCloudError

ROOTS = (Path("/sys/fs/cgroup/unified"), Path("/sys/fs/cgroup"))
_END_SECONDS = 90


def root() -> Path | None:
    """The mount of version 2, alone or beside version 1; None where there is none that can be written."""
    return next((one for one in ROOTS if (one / "cgroup.procs").exists()), None)


def make(name: str) -> Path:
    """A new group at the top. Raises LocalCloudError without control groups of version 2."""
    found = root()
    if found is None:
        raise LocalCloudError("machines need control groups of version 2, which are not mounted in /sys/fs/cgroup")
    group = found / name
    group.mkdir()
    return group


def groups(prefix: str) -> list[Path]:
    """All groups whose name starts so."""
    found = root()
    return sorted(found.glob(f"{prefix}-*")) if found else []


def processes(group: Path) -> Iterator[int]:
    """Of the group and of all groups in it."""
    # os.walk passes over groups that go meanwhile.
    for folder, _, _ in os.walk(group):
        # ENODEV: the group went between its opening and its reading.
        with contextlib.suppress(OSError):
            yield from [int(line) for line in Path(folder, "cgroup.procs").read_text().split()]


def end(group: Path) -> None:
    """Kill all that is in it, and remove it. Raises LocalCloudError if a process cannot be killed."""
    (group / "cgroup.kill").write_text("1")
    deadline = time.monotonic() + _END_SECONDS
    while "populated 1" in (group / "cgroup.events").read_text():
        if time.monotonic() > deadline:
            left = ", ".join(map(str, processes(group)))
            raise LocalCloudError(f"processes of a machine cannot be ended: {left} (control group {group})")
        time.sleep(0.02)
    for folder, _, _ in os.walk(group, topdown=False):
        Path(folder).rmdir()
