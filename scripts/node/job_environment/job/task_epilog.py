"""Task epilog: as the user, after each task. It hands the newest reports of the step to the epilog."""

from __future__ import annotations

import glob
import os

from . import settings
from .folders import allowed
from .job import Job, NoJob, path

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing costs a third of a script
    from collections.abc import Mapping
    from typing import Any

_INTERACTIVE = ("4294967290", "interactive")
"""`SLURM_INTERACTIVE_STEP` of slurm.h; its shell is no work of its own."""
_MOST = 64
"""Reports of a job on a node, in its memory; the epilog keeps as many."""


def main() -> int:
    """Always 0: the task has ended as it has ended."""
    try:
        found = settings.read()
        job = Job(os.environ, found)
    except (settings.Unusable, NoJob):
        return 0
    if not found["logs"] or os.environ.get("SLURM_STEP_ID", "") in _INTERACTIVE:
        return 0
    for name, pattern in found["stepLogs"].items():
        try:
            _hand_over(name, str(pattern), job, found)
        except OSError as error:
            print(f"job environment: {name}: {error}")
    try:
        _bound(path(job.notes))
    except OSError as error:
        print(f"job environment: old reports stay: {error}")
    return 0


def _hand_over(name: str, pattern: str, job: Job, found: Mapping[str, Any]) -> None:
    """The newest file of a pattern in the working folder, once a step: a later task gives it again only if it is newer."""
    files = [one for one in glob.glob(f"{glob.escape(os.getcwd())}/{pattern}") if os.path.isfile(one)]
    if not files:
        return
    newest = max(files, key=os.path.getmtime)
    step = os.environ.get("SLURM_STEP_ID", "")
    target = f"{path(job.notes)}/{name}{f'.{step}' if step.isdigit() else ''}.txt"
    when = os.stat(newest).st_mtime_ns
    with allowed(FileNotFoundError):  # the step's first report
        if os.stat(target).st_mtime_ns >= when:
            return
    from . import copying

    fresh = f"{target}.{os.getpid()}"
    with open(newest, "rb") as source, open(fresh, "xb") as copy:
        copying.trimmed(source.fileno(), copy.fileno(), int(found["mostMebibytes"]) << 20)
    os.utime(fresh, ns=(when, when))
    os.replace(fresh, target)


def _bound(folder: str) -> None:
    """The oldest reports beyond the greatest number go. Another task of the step may be at the same work."""
    found: list[tuple[int, str]] = []
    for name in os.listdir(folder):
        if name.endswith(".txt"):
            with allowed(FileNotFoundError):
                found.append((os.lstat(f"{folder}/{name}").st_mtime_ns, name))
    for _, name in sorted(found)[:-_MOST]:
        with allowed(FileNotFoundError):
            os.unlink(f"{folder}/{name}")
