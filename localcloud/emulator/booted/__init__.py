"""Instances of ParallelCluster's nodes as machines that boot (`localcloud.machines`): only where the local cloud is told to.

Installed over `additions`, of which it replaces what stands for a node: the timer that signals a wait condition, the fleet's state.
"""

import os
from typing import Any

VARIABLE = "LOCALCLOUD_BOOTED"
"""Environment variable of the emulator: `1` boots machines. It needs root and the packages of localcloud.packages.FOR_MACHINES."""


def wanted() -> bool:
    return os.environ.get(VARIABLE) == "1"


def install(application: Any, region: str) -> Any:
    """Have instances boot; their network is served by `application`, moto's, with what machines need beside it, which is returned.

    Called once, after the additions are installed. Raises LocalCloudError where machines cannot be had.
    """
    from localcloud.emulator.booted import (
        access_points,
        databases,
        instances,
        login_nodes,
        run_command,
        signals,
        site,
        stacks,
    )

    served = signals.Signals(application)
    site.open_site(served, region)
    for part in (access_points, databases, instances, login_nodes, run_command, signals, stacks):
        part.install()
    return served
