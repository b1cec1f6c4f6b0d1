"""Rules that weigh several values of a stack file. Each is a function from settings to its problems, and has a name of its own."""

from collections.abc import Callable, Iterator

from settings.model import Settings
from settings.problem import Problem
from settings.rules import (
    actions,
    api_host,
    buckets,
    capacity,
    containers,
    databases,
    directory,
    efs,
    homes,
    image,
    image_components,
    instances,
    job_environment,
    jump_host,
    layouts,
    ldaps,
    links,
    local_users,
    login_nodes,
    lustre,
    machines,
    network,
    nfs,
    queues,
    slurm,
    slurm_rest,
    storage,
    tags,
    users,
    volumes,
    watching,
)

RULES: tuple[Callable[[Settings], Iterator[Problem]], ...] = (
    *network.RULES,
    *layouts.RULES,
    *directory.RULES,
    *ldaps.RULES,
    *jump_host.RULES,
    *users.RULES,
    *local_users.RULES,
    *databases.RULES,
    *storage.RULES,
    *homes.RULES,
    *efs.RULES,
    *lustre.RULES,
    *links.RULES,
    *nfs.RULES,
    *buckets.RULES,
    *machines.RULES,
    *image.RULES,
    *image_components.RULES,
    *queues.RULES,
    *instances.RULES,
    *capacity.RULES,
    *volumes.RULES,
    *login_nodes.RULES,
    *slurm.RULES,
    *slurm_rest.RULES,
    *containers.RULES,
    *actions.RULES,
    *job_environment.RULES,
    *tags.RULES,
    *watching.RULES,
    *api_host.RULES,
)


def problems(settings: Settings) -> Iterator[Problem]:
    """Of all rules."""
    for rule in RULES:
        yield from rule(settings)
