"""What SSH on the nodes that people log in to takes from clients."""

from planning.endpoints import Endpoints
from planning.node_actions.action import Integration, NodeAction, with_settings
from settings import Settings

_PROGRAM = "sshd"


def _programs(settings: Settings) -> list[str]:
    return [_PROGRAM] if settings.cluster.sshd else []


def _actions(settings: Settings, endpoints: Endpoints) -> list[NodeAction]:
    return with_settings(_PROGRAM, ["head", "login"], endpoints) if settings.cluster.sshd else []


SSHD = Integration(programs=_programs, actions=_actions)
