"""Whether the machines of this local cloud boot: chosen by `demo --booted`, kept until `demo-down`."""

import os
import sys

from localcloud import packages, paths
from localcloud.errors import LocalCloudError
from localcloud.machines import control_groups, debian

_CHOSEN = paths.STATE / "booted"


def chosen() -> bool:
    return _CHOSEN.exists()


def choose(running: bool) -> None:
    """From now on they boot. `running`: the emulator runs already. Raises LocalCloudError if it runs with emulated machines."""
    if running and not chosen():
        raise LocalCloudError(
            "this local cloud runs with emulated machines: end it with `./justw demo-down`, then run this again"
        )
    paths.STATE.mkdir(parents=True, exist_ok=True, mode=0o700)
    _CHOSEN.touch()


def why_no_cluster() -> str | None:
    """None if the machines of a cluster can boot here; else what they need."""
    if debian.SUITE != debian.OWN_SUITE:
        return (
            f"Debian {debian.OWN_SUITE}, and {debian.VARIABLE} says {debian.SUITE}: ParallelCluster's node daemons do not know its "
            "Slurm; unset the variable"
        )
    return why_not()


def why_not() -> str | None:
    """None if machines can boot here, after their packages were installed; else what they need."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "root on Linux"
    if missing := packages.ensure(packages.FOR_MACHINES).missing:
        return f"the Debian packages {' '.join(missing)}"
    return None if control_groups.root() else "control groups of version 2 in /sys/fs/cgroup"
