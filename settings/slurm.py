"""Slurm's own words: values of slurm.conf, times, and what a partition allows."""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field

from settings.base import Section, refuse


def _setting(value: object) -> object:
    """A value of slurm.conf: text or a whole number. YAML's true, 1.5, lists and times are no words of Slurm."""
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise refuse(
            "slurm-value",
            "is neither text nor a whole number",
            allowed="text or a whole number",
            fix="put it in quotes",
        )
    return value


SlurmValue = Annotated[str | int, BeforeValidator(_setting)]
SlurmSettings = dict[str, SlurmValue]

_TIME = re.compile(r"\d+(:\d\d){0,2}|\d+-\d\d?(:\d\d){0,2}|UNLIMITED")


def _time(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, str | int) or not _TIME.fullmatch(str(value)):
        raise refuse(
            "slurm-time",
            "is no time of Slurm",
            allowed='minutes, or "minutes:seconds", "hours:minutes:seconds", "days-hours", "days-hours:minutes", UNLIMITED',
            fix='write it in that form and in quotes, such as "1-00:00:00" for a day',
        )
    return value


SlurmTime = Annotated[str | int, BeforeValidator(_time)]


class Limits(Section):
    """What a partition allows; slurm.conf(5), "Partition configuration"."""

    max_nodes: Annotated[int, Field(ge=1)] | None = None
    """Nodes of one job at most."""
    max_time: SlurmTime | None = None
    """How long a job may run."""
    default_time: SlurmTime | None = None
    """How long a job may run that does not say it."""
    max_cpus_per_node: Annotated[int, Field(ge=1)] | None = None
    """CPUs of a node that jobs of this partition may have."""
    max_mem_per_node: Annotated[int, Field(ge=1)] | None = None
    """MiB of a node that a job may have."""
    allow_groups: tuple[str, ...] = ()
    """Groups whose members may submit jobs; everybody's by default."""
    allow_accounts: tuple[str, ...] = ()
    """Accounts of the accounting database that may be charged; all by default."""

    def lines(self) -> dict[str, str | int]:
        """As settings of the partition."""
        found: dict[str, str | int | None] = {
            "MaxNodes": self.max_nodes,
            "MaxTime": self.max_time,
            "DefaultTime": self.default_time,
            "MaxCPUsPerNode": self.max_cpus_per_node,
            "MaxMemPerNode": self.max_mem_per_node,
            "AllowGroups": ",".join(self.allow_groups) or None,
            "AllowAccounts": ",".join(self.allow_accounts) or None,
        }
        return {key: value for key, value in found.items() if value is not None}
