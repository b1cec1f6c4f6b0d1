"""Graphs in graphviz's language."""

from collections.abc import Iterable, Iterator
from html import escape

from scripts.operator.graph import summary
from scripts.operator.graph.look import SUBJECTS, Subject, subject, words
from scripts.operator.graph.state import Graph, Node, reduced

_FONT = "Helvetica,Arial,sans-serif"
_ROWS = 9
"""More types than this in a box are told as a number."""
_WHOLE = 3
"""What needs this many resources or more, and all of a component, is drawn as needing the component."""


def of_components(graph: Graph) -> str:
    """One box a component."""
    boxes = summary.boxes(graph)
    lines = [f"  {_quoted(urn)} [label=<{_box_label(box)}>];" for urn, box in boxes.items()]
    edges = sorted(reduced(summary.edges(graph)))
    used = {subject(box.node.type).name for box in boxes.values()}
    arrows = [f"  {_quoted(start)} -> {_quoted(end)};" for start, end in edges]
    return _whole(_title(graph), "TB", used, [*lines, *arrows])


def of_resources(graph: Graph) -> str:
    """Every resource, in a frame a component."""
    prefix = _common_start(graph)
    lines = [line for urn in graph.children[None] for line in _tree(graph, urn, prefix, "  ")]
    used = {subject(node.type).name for node in graph.nodes.values()}
    title = f"{_title(graph)}; names begin with {prefix}" if prefix else _title(graph)
    return _whole(title, "LR", used, [*lines, *_arrows(graph)])


def _title(graph: Graph) -> str:
    count = sum(node.custom for node in graph.nodes.values())
    return f"Stack {graph.stack}: {count} resources"


def _common_start(graph: Graph) -> str:
    """What all names begin with, up to a hyphen."""
    same = list[str]()
    for parts in zip(*(node.name.split("-") for node in graph.nodes.values()), strict=False):
        if len(set(parts)) > 1:
            break
        same.append(parts[0])
    return "-".join(same)


def _whole(title: str, direction: str, used: set[str], body: Iterable[str]) -> str:
    head = [
        f'  graph [rankdir={direction}, fontname="{_FONT}", fontsize=14, labelloc=t, labeljust=l,',
        f"    label=<{_heading(title, used)}>, nodesep=0.25, ranksep=0.5, pad=0.2, compound=true, bgcolor=white];",
        f'  node [shape=plain, fontname="{_FONT}", fontsize=14];',
        '  edge [color="#6b7280", arrowsize=0.7];',
    ]
    return "\n".join(["digraph stack {", *head, *body, "}", ""])


def _heading(title: str, used: set[str]) -> str:
    cells = "".join(
        f'<td bgcolor="{one.fill}" color="{one.line}" border="1">{one.name}</td>'
        for one in SUBJECTS
        if one.name in used
    )
    said = "<td>A &#8594; B: B needs A</td>"
    legend = f'<table border="0" cellborder="0" cellspacing="6" cellpadding="4"><tr>{cells}{said}</tr></table>'
    big = f'<font point-size="22"><b>{escape(title)}</b></font>'
    rows = "".join(f'<tr><td align="left">{row}</td></tr>' for row in (big, legend))
    return f'<table border="0" cellspacing="0" cellpadding="4">{rows}</table>'


def _box_label(box: summary.Box) -> str:
    look = subject(box.node.type)
    rows = [
        f"{f'{count} ' if count > 1 else ''}{_plural(_type_words(kind), count)}" for kind, count in box.holds[:_ROWS]
    ]
    if more := sum(count for _, count in box.holds[_ROWS:]):
        rows.append(f"and {more} more")
    if box.protected:
        rows.append(f"<i>{box.protected} protected</i>")
    lines = "".join(f'<tr><td align="left">{row}</td></tr>' for row in rows or ["<i>nothing of its own</i>"])
    style = "" if box.holds else ' style="dashed"'
    name = f'<font point-size="16"><b>{_component(box.node)}</b>&#160;&#160;</font>'
    head = f'<tr><td align="left" bgcolor="{look.fill}">{name}</td></tr>'
    table = f'border="1" color="{look.line}"{style} bgcolor="white" cellborder="0" cellspacing="0" cellpadding="4"'
    return f"<table {table}>{head}{lines}</table>"


def _tree(graph: Graph, urn: str, prefix: str, indent: str) -> Iterator[str]:
    """A component as a frame with its children in it, a resource as a box."""
    node, children = graph.nodes[urn], graph.children.get(urn, [])
    look = subject(node.type)
    if node.custom:
        yield f"{indent}{_quoted(urn)} [label=<{_leaf_label(node, prefix, look)}>];"
    elif children:
        name = _short(node.name, prefix)
        yield f"{indent}subgraph {_quoted(_frame(urn))} {{"
        yield f"{indent}  label=<<b>{_component(node)}</b>&#160;&#160;&#160;{name}>; fontsize=15; labeljust=l;"
        yield f'{indent}  color="{look.line}"; bgcolor="{look.fill}55"; style=rounded; margin=10;'
        yield from (line for child in children for line in _tree(graph, child, prefix, f"{indent}  "))
        yield f"{indent}}}"
    if node.custom:
        yield from (line for child in children for line in _tree(graph, child, prefix, indent))


def _leaf_label(node: Node, prefix: str, look: Subject) -> str:
    said = escape(words(node.kind)) + (" <i>(protected)</i>" if node.protected else "")
    name = _short(node.name, prefix)
    below = f'<tr><td><font point-size="12" color="#374151">{name}</font></td></tr>' if name else ""
    table = f'border="1" color="{look.line}" bgcolor="{look.fill}" cellborder="0" cellspacing="0" cellpadding="2"'
    return f"<table {table}><tr><td>{said}</td></tr>{below}</table>"


def _arrows(graph: Graph) -> Iterator[str]:
    """Who needs all of a component gets one arrow from its frame."""
    single = {edge for edge in graph.edges if all(graph.nodes[urn].custom for urn in edge)}
    framed: set[tuple[str, str]] = set()
    for start in graph.children[None]:
        inside = summary.resources(graph, start)
        for end in {end for _, end in single} - inside:
            if len(inside) >= _WHOLE and all((one, end) in single for one in inside):
                framed.add((start, end))
    covered = {(one, end) for start, end in framed for one in summary.resources(graph, start)}
    for start, end in sorted(reduced((single - covered) | framed)):
        if graph.nodes[start].custom:
            yield f"  {_quoted(start)} -> {_quoted(end)};"
        else:
            last = max(summary.resources(graph, start))
            yield f"  {_quoted(last)} -> {_quoted(end)} [ltail={_quoted(_frame(start))}, penwidth=2];"


def _frame(urn: str) -> str:
    return f"cluster {urn}"


def _component(node: Node) -> str:
    return escape(words(node.kind)[:1].upper() + words(node.kind)[1:])


def _short(name: str, prefix: str) -> str:
    return escape(name.removeprefix(prefix).removeprefix("-"))


def _type_words(token: str) -> str:
    return words(token.rsplit(":", 1)[-1])


def _plural(text: str, count: int) -> str:
    if count == 1 or text.endswith("s"):
        return text
    return f"{text[:-1]}ies" if text.endswith("y") else f"{text}s"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
