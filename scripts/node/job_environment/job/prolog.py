"""Prolog: as root, on each node of a job, before the job's first process there. It makes the job's places."""

from __future__ import annotations

import os

from . import folders, settings, told
from .job import RUN, Job, NoJob
from .locks import OfUser

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing costs a third of a script
    from collections.abc import Callable
    from typing import Any


def main() -> int:
    """Always 0: another code would drain the node and requeue the job. What fails is in syslog."""
    told.begin("prolog")
    try:
        found = settings.read()
        job = Job(os.environ, found)
    except (settings.Unusable, NoJob) as error:
        told.fault(f"nothing done: {error}")
        return 0
    for step in (_notes, _temporary, _memory, _libraries, _output_folders, _dashboard):
        attempt(step, job, found)
    return 0


def attempt(step: Callable[[Job, dict[str, Any]], None], job: Job, found: dict[str, Any]) -> None:
    """One step; its failure is told, and the others follow."""
    try:
        step(job, found)
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not drain the node
        told.fault(f"job {job.id}: {step.__name__.strip('_')}: {type(error).__name__}: {error}")


def _temporary(job: Job, found: dict[str, Any]) -> None:
    base, name = job.temporary
    shared = str(found["sharedFolder"])
    top = shared if base.startswith(f"{shared}/") else str(found["localScratch"])
    _place(base, name, job, base=top, local=top != shared)


def _memory(job: Job, found: dict[str, Any]) -> None:
    if found["privateTmp"]:  # a /dev/shm of the job's own, by Slurm
        return
    with OfUser(job.uid):
        for base, name in (job.memory, job.user_memory):
            _place(base, name, job, base="/dev/shm", local=True)


def _notes(job: Job, found: dict[str, Any]) -> None:
    """The first of all places: by it an epilog sees that its user has another job here."""
    _place(*job.notes, job, base="/run", local=False)


def _place(path: str, name: str, job: Job, *, base: str, local: bool) -> None:
    """A folder of the user's below folders of root's."""
    owners = (0,) if local else folders.trusted()
    try:
        here = folders.parent(path, base=base, owners=owners)
    except folders.Unsafe:
        if not local:
            raise
        # Everybody may write at the top of these places, and somebody was here first.
        _evict(base, path)
        here = folders.parent(path, base=base)
    try:
        folders.of_user(here, name, job.uid, job.gid)
    finally:
        os.close(here)


def _evict(base: str, path: str) -> None:
    """Delete what bears the name of our first folder and is not root's."""
    first = path[len(base) :].strip("/").split("/")[0]
    here = os.open(base, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        told.fault(f"{base}/{first} was not root's and is deleted")
        folders.delete(here, first)
    finally:
        os.close(here)


def _libraries(job: Job, found: dict[str, Any]) -> None:
    """Once a boot: what containers get from this node."""
    if not found["containerBinds"]:
        return
    from . import containers

    if os.path.exists(containers.FOUND):
        return
    from . import copying

    here = folders.parent(RUN, base="/run")
    try:
        name = os.path.basename(containers.FOUND)
        copying.written(here, name, copying.text(containers.look().encode()), uid=0, gid=0, mode=0o644)
    finally:
        os.close(here)


def _output_folders(job: Job, found: dict[str, Any]) -> None:
    """The folders of standard output and error, with the user's own rights: Slurm does not make them."""
    if not job.on_batch_host:
        return
    wanted = [os.environ.get("SLURM_JOB_STDOUT", ""), os.environ.get("SLURM_JOB_STDERR", "")]
    if any("%" in os.path.dirname(path) for path in wanted):
        from . import record

        known = record.ask(job.id)
        wanted = [known.stdout, known.stderr]
    missing = {os.path.dirname(path) for path in wanted if path.startswith("/")}
    if not missing:
        return
    from .user import AsUser

    failed: list[OSError] = []
    with AsUser(job.uid, job.gid):
        for folder in missing:
            try:
                os.makedirs(folder, exist_ok=True)
            except OSError as error:
                failed.append(error)
    if failed:
        raise failed[0]


def _dashboard(job: Job, found: dict[str, Any]) -> None:
    """Where the job's live figures are to be seen."""
    if not job.on_batch_host or not found["logs"] or not found["dashboard"]:
        return
    from . import keep, record

    known = record.ask(job.id)
    keep.dashboard(job, found, known, end=None)
