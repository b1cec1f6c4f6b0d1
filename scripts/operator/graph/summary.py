"""The stack in one look: each component of the program as one box, with what it holds."""

from collections import Counter
from dataclasses import dataclass

from scripts.operator.graph.state import Graph, Node


@dataclass(frozen=True, kw_only=True)
class Box:
    """A component below the stack (or a resource that stands there alone), and how many resources of each type it holds."""

    node: Node
    holds: tuple[tuple[str, int], ...]
    """Type and number."""
    protected: int
    """How many of them Pulumi protects."""


def boxes(graph: Graph) -> dict[str, Box]:
    """By URN of what stands below the stack."""
    found: dict[str, Box] = {}
    for urn in graph.children[None]:
        held = [graph.nodes[one] for one in graph.nodes if one in resources(graph, urn)]
        counts = Counter(node.type for node in held)
        protected = sum(node.protected for node in held)
        found[urn] = Box(node=graph.nodes[urn], holds=tuple(counts.items()), protected=protected)
    return found


def resources(graph: Graph, urn: str) -> set[str]:
    """URNs of the resources in a component at any depth, or of the resource itself with its children."""
    own = {urn} if graph.nodes[urn].custom else set[str]()
    return own.union(*(resources(graph, child) for child in graph.children.get(urn, [])))


def edges(graph: Graph) -> set[tuple[str, str]]:
    """What is needed between boxes."""
    pairs = {(top(graph, start), top(graph, end)) for start, end in graph.edges}
    return {(start, end) for start, end in pairs if start != end}


def top(graph: Graph, urn: str) -> str:
    """The URN of what stands below the stack and holds this one, or is it."""
    while (parent := graph.nodes[urn].parent) is not None:
        urn = parent
    return urn
