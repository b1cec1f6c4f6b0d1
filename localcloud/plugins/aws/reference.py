"""The tables of docs/stand-ins.md, from the types themselves: `python -m localcloud.plugins.aws.reference` writes them anew."""

import sys
from collections.abc import Iterator
from pathlib import Path

from localcloud import paths
from localcloud.plugins.aws.outputs import LEFT_OUT
from localcloud.plugins.aws.plugin import AwsPlugin
from localcloud.plugins.resource import ResourceType
from localcloud.plugins.rules import APPLY, DELETE, PREVIEW

PAGE = paths.ROOT / "docs" / "stand-ins.md"
BEGIN, END = "<!-- written by localcloud.plugins.aws.reference -->", "<!-- end of what is written -->"
_STAGES = {PREVIEW: "at preview", APPLY: "when made or changed", DELETE: "when deleted"}


def written(page: str) -> str:
    """The page with its tables as they should be."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{text()}\n{END}{after}"


def text() -> str:
    """The tables: types and functions, what is refused, what is left out."""
    plugin = AwsPlugin()
    types = [kind for _, kind in sorted(plugin.types.items())]
    parts = [
        "## What it knows\n",
        *_table(("Type", "Inputs implemented", "Replaced when these change"), (_inputs(kind) for kind in types)),
        *_table(
            ("Function", "Inputs implemented"),
            ((_short(token), _words(one.inputs)) for token, one in sorted(plugin.functions.items())),
        ),
        "## What it refuses\n",
        "At preview stands what the official plugin refuses before anything is made; when made, changed or deleted stands",
        "what AWS or the official plugin refuse only then. All that is wrong at a stage is told at once: the property's",
        "path, what is allowed, the value. What only the stand-in refuses has its reason in parentheses. For all that takes",
        "tags: at most 50, keys of 1 to 128 characters that do not begin with aws:, values of at most 256.\n",
        *_table(("Type", "Property", "When", "What"), (row for kind in types for row in _refusals(kind))),
        "## Outputs left out\n",
        "The SDK declares these as always there; a program that reads one gets nothing here.\n",
        *_table(
            ("Type or function", "Outputs", "Why"),
            (row for token, why in sorted(LEFT_OUT.items()) for row in _left(token, why)),
        ),
    ]
    return "\n".join(parts)


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    yield from (f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)
    yield ""


def _inputs(kind: ResourceType) -> tuple[str, ...]:
    return _short(kind.token), _words(kind.inputs), _words(kind.replace) or "-"


def _refusals(kind: ResourceType) -> Iterator[tuple[str, ...]]:
    shared = {"must have 0 to 50 items", "must have keys of"}
    for rule in sorted(kind.every_rule, key=lambda one: list(_STAGES).index(one.stage)):
        if not (rule.subject == "tags" and any(rule.text.startswith(one) for one in shared)):
            yield _short(kind.token), f"`{rule.subject}`", _STAGES[rule.stage], rule.text


def _left(token: str, why: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for reason in dict.fromkeys(why.values()):
        yield _short(token), _words(key for key in why if why[key] == reason), reason


def _short(token: str) -> str:
    return f"`{token.rpartition(':')[0]}`"


def _words(names: Iterator[str] | frozenset[str]) -> str:
    return " ".join(sorted(names)) or "-"


def main() -> None:
    """Write the page."""
    PAGE.write_text(written(PAGE.read_text()))
    sys.stdout.write(f"{PAGE.relative_to(Path.cwd()) if PAGE.is_relative_to(Path.cwd()) else PAGE} is written\n")


if __name__ == "__main__":
    main()
