"""Accounts without a directory. The list is no argument: it lies under one key, and the program stays to look at it again."""

from planning.endpoints import Endpoints
from planning.node_actions.action import Integration, NodeAction, and_updated
from settings import Settings

_PROGRAM = "local_users"


def _programs(settings: Settings) -> list[str]:
    return [_PROGRAM] if settings.local_users else []


def _actions(settings: Settings, endpoints: Endpoints) -> list[NodeAction]:
    """A refused user fails the creation of a cluster. Later nodes do without him: they would come and go for ever; and no update,
    be it of something else, is undone because of him.
    """
    if settings.local_users is None:
        return []
    args = ("--list", endpoints.local_users_uri)
    going_on = (*args, "--go-on")
    return [
        *and_updated(NodeAction(event="OnNodeConfigured", kinds=("head",), program=_PROGRAM, args=args), going_on),
        *and_updated(NodeAction(event="OnNodeConfigured", kinds=("login", "compute"), program=_PROGRAM, args=going_on)),
    ]


LOCAL_USERS = Integration(programs=_programs, actions=_actions)
