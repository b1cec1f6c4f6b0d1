"""What a user without another job on this node has left there: processes, and files in /tmp and /dev/shm."""

from __future__ import annotations

import os
import time

from . import commands, folders, told
from .job import Job, path

_PLACES = ("/tmp", "/dev/shm")
_OTHERS = "CONFIGURING,RUNNING,SUSPENDED,STOPPED,SIGNALING,RESIZING,STAGE_OUT"
"""States of jobs that still need the node. A job that completes has an epilog of its own, which must not wait for this one's."""
_ROUNDS = 20


def other_jobs(job: Job) -> bool:
    """Whether the user has another job here; True also where the controller does not say.

    It is asked only if something of the user's is left: a place that another job's prolog has made, or a process.
    """
    if not _other_places(job) and not _processes(job.uid):
        return False
    question = ("squeue", "-h", "-w", job.node, "-u", str(job.uid), "-t", _OTHERS, "-o", "%A")
    (answer,) = commands.answers(question)
    if answer is None:
        told.fault(f"job {job.id}: squeue does not say whether uid {job.uid} has another job; nothing is cleaned up")
        return True
    return any(line.strip() != str(job.id) for line in answer.decode(errors="replace").splitlines() if line.strip())


def _other_places(job: Job) -> bool:
    """Jobs of one user may run side by side; each prolog has made a folder that its own epilog deletes."""
    folder, own = job.notes
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return False
    return any(name != own and _owner(path((folder, name))) in (0, job.uid) for name in names)


def _processes(uid: int) -> bool:
    return any(_owner(f"/proc/{entry}") == uid for entry in os.listdir("/proc") if entry.isdigit())


def _owner(name: str) -> int:
    """-1 of what is gone."""
    try:
        return os.lstat(name).st_uid
    except OSError:
        return -1


def clean(job: Job, least_uid: int, *, files: bool) -> None:
    """Kill the user's processes and delete the user's files. Never of a user below `least_uid`."""
    if job.uid < least_uid:
        return
    _kill(job.uid)
    if not files:
        return
    for place in _PLACES:
        _delete(place, job.uid)
    base, name = job.user_memory
    here = folders.parent(base, base="/dev/shm", make=False)
    try:
        folders.delete(here, name)
    finally:
        os.close(here)


def _kill(uid: int) -> None:
    """Until none is left that is more than a zombie; one that forks meanwhile is met in the next round."""
    for attempt in range(_ROUNDS):
        found = 0
        for entry in os.listdir("/proc"):
            if entry.isdigit() and _killed(int(entry), uid):
                found += 1
        if not found:
            return
        time.sleep(0.01 * (attempt + 1))
    told.fault(f"processes of uid {uid} do not end")


def _killed(pid: int, uid: int) -> bool:
    """By a descriptor of the process: a number may have gone to somebody else's between look and kill."""
    if _owner(f"/proc/{pid}") != uid:
        return False
    import signal  # a seventh of a script's time, and mostly nothing is left to be killed

    try:
        handle = os.pidfd_open(pid)
    except OSError:
        return False
    try:
        if os.stat(f"/proc/{pid}").st_uid != uid or _real_uid(pid) != uid:
            return False
        signal.pidfd_send_signal(handle, signal.SIGKILL)
        return True
    except OSError:
        return False
    finally:
        os.close(handle)


def _real_uid(pid: int) -> int:
    """-1 of a zombie: it is gone but for its parent."""
    with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.startswith("State:") and line.split()[1] in ("Z", "X"):
                return -1
            if line.startswith("Uid:"):
                return int(line.split()[1])
    return -1


def _delete(place: str, uid: int) -> None:
    here = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for name in os.listdir(here):
            try:
                if os.stat(name, dir_fd=here, follow_symlinks=False).st_uid == uid:
                    folders.delete(here, name)
            except OSError as error:
                told.fault(f"{place}: a file of uid {uid} stays: {error}")
    finally:
        os.close(here)
