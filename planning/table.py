"""The cluster at a glance, for a terminal: what each queue may become, and what it costs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from planning.prices import NOTHING, Prices, Range, of_nodes, of_resource, system
from settings import Settings
from settings.facts.machines import date, machine
from settings.rules.resources import resources

_HEAD = ("queue", "resource", "instance type", "nodes", "vCPUs", "memory GiB", "GPUs")
_TEXTS = 3
"""Columns of text, before those of numbers."""
_LONGEST = 11
"""Signs of a name, so that a row fits into 100."""

_WHOLE = 100
"""Prices from here on are shown without a fraction."""


@dataclass(frozen=True, kw_only=True)
class _Row:
    """Machines of one kind. A range that is not known is None."""

    texts: tuple[str, str, str]
    ranges: tuple[tuple[int, int] | None, ...]
    """Nodes, vCPUs, memory, GPUs."""
    price: Range | None


def table(settings: Settings, prices: Prices | None = None) -> str:
    """A row for the head node, each pool of login nodes, each compute resource, and one for all: from the fewest to the most nodes.

    A type or price that is not known has `?`. Without `prices` nobody has asked for them.
    """
    known = prices if prices and prices.date else None
    rows = list(_rows(settings, prices or Prices()))
    cells = [(*_HEAD, *([f"{known.currency}/hour"] if known else [])), *_cells([*rows, _all(rows)], known is not None)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(_cell(one, widths[column], column) for column, one in enumerate(row)) for row in cells]
    return "\n".join([*(line.rstrip() for line in lines), *_foot(settings, prices)])


def _rows(settings: Settings, prices: Prices) -> Iterator[_Row]:
    cluster = settings.cluster
    head = cluster.head_node.instance_type
    yield _row(("(head)", "", head), head, (1, 1), of_nodes(head, 1, prices))
    for pool in cluster.login_nodes.all_pools:
        name, count = pool.instance_type, pool.count
        yield _row(("(login)", _cut(pool.name), name), name, (count, count), of_nodes(name, count, prices))
    for _, queue, one in resources(settings):
        first, others = one.instance_types[0], len(one.instance_types) - 1
        bought = {"SPOT": " spot", "CAPACITY_BLOCK": " block"}.get(queue.capacity_type, "")
        types = first + (f" +{others}" if others else "") + bought
        nodes = (one.min_count, one.max_count)
        yield _row((_cut(queue.name), _cut(one.name), types), first, nodes, of_resource(queue, one, prices))


def _row(texts: tuple[str, str, str], instance_type: str, nodes: tuple[int, int], price: Range | None) -> _Row:
    found = machine(instance_type)
    each = (1, found.vcpus, found.memory / 1024, found.gpus) if found else (1, None, None, None)
    ranges = tuple(None if size is None else (round(nodes[0] * size), round(nodes[1] * size)) for size in each)
    return _Row(texts=texts, ranges=ranges, price=price)


def _all(rows: Iterable[_Row]) -> _Row:
    ranges: tuple[tuple[int, int] | None, ...] = ((0, 0),) * 4
    price: Range | None = NOTHING
    for row in rows:
        ranges = tuple(_sum(total, more) for total, more in zip(ranges, row.ranges, strict=True))
        price = price + row.price if price and row.price else None
    return _Row(texts=("all", "", ""), ranges=ranges, price=price)


def _cells(rows: Iterable[_Row], with_prices: bool) -> Iterator[tuple[str, ...]]:
    for row in rows:
        yield (*row.texts, *map(_range, row.ranges), *([_money(row.price)] if with_prices else []))


def _foot(settings: Settings, prices: Prices | None) -> Iterator[str]:
    if prices is None:
        yield f"Types as of {date()}. A preview shows prices too."
        return
    if prices.date:
        yield f"Types as of {date()}, prices of AWS as of {prices.date}: machines with {system(settings)} alone, without"
        yield "disks, storage, network and taxes; spot from the cheapest to the dearest zone; blocks are prepaid."
    if prices.lacking:
        yield f"{'Some prices' if prices.date else 'Prices'} are not known: {prices.lacking}"
    elif not prices.date:
        yield f"Types as of {date()}. Prices are not known: AWS's price list has none of these types."


def _cell(text: str, width: int, column: int) -> str:
    return text.ljust(width) if column < _TEXTS else text.rjust(width)


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _sum(one: tuple[int, int] | None, other: tuple[int, int] | None) -> tuple[int, int] | None:
    return (one[0] + other[0], one[1] + other[1]) if one and other else None


def _range(pair: tuple[int, int] | None) -> str:
    if pair is None:
        return "?"
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]}-{pair[1]}"


def _money(price: Range | None) -> str:
    if price is None:
        return "?"
    lowest, highest = _amount(price.lowest), _amount(price.highest)
    return lowest if lowest == highest else f"{lowest}-{highest}"


def _amount(price: Decimal) -> str:
    return f"{price:.2f}" if price < _WHOLE else f"{price:.0f}"
