"""Lines of slurm.conf: those that are ParallelCluster's own are refused, and words that are a letter or two off."""

from collections.abc import Collection, Iterator
from typing import Any

from settings.facts import slurm_settings
from settings.model import Settings
from settings.nearest import nearest
from settings.problem import Path, Problem, weighed

OWNED = (
    *("Epilog", "GresTypes", "LaunchParameters", "Prolog", "ReconfigFlags", "ResumeFailProgram", "ResumeProgram"),
    *("ResumeTimeout", "SlurmctldHost", "SlurmctldLogFile", "SlurmctldParameters", "SlurmdLogFile", "SlurmUser"),
    *("SuspendExcNodes", "SuspendProgram", "SuspendTime", "TaskPlugin", "TreeWidth"),
)
"""ParallelCluster sets these itself and refuses them (3.16, SLURM_SETTINGS_DENY_LIST)."""
OWNED_WITH_ACCOUNTING = (
    *("AccountingStorageType", "AccountingStorageHost", "AccountingStoragePort", "AccountingStorageUser"),
    "JobAcctGatherType",
)
"""The same, where there is an accounting database."""
OWNED_OF_QUEUES = ("Nodes", "OverSubscribe", "PartitionName", "ResumeTimeout", "State", "SuspendTime")
OWNED_OF_RESOURCES = ("CPUs", "Gres", "NodeAddr", "NodeHostname", "NodeName", "State", "Weight")
_INSTEAD = {
    "suspendtime": "cluster.scaledownIdletime, in minutes",
    "prolog": "a script of prolog.d on the nodes",
    "epilog": "a script of epilog.d on the nodes",
    "oversubscribe": "jobExclusiveAllocation of the queue",
}


def free(
    path: Path, key: str, value: Any, *, accounting: bool = False, owned: Collection[str] = OWNED
) -> Iterator[Problem]:
    """A problem if ParallelCluster sets this setting itself."""
    names = {name.lower() for name in (*owned, *(OWNED_WITH_ACCOUNTING if accounting else ()))}
    if key.lower() in names:
        instead = _INSTEAD.get(key.lower(), "every setting but those that ParallelCluster sets itself")
        yield weighed(
            "slurm-owned",
            path,
            value,
            "is for a setting that ParallelCluster sets itself",
            instead,
            "remove it" if key.lower() not in _INSTEAD else f"remove it; use {instead}",
            ("databases", "slurm"),
        )


def settings_of_queues_are_free(settings: Settings) -> Iterator[Problem]:
    for index, queue in enumerate(settings.cluster.queues):
        place: Path = ("cluster", "queues", index)
        for key, value in queue.custom_slurm_settings.items():
            yield from free((*place, "customSlurmSettings", key), key, value, owned=OWNED_OF_QUEUES)
        for number, one in enumerate(queue.compute_resources):
            path = (*place, "computeResources", number, "customSlurmSettings")
            for key, value in one.custom_slurm_settings.items():
                yield from free((*path, key), key, value, owned=OWNED_OF_RESOURCES)


def limits_stand_once(settings: Settings) -> Iterator[Problem]:
    for index, queue in enumerate(settings.cluster.queues):
        place: Path = ("cluster", "queues", index)
        limits = {key.lower(): value for key, value in queue.limits.lines().items()}
        for key, value in queue.custom_slurm_settings.items():
            if key.lower() in limits:
                yield weighed(
                    "slurm-limit",
                    (*place, "customSlurmSettings", key),
                    value,
                    f"is wanted for {key}, and limits of the queue want {limits[key.lower()]}",
                    "one value for each setting of a partition",
                    "remove it",
                    (*place, "limits"),
                )


def settings_are_known(settings: Settings) -> Iterator[Problem]:
    """A name unlike all known ones passes: Slurm's releases add some."""
    known = {name.lower() for name in slurm_settings()}
    for key, value in settings.cluster.custom_slurm_settings.items():
        near = nearest(key, slurm_settings(), cutoff=0.85)
        if key.lower() not in known and near:
            yield weighed(
                "slurm-typo",
                ("cluster", "customSlurmSettings", key),
                value,
                "is for a setting that Slurm does not have, and slurmctld would not start",
                f"{near} (the nearest known setting)",
                f"rename it to {near}, or remove it",
            )


RULES = (settings_of_queues_are_free, limits_stand_once, settings_are_known)
