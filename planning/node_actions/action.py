"""What an integration has nodes run, and what it wants of slurm.conf."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from planning.endpoints import Endpoints
from planning.slurm_settings import Fragment
from settings import Settings

Kind = Literal["head", "login", "compute"]
ALL_KINDS: tuple[Kind, ...] = ("head", "login", "compute")


@dataclass(frozen=True, kw_only=True)
class NodeAction:
    """A program of scripts/node as a custom action of ParallelCluster."""

    event: Literal["OnNodeStart", "OnNodeConfigured", "OnNodeUpdated"]
    """Compute nodes have no OnNodeUpdated (ParallelCluster 3.16)."""
    kinds: Sequence[Kind]
    program: str
    """A folder of scripts/node, or a file of it by its whole name."""
    args: Sequence[Any] = ()
    """Each is one argument, a string or what becomes one; no shell between. Every user of the node can read them: no secrets."""


def _no_lines(_: Settings) -> Sequence[Fragment]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Integration:
    """Pure functions: of the settings alone, or with what exists besides the cluster."""

    programs: Callable[[Settings], Sequence[str]]
    """What it runs; uploaded before anything else is known, and only then. None where the stack file does not ask for it."""
    actions: Callable[[Settings, Endpoints], Sequence[NodeAction]]
    lines: Callable[[Settings], Sequence[Fragment]] = _no_lines
    """Lines of slurm.conf."""


def with_settings(program: str, kinds: Sequence[Kind], endpoints: Endpoints) -> list[NodeAction]:
    """A program whose settings may change while the cluster stays: run at a node's start and after each update.

    The version is in the head node's OnNodeUpdated only, which an update may change: it is what makes the update, of all kinds.
    """
    uri, version = endpoints.node_settings[program]
    args = ("--settings", uri)
    started = NodeAction(event="OnNodeConfigured", kinds=kinds, program=program, args=args)
    others: list[Kind] = [kind for kind in kinds if kind != "head"]
    updated = NodeAction(event="OnNodeUpdated", kinds=["head"], program=program, args=(*args, "--version", version))
    return [
        started,
        updated,
        *([NodeAction(event="OnNodeUpdated", kinds=others, program=program, args=args)] if others else []),
    ]
