"""What the boot program of scripts/node reads on each kind of node: programs with place and hash, and what runs when.

ParallelCluster lets no update change what head node and login nodes run at their start. So their documents name the boot program, a
manifest, and names of programs, all of which stay; the manifest lies under one key, and says what may change.
"""

import hashlib
from typing import Any

from planning.endpoints import Endpoints
from planning.node_actions import node_actions
from planning.node_actions.action import Kind, NodeAction
from settings import Settings

FORMAT = 1
"""Of manifests. The boot program of a later format reads this one too."""
FOLDER = "scripts/node-programs"
BOOT_KEY = f"{FOLDER}/boot.pyz"
"""Of the boot program in the bucket: the same for each of its versions."""


def actions_of(kind: Kind, settings: Settings, endpoints: Endpoints) -> dict[str, list[NodeAction]]:
    """What a kind of node runs, by event; without events at which it runs nothing."""
    found: dict[str, list[NodeAction]] = {}
    for one in node_actions(settings, endpoints):
        if kind in one.kinds:
            found.setdefault(one.event, []).append(one)
    return found


def names(actions: list[NodeAction]) -> list[str]:
    """Of what runs at one event, each once. They stand in the cluster's document: another one is another cluster."""
    return list(dict.fromkeys(one.name for one in actions))


def key(kind: Kind, actions: dict[str, list[NodeAction]]) -> str:
    """Of a manifest in the bucket. A cluster that is replaced because of other names keeps its own until it is gone."""
    told = "\n".join(" ".join([event, *names(found)]) for event, found in sorted(actions.items()))
    return f"{FOLDER}/{hashlib.sha256(told.encode()).hexdigest()[:12]}/{kind}.json"


def manifest(actions: dict[str, list[NodeAction]], endpoints: Endpoints) -> dict[str, Any]:
    """As scripts/node/boot reads it."""
    programs = sorted({one.program for found in actions.values() for one in found})
    return {
        "format": FORMAT,
        "programs": {
            name: {"uri": endpoints.program_uris[name], "sha256": endpoints.program_hashes[name]} for name in programs
        },
        "events": {event: [_row(one) for one in found] for event, found in actions.items()},
    }


def _row(action: NodeAction) -> dict[str, Any]:
    return {"name": action.name, "program": action.program, "arguments": list(action.args)}
