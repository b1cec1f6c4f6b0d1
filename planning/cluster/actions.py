"""Custom actions of nodes: the platform's own programs, then the team's scripts, as ParallelCluster's sequences."""

from typing import Any

from planning.endpoints import Endpoints
from planning.merge import Document
from planning.node_actions import node_actions
from planning.node_actions.action import Kind, NodeAction
from settings import Settings
from settings.actions import Action, QueueActions, actions


def custom_actions(kind: Kind, settings: Settings, endpoints: Endpoints, team: QueueActions) -> Document:
    """The section `CustomActions` of one kind of node; empty without any script.

    An event's list: what the platform needs, then what the stack file says, in that order.
    """
    own = [one for one in node_actions(settings, endpoints) if kind in one.kinds]
    lists = {
        event: [
            *(_platform(one, endpoints) for one in own if one.event == event),
            *(_action(one, endpoints) for one in wanted),
        ]
        for event, wanted in actions(team).items()
    }
    found = {event: sequence(one) for event, one in lists.items() if one}
    return {"CustomActions": found} if found else {}


def sequence(found: list[Any]) -> Document:
    """Several scripts as `Sequence`, one by itself: so clusters of one script keep their document."""
    return found[0] if len(found) == 1 else {"Sequence": found}


def _platform(wanted: NodeAction, endpoints: Endpoints) -> Document:
    script = endpoints.program_uris[wanted.program]
    return {"Script": script, **({"Args": list(wanted.args)} if wanted.args else {})}


def _action(wanted: Action, endpoints: Endpoints) -> Document:
    script = endpoints.script_uris[wanted.file] if wanted.file else wanted.script
    return {"Script": script, **({"Args": list(wanted.args)} if wanted.args else {})}
