"""Containers without root, on every node."""

from planning.endpoints import Endpoints
from planning.node_actions.action import ALL_KINDS, Integration, NodeAction, and_updated
from settings import Settings

_PROGRAM = "containers"


def _programs(settings: Settings) -> list[str]:
    return [_PROGRAM] if settings.cluster.containers else []


def _actions(settings: Settings, _: Endpoints) -> list[NodeAction]:
    wanted = settings.cluster.containers
    if wanted is None:
        return []
    storage = ("--storage-dir", wanted.storage_dir) if wanted.storage_dir else ()
    args = ("--engine", wanted.engine, *storage)
    return and_updated(NodeAction(event="OnNodeConfigured", kinds=ALL_KINDS, program=_PROGRAM, args=args))


CONTAINERS = Integration(programs=_programs, actions=_actions)
