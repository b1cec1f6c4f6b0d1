"""The groups of a run that are not there yet, made on the first controller.

The others learn of them while users are made; members go in last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..link.steady import Steady
from ..plan.found import FoundGroup
from . import groups
from .share import Run


def make_missing(run: Run, first: Steady, views: Sequence[Mapping[str, FoundGroup]]) -> None:
    """`views`: what each controller knows. Made a moment ago on another one, a group may be known there only: here it would
    become a conflict. A group that is there already keeps its number, and its users get it.
    """
    there = {name: group for view in reversed(views) for name, group in view.items()}
    if primary := there.get(run.wanted.primary_group or ""):
        run.requests.gid = primary.gid or run.wanted.gid
    missing = [name for name in run.wanted.groups if name not in there]
    for name, number in _numbers(run, first, missing).items():
        made = first.run(
            lambda name=name, number=number: groups.make(
                first.server, name, run.wanted.users_ou, number, run.requests.mark
            )
        )
        if made:
            run.outcome.groups_made.add(name)


def _numbers(run: Run, first: Steady, missing: Sequence[str]) -> dict[str, int]:
    """The gidNumber of each new group: its own, or the next that is free."""
    if not missing:
        return {}
    taken = first.run(lambda: groups.gids(first.server))
    given = {name: run.wanted.groups[name].gid for name in missing}
    following = max([run.wanted.gid - 1, *taken, *(gid for gid in given.values() if gid)]) + 1
    numbers: dict[str, int] = {}
    for name, gid in given.items():
        numbers[name] = gid or following
        following += 0 if gid else 1
    return numbers
