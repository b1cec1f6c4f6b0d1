"""`just graph`: writes a stack as SVG."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.operator import stack
from scripts.operator.errors import OperatorError
from scripts.operator.graph import dot, render, state


def main(arguments: Sequence[str]) -> int:
    options = _parser().parse_args(arguments)
    try:
        name = options.stack or stack.selected("just graph STACK")
        found = state.read(_export(name), name)
        text = dot.of_resources(found) if options.all else dot.of_components(found)
        target = Path(options.output or f"stack-{name.replace('/', '-')}.svg")
        _write(target, text if target.suffix == ".dot" else render.svg(text))
    except OperatorError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.code
    print(f"{target} written: {sum(node.custom for node in found.nodes.values())} resources of stack {name}")
    return 0


def _export(name: str) -> dict[str, object]:
    text = stack.pulumi(["stack", "export", "--stack", name], f"stack {name} cannot be read")
    try:
        return json.loads(text)
    except ValueError as error:
        raise OperatorError(f"stack {name} cannot be read: pulumi answered no JSON") from error


def _write(target: Path, text: str) -> None:
    try:
        target.write_text(text)
    except OSError as error:
        raise OperatorError(f"{target} cannot be written: {error.strerror}: choose another --output") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="just graph",
        usage="just graph [stack] [--all] [--output FILE]",
        description="Write what a stack is made of as a picture, from its state: each component as a box, and what needs what.",
    )
    parser.add_argument("--stack", metavar="NAME", help="the stack (default: the selected one)")
    parser.add_argument("--all", action="store_true", help="every resource, in a frame a component")
    parser.add_argument(
        "--output", metavar="FILE", help="default: stack-NAME.svg; a name that ends with .dot gets graphviz's language"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
