"""Epilog: as root, on each node of a job, after its last process there. It keeps the job's logs and removes the job's places."""

from __future__ import annotations

import os

from . import folders, leftovers, settings, told
from .job import Job, NoJob
from .locks import OfUser
from .prolog import attempt

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing costs a third of a script
    from typing import Any


def main() -> int:
    """Always 0: another code would drain the node. What fails is in syslog."""
    told.begin("epilog")
    try:
        found = settings.read()
        job = Job(os.environ, found)
    except (settings.Unusable, NoJob) as error:
        told.fault(f"nothing done: {error}")
        return 0
    for step in (_logs, _places, _leftovers):
        attempt(step, job, found)
    return 0


def _logs(job: Job, found: dict[str, Any]) -> None:
    wanted = list(found["keep"])
    if not found["logs"] or not job.on_batch_host:
        return
    from . import keep, record

    known, (script,) = record.ask_whole(job.id, ("scontrol", "write", "batch_script", str(job.id), "-"))
    most = int(found["mostMebibytes"]) << 20
    folder = keep.Folder(job, found, known)
    try:
        if "info" in wanted and known.text:
            folder.text("info", known.header() + known.text)
        if "script" in wanted and script:
            folder.text("script", known.header() + script.decode(errors="replace"))
        if known.batch:
            keep.outputs(folder, job, known, most, wanted)
        keep.notes(folder, job, found, known, most)
    finally:
        folder.close()
    if found["dashboard"]:
        end = os.environ.get("SLURM_JOB_END_TIME", "")
        keep.dashboard(job, found, known, int(end) if end.isdigit() else None)


def _places(job: Job, found: dict[str, Any]) -> None:
    """Each below a folder that is root's, found again without following links; the name is the job's number."""
    shared, local = str(found["sharedFolder"]), str(found["localScratch"])
    base, name = job.temporary
    places = [(base, name, shared if base.startswith(f"{shared}/") else local), (*job.notes, "/run")]
    if not found["privateTmp"]:
        places.append((*job.memory, "/dev/shm"))
    for folder, inner, top in places:
        try:
            here = folders.parent(folder, base=top, make=False, owners=folders.trusted())
        except folders.Unsafe as error:
            told.fault(f"job {job.id}: {error}")
            continue
        try:
            folders.delete(here, inner)
        except OSError as error:
            told.fault(f"job {job.id}: {folder}/{inner} stays: {error}")
        finally:
            os.close(here)


def _leftovers(job: Job, found: dict[str, Any]) -> None:
    if not found["cleanUp"]:
        return
    with OfUser(job.uid) as held:
        if held and not leftovers.other_jobs(job):
            leftovers.clean(job, int(found["leastUid"]), files=not found["privateTmp"])
