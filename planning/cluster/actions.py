"""Custom actions of nodes: the platform's own scripts, then the team's, as ParallelCluster's sequences."""

from typing import Any

from planning.cluster.endpoints import Endpoints
from planning.cluster.parts import CA_FILE
from planning.merge import Document
from settings.actions import Action, QueueActions, actions


def custom_actions(endpoints: Endpoints, team: QueueActions) -> Document:
    """The section `CustomActions` of one kind of node; empty without any script.

    An event's list: what the platform needs, then what the stack file says, in that order.
    """
    own = _platform(endpoints)
    lists = {
        event: [*own.get(event, []), *(_action(one, endpoints) for one in wanted)]
        for event, wanted in actions(team).items()
    }
    found = {event: sequence(one) for event, one in lists.items() if one}
    return {"CustomActions": found} if found else {}


def sequence(found: list[Any]) -> Document:
    """Several scripts as `Sequence`, one by itself: so clusters of one script keep their document."""
    return found[0] if len(found) == 1 else {"Sequence": found}


def _platform(endpoints: Endpoints) -> dict[str, list[Document]]:
    """The directory's authority must be on the node before its directory client starts, hence OnNodeStart."""
    directory = endpoints.directory
    if directory is None or directory.ca_certificate_uri is None:
        return {}
    return {
        "OnNodeStart": [{"Script": endpoints.install_ca_script_uri, "Args": [directory.ca_certificate_uri, CA_FILE]}]
    }


def _action(wanted: Action, endpoints: Endpoints) -> Document:
    script = endpoints.script_uris[wanted.file] if wanted.file else wanted.script
    return {"Script": script, **({"Args": list(wanted.args)} if wanted.args else {})}
