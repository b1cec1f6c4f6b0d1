"""Who does what: names to controllers, numbers to names."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Mapping

from ..wanted.checks import FIRST_ID


def place(name: str, servers: int) -> int:
    """The server of a name, always the same one.

    The same name added on two controllers before they have told each other makes a conflict that locks the user out.
    """
    return zlib.crc32(name.encode()) % servers


def share_out(names: Iterable[str], servers: int) -> list[list[str]]:
    """Each name to its server."""
    shares: list[list[str]] = [[] for _ in range(servers)]
    for name in names:
        shares[place(name, servers)].append(name)
    return shares


def assign_uids(
    exact: Mapping[str, int], liked: Mapping[str, int | None], holders: Mapping[int, str]
) -> tuple[dict[str, int], dict[str, str]]:
    """Name -> uid number, and name -> who holds its number already. The directory accepts a second holder without a word.

    An exact number is given or is a conflict. One that is liked is given where free; else, and without one, the next above
    all that are in use. Whoever has a number keeps it.
    """
    conflicts = {name: holders[uid] for name, uid in exact.items() if holders.get(uid, name) != name}
    numbers = dict(exact)
    taken = set(exact.values())
    waiting: list[str] = []
    held = {name: uid for uid, name in holders.items()}
    for name, uid in liked.items():
        if name in held:
            # Somebody else has made the account meanwhile.
            numbers[name] = held[name]
        elif uid is None or uid in taken or uid in holders:
            waiting.append(name)
        else:
            numbers[name] = uid
            taken.add(uid)
    following = max([FIRST_ID - 1, *holders, *taken, *(uid for uid in liked.values() if uid is not None)]) + 1
    return {**numbers, **{name: following + ahead for ahead, name in enumerate(waiting)}}, conflicts


def others_with(
    names: Iterable[str], numbers: Mapping[str, int], holders: Mapping[int, Collection[str]]
) -> dict[str, str]:
    """Of the names whose number somebody else has too, each with one of those others."""
    found = {name: set(holders.get(numbers[name], ())) - {name} for name in names if name in numbers}
    return {name: min(others) for name, others in sorted(found.items()) if others}
