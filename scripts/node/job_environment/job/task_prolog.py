"""Task prolog: as the user, before each task. Its lines `export NAME=value` reach the task, `print text` the task's output."""

from __future__ import annotations

import os

from . import settings
from .job import Job, NoJob, path

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing costs a third of a script
    from collections.abc import Mapping
    from typing import Any

_INSTANCE_STORE = "Amazon EC2 NVMe Instance Storage"


def main() -> int:
    """0 also where something fails: the task runs without it, and its output says why."""
    try:
        found = settings.read()
        job = Job(os.environ, found)
    except (settings.Unusable, NoJob) as error:
        print(f"print job environment: {error}")
        return 0
    values, warnings = exports(os.environ, job, found)
    for name, value in values.items():
        if not {"\n", "\r", "\0"} & set(value):
            print(f"export {name}={value}")
    if _first(os.environ):
        for warning in warnings:
            print(f"print job environment: {warning}")
        _keep_environment({**os.environ, **values}, job, found)
    return 0


def exports(environment: Mapping[str, str], job: Job, found: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """(variables of the task, what to warn of)."""
    values = {name: str(value) for name, value in found["exports"].items()}
    warnings: list[str] = []
    present = environment.get("PATH", "").split(":")
    # Jobs by REST bring their own environment, often with next to nothing in it.
    more = [folder for folder in found["path"] if folder not in present and os.path.isdir(folder)]
    if more:
        values["PATH"] = ":".join([one for one in present if one] + more)
    if not environment.get("SLURM_CPUS_PER_TASK"):
        values["SLURM_CPUS_PER_TASK"] = "1"
    memory = ("/dev", "shm") if found["privateTmp"] else job.memory
    for name, place in (("TMPDIR", job.temporary), ("SHMDIR", memory), ("USER_SHMDIR", job.user_memory)):
        if found["privateTmp"] and name == "USER_SHMDIR":
            continue
        if os.access(path(place), os.W_OK | os.X_OK):
            values[name] = path(place)
        else:
            warnings.append(f"{name} is not set: there is no {path(place)}; the node's syslog says why")
    if not os.path.ismount(found["localScratch"]) and _has_instance_store():
        warnings.append(f"this node has local disks, but nothing is mounted at {found['localScratch']}")
    values.update(_of_steps(environment, job, found))
    if found["containerBinds"]:
        from . import containers

        values.update(containers.exports(environment, found))
    return values, warnings


def _of_steps(environment: Mapping[str, str], job: Job, found: Mapping[str, Any]) -> dict[str, str]:
    """Variables that name a file of each step, such as a profiler's report, where the variables that ask for it are set."""
    step = environment.get("SLURM_STEP_ID", "") or "batch"
    return {
        one["name"]: one["value"]
        .replace("{job}", str(job.id))
        .replace("{step}", step)
        .replace("{notes}", path(job.notes))
        for one in found["stepVariables"]
        if all(environment.get(needed) for needed in one["where"])
    }


def _first(environment: Mapping[str, str]) -> bool:
    """Whether this is the first task of a step on the job's first node."""
    return environment.get("SLURM_NODEID", "0") == "0" and environment.get("SLURM_LOCALID", "0") == "0"


def _keep_environment(environment: Mapping[str, str], job: Job, found: Mapping[str, Any]) -> None:
    """Once a job, by its first task."""
    if not found["logs"] or "env" not in found["keep"]:
        return
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        target = os.open(f"{path(job.notes)}/env.txt", flags, 0o600)
    except OSError:  # an earlier step was first, or there is no place for notes
        return
    from . import secrets_left_out

    try:
        with open(target, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(secrets_left_out.kept(environment, found))
    except OSError as error:
        print(f"print job environment: the environment is not kept: {error.strerror}")


def _has_instance_store() -> bool:
    try:
        names = [name for name in os.listdir("/sys/block") if name.startswith("nvme")]
    except OSError:
        return False
    return any(_INSTANCE_STORE in _model(name) for name in names)


def _model(name: str) -> str:
    try:
        with open(f"/sys/block/{name}/device/model", encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
