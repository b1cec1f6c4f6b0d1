"""What an integration has nodes run, and what it wants of slurm.conf."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from planning.endpoints import Endpoints
from planning.slurm_settings import Fragment
from settings import Settings

Kind = Literal["head", "login", "compute"]
ALL_KINDS: tuple[Kind, ...] = ("head", "login", "compute")


@dataclass(frozen=True, kw_only=True)
class NodeAction:
    """A program of scripts/node, which the boot program runs at an event of ParallelCluster's.

    Its content and its arguments may change with any update, so what runs at a node's start runs after updates too (`and_updated`).
    """

    event: Literal["OnNodeStart", "OnNodeConfigured", "OnNodeUpdated"]
    """Compute nodes have no OnNodeUpdated (ParallelCluster 3.16): changed ones are others."""
    kinds: Sequence[Kind]
    program: str
    """A folder of scripts/node, or a file of it by its whole name."""
    args: Sequence[Any] = ()
    """Each is one argument, a string or what becomes one; no shell between. Every user of the node can read them: no secrets."""
    variant: str = ""
    """What of it no update can bring to a running node: with another one the cluster is replaced."""

    @property
    def name(self) -> str:
        """In the cluster's document."""
        return f"{self.program}:{self.variant}" if self.variant else self.program


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


def and_updated(started: NodeAction, args: Sequence[Any] | None = None) -> list[NodeAction]:
    """What runs at a node's start, and after each update on nodes that stay; then with `args`, if they are others."""
    staying: list[Kind] = [kind for kind in started.kinds if kind != "compute"]
    again = replace(started, event="OnNodeUpdated", kinds=staying, args=started.args if args is None else args)
    return [started, again]


def with_settings(program: str, kinds: Sequence[Kind], endpoints: Endpoints) -> list[NodeAction]:
    """A program whose settings lie in the bucket. After updates their version is an argument: it is what makes the update."""
    uri, version = endpoints.node_settings[program]
    args = ("--settings", uri)
    started = NodeAction(event="OnNodeConfigured", kinds=kinds, program=program, args=args)
    return and_updated(started, (*args, "--version", version))
