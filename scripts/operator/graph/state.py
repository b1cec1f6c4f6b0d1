"""A stack's resources and what needs what, from the engine's own export."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.operator.errors import OperatorError

STACK = "pulumi:pulumi:Stack"


@dataclass(frozen=True, kw_only=True)
class Node:
    """A resource, or a component if `custom` is off."""

    urn: str
    type: str
    name: str
    parent: str | None
    """URN; None below the stack itself."""
    custom: bool
    protected: bool = False

    @property
    def kind(self) -> str:
        """The last word of the type: `Subnet`."""
        return self.type.rsplit(":", 1)[-1]


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Edges go from what is needed to who needs it, the way things are made."""

    stack: str
    nodes: Mapping[str, Node]
    """By URN, sorted."""
    edges: frozenset[tuple[str, str]]
    children: Mapping[str | None, list[str]] = field(default_factory=dict[str | None, list[str]])


def read(export: Mapping[str, Any], stack: str) -> Graph:
    """The graph of what `pulumi stack export` printed. Raises OperatorError if the stack has no resources.

    Sorted, because the state's order is that of creation, another one each time: the same stack is the same picture.
    """
    found = (export.get("deployment") or {}).get("resources") or []
    resources = sorted((one for one in found if not one.get("delete")), key=lambda one: one["urn"])
    nodes = {
        node.urn: node
        for node in map(_node, resources)
        if not node.type.startswith(("pulumi:pulumi:", "pulumi:providers:"))
    }
    if not nodes:
        raise OperatorError(
            f"stack {stack} has no resources, so there is nothing to draw: make it with `just up {stack}`"
        )
    nodes = {urn: _below_the_stack(node) if node.parent not in nodes else node for urn, node in nodes.items()}
    edges = {(need, one["urn"]) for one in resources for need in _needs(one) if {need, one["urn"]} <= set(nodes)}
    children: dict[str | None, list[str]] = {}
    for node in nodes.values():
        children.setdefault(node.parent, []).append(node.urn)
    return Graph(stack=stack, nodes=nodes, edges=frozenset(edges), children=children)


def _node(one: Mapping[str, Any]) -> Node:
    return Node(
        urn=one["urn"],
        type=one["type"],
        name=one["urn"].rsplit("::", 1)[-1],
        parent=one.get("parent"),
        custom=bool(one.get("custom")),
        protected=bool(one.get("protect")),
    )


def _below_the_stack(node: Node) -> Node:
    return Node(**{**node.__dict__, "parent": None})


def _needs(one: Mapping[str, Any]) -> set[str]:
    properties: Iterable[Iterable[str]] = (one.get("propertyDependencies") or {}).values()
    found = {*(one.get("dependencies") or []), *(urn for urns in properties for urn in urns or [])}
    return found - {one["urn"]}


def reduced(edges: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Without the edges that a longer way says already (the transitive reduction). Cycles stay as they are."""
    after: dict[str, set[str]] = {}
    for start, end in edges:
        after.setdefault(start, set()).add(end)
    return {
        (start, end)
        for start, ends in after.items()
        for end in ends
        if not any(end in _reached(other, after, start) for other in ends - {end})
    }


def _reached(start: str, after: Mapping[str, set[str]], without: str) -> set[str]:
    """All that can be reached from `start` without going through one node."""
    seen: set[str] = set()
    todo = [start]
    while todo:
        for following in after.get(todo.pop(), set()) - seen - {without}:
            seen.add(following)
            todo.append(following)
    return seen
