"""The cluster at a glance, for a terminal: what each queue may become."""

from collections.abc import Iterator

from settings import Settings
from settings.facts.machines import date, machine
from settings.rules.resources import resources

_HEAD = ("queue", "compute resource", "instance type", "nodes", "vCPUs", "memory GiB", "GPUs")
_TEXTS = 3
"""Columns of text, before those of numbers."""
_LONGEST = 16
"""Signs of a name, so that a row fits into 100."""


def table(settings: Settings) -> str:
    """A row for each compute resource, and one for all; from the fewest to the most nodes. A type that is not known has `?`."""
    rows = [_HEAD, *_rows(settings)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = ["  ".join(_cell(row[column], widths[column], column) for column in range(len(_HEAD))) for row in rows]
    return "\n".join(
        [
            *(line.rstrip() for line in lines),
            f"Types as of {date()}. Prices are not known here; the AWS Pricing Calculator has them.",
        ]
    )


def _cell(text: str, width: int, column: int) -> str:
    return text.ljust(width) if column < _TEXTS else text.rjust(width)


def _rows(settings: Settings) -> Iterator[tuple[str, ...]]:
    totals: list[tuple[int, int] | None] = [(0, 0)] * 4
    for _, queue, one in resources(settings):
        found = machine(one.instance_types[0])
        each = (1, found.vcpus, found.memory / 1024, found.gpus) if found else (1, None, None, None)
        ranges = [None if size is None else (round(one.min_count * size), round(one.max_count * size)) for size in each]
        totals = [_sum(total, more) for total, more in zip(totals, ranges, strict=True)]
        types = one.instance_types[0] + (f" +{len(one.instance_types) - 1}" if len(one.instance_types) > 1 else "")
        spot = {"SPOT": " spot", "CAPACITY_BLOCK": " block"}.get(queue.capacity_type, "")
        yield (_cut(queue.name), _cut(one.name), types + spot, *(_range(pair) for pair in ranges))
    yield ("all", "", "", *(_range(pair) for pair in totals))


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _sum(one: tuple[int, int] | None, other: tuple[int, int] | None) -> tuple[int, int] | None:
    return (one[0] + other[0], one[1] + other[1]) if one and other else None


def _range(pair: tuple[int, int] | None) -> str:
    if pair is None:
        return "?"
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]}-{pair[1]}"
