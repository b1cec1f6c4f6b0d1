"""The job of a script, from Slurm's environment: nothing becomes a path before it is checked."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing costs a third of a script
    from collections.abc import Mapping
    from typing import Any

RUN = "/run/slurm-jobs"
"""Of each node, root's: per job a folder of the user's with what the epilog keeps, locks, and what is known of the node."""
ENVIRONMENT = "env.raw"
"""A note: the environment of the first task as it is in memory; what looks like a secret is left out when it is kept."""
_SHARED_MEMORY = "/dev/shm"
_MOST = 2**32


class NoJob(Exception):
    """Why the environment names no job."""


class Job:
    """A job on this node, and its places."""

    def __init__(self, environment: Mapping[str, str], settings: Mapping[str, Any]) -> None:
        """Raises NoJob."""
        self.id = _number(environment, "SLURM_JOB_ID")
        if self.id == 0:
            raise NoJob("SLURM_JOB_ID is 0")
        self.uid = _number(environment, "SLURM_JOB_UID")
        self._environment = environment
        self._settings = settings

    @property
    def gid(self) -> int:
        """The group that the job runs as; in a task epilog Slurm says 0."""
        return _number(self._environment, "SLURM_JOB_GID")

    @property
    def node(self) -> str:
        return self._environment.get("SLURMD_NODENAME", "")

    @property
    def on_batch_host(self) -> bool:
        """The first node of the job runs its batch script."""
        return bool(self.node) and _first(self._environment.get("SLURM_JOB_NODELIST", "")) == self.node

    @property
    def start(self) -> int:
        """Seconds since 1970."""
        return _number(self._environment, "SLURM_JOB_START_TIME")

    @property
    def temporary(self) -> tuple[str, str]:
        """(folder of all jobs, name of this one's) for TMPDIR: the node's local disk, if it has one, or else shared storage."""
        local = str(self._settings["localScratch"])
        base = local if os.path.ismount(local) else str(self._settings["sharedFolder"])
        return f"{base}/slurm/jobs", str(self.id)

    @property
    def memory(self) -> tuple[str, str]:
        """(folder, name) in shared memory."""
        return f"{_SHARED_MEMORY}/slurm/jobs", str(self.id)

    @property
    def user_memory(self) -> tuple[str, str]:
        """(folder, name) in shared memory that all jobs of the user on this node share; not systemd's /run/user."""
        return f"{_SHARED_MEMORY}/slurm/users", str(self.uid)

    @property
    def notes(self) -> tuple[str, str]:
        """(folder, name) of what the user's side hands to the epilog."""
        return f"{RUN}/jobs", str(self.id)


def path(place: tuple[str, str]) -> str:
    return "/".join(place)


def _number(environment: Mapping[str, str], name: str) -> int:
    text = environment.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) < _MOST):
        raise NoJob(f"{name} is {text!r}, no number")
    return int(text)


def _first(nodes: str) -> str:
    """The first of a node list such as `q1-st-cr1-[1-2,5],q2-dy-a-1`; leading zeros stay."""
    head, bracket, rest = nodes.partition("[")
    if not bracket or "," in head:
        return nodes.partition(",")[0]
    inner, _, after = rest.partition("]")
    return head + inner.partition(",")[0].partition("-")[0] + after.partition(",")[0]
