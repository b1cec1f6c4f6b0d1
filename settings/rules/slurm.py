"""Lines of slurm.conf: those that are ParallelCluster's own are refused, and words that are a letter or two off."""

from collections.abc import Iterator
from typing import Any, cast

from settings.facts import slurm_settings
from settings.model import Settings
from settings.nearest import nearest
from settings.problem import Problem, weighed

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
_INSTEAD = {
    "suspendtime": "cluster.scaledownIdletime, in minutes",
    "prolog": "a script of prolog.d on the nodes",
    "epilog": "a script of epilog.d on the nodes",
}


def settings_are_free(settings: Settings) -> Iterator[Problem]:
    owned = {*OWNED, *(OWNED_WITH_ACCOUNTING if settings.databases.slurm else ())}
    names = {name.lower() for name in owned}
    for key, value in settings.cluster.custom_slurm_settings.items():
        if key.lower() in names:
            instead = _INSTEAD.get(key.lower(), "every setting but those that ParallelCluster sets itself")
            yield weighed(
                "slurm-owned",
                ("cluster", "customSlurmSettings", key),
                value,
                "is for a setting that ParallelCluster sets itself",
                instead,
                "remove it" if key.lower() not in _INSTEAD else f"remove it; use {instead}",
                ("databases", "slurm"),
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


def lines_stand_once(settings: Settings) -> Iterator[Problem]:
    """Overrides replace the list; and ParallelCluster takes no include file beside it."""
    overrides: Any = settings.cluster.overrides
    slurm = _inner(_inner(overrides, "Scheduling"), "SlurmSettings")
    for key in ("CustomSlurmSettings", "CustomSlurmSettingsIncludeFile"):
        if key in slurm and settings.cluster.custom_slurm_settings:
            yield weighed(
                "slurm-twice",
                ("cluster", "overrides", "Scheduling", "SlurmSettings", key),
                slurm[key],
                "replaces or excludes cluster.customSlurmSettings, which is set too",
                "one of both",
                "move all lines to cluster.customSlurmSettings, and remove the override",
                ("cluster", "customSlurmSettings"),
            )


def _inner(mapping: dict[str, Any], key: str) -> dict[str, Any]:
    found: Any = mapping.get(key)
    return cast(dict[str, Any], found) if isinstance(found, dict) else {}


RULES = (settings_are_free, settings_are_known, lines_stand_once)
