"""Custom actions of nodes: the platform's boot program, then the team's scripts, as ParallelCluster's sequences."""

from typing import Any

from planning.endpoints import Endpoints
from planning.merge import Document
from planning.node_actions.action import Kind
from planning.node_actions.manifest import actions_of, names
from settings import Settings
from settings.actions import Action, QueueActions, actions


def custom_actions(kind: Kind, settings: Settings, endpoints: Endpoints, team: QueueActions) -> Document:
    """The section `CustomActions` of one kind of node; empty without any script.

    An event's list: what the platform needs, then what the stack file says, in that order.
    """
    own = actions_of(kind, settings, endpoints)
    lists = {
        event: [
            *([_platform(kind, event, names(own[event]), endpoints)] if event in own else []),
            *(_action(one, endpoints) for one in wanted),
        ]
        for event, wanted in actions(team).items()
    }
    found = {event: sequence(one) for event, one in lists.items() if one}
    return {"CustomActions": found} if found else {}


def sequence(found: list[Any]) -> Document:
    """Several scripts as `Sequence`, one by itself: so clusters of one script keep their document."""
    return found[0] if len(found) == 1 else {"Sequence": found}


def _platform(kind: Kind, event: str, listed: list[str], endpoints: Endpoints) -> Document:
    """What a node starts with stays the same for the cluster's life, on head node and login nodes; a new hash makes the update.

    A queue's scripts may change: ParallelCluster then replaces its nodes, by the cluster's QueueUpdateStrategy.
    """
    where = endpoints.manifests[kind]
    pinned = ["--sha256", where.sha256] if kind == "compute" or event == "OnNodeUpdated" else []
    return {"Script": endpoints.boot_uri, "Args": [where.uri, event, *listed, *pinned]}


def _action(wanted: Action, endpoints: Endpoints) -> Document:
    script = endpoints.script_uris[wanted.file] if wanted.file else wanted.script
    return {"Script": script, **({"Args": list(wanted.args)} if wanted.args else {})}
