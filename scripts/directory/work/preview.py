"""What a run would do, as a diff: for people and, line by line, for machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..plan.users import ADD, DELETE, Action
from ..report import Report

_SHOWN_MEMBERS = 10


@dataclass(frozen=True)
class Preview:
    """What would be done. `enter` and `leave`: group -> names."""

    actions: Sequence[Action]
    groups_to_make: Sequence[str]
    enter: Mapping[str, Sequence[str]]
    leave: Mapping[str, Sequence[str]]
    failed: Mapping[str, str]


def show(report: Report, plan: Preview) -> None:
    """One event each, and the summary."""
    for name in plan.groups_to_make:
        report.item({"event": "plan", "action": "add-group", "name": name}, f"+ group {name}")
    for action in sorted(plan.actions, key=lambda action: action.user.name):
        report.item(_values(action), _line(action))
    for name in sorted({*plan.enter, *plan.leave}):
        enter, leave = sorted(plan.enter.get(name, ())), sorted(plan.leave.get(name, ()))
        if enter or leave:
            values = {"event": "plan", "action": "change-group", "name": name, "enter": enter, "leave": leave}
            report.item(values, f"~ group {name}: {' '.join([*_some(enter, '+'), *_some(leave, '-')])}")
    for name, why in sorted(plan.failed.items()):
        report.item({"event": "plan", "action": "refuse", "name": name, "reason": why}, f"! {name}: {why}")
    counts = {
        "to_add": sum(1 for action in plan.actions if action.kind == ADD),
        "to_change": sum(1 for action in plan.actions if action.kind not in (ADD, DELETE)),
        "to_delete": sum(1 for action in plan.actions if action.kind == DELETE),
        "groups_to_make": len(plan.groups_to_make),
        "members_to_add": sum(map(len, plan.enter.values())),
        "members_to_remove": sum(map(len, plan.leave.values())),
        "refused": len(plan.failed),
    }
    words = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items() if count)
    values: dict[str, Any] = {"dry_run": True, **counts, "seconds": round(report.seconds, 2)}
    report.summary(values, [f"plan: {words or 'nothing to do'}; nothing was changed"])


def _values(action: Action) -> dict[str, Any]:
    changes = [{"attribute": c.label, "from": c.old, "to": c.new} for c in action.changes]
    return {
        "event": "plan",
        "action": action.kind,
        "name": action.user.name,
        "changes": changes,
        "origin": action.user.origin,
    }


def _line(action: Action) -> str:
    if action.kind == ADD:
        told = ", ".join(f"{key} {text}" for key, text in action.user.attributes.items() if text)
        state = f" ({action.user.state})" if action.user.state not in (None, "present") else ""
        return f"+ {action.user.name}{state}{': ' if told else ''}{told}"
    if action.kind == DELETE:
        return f"- {action.user.name}"
    told = ", ".join(f"{c.label}: {c.old or '-'} -> {c.new or '-'}" for c in action.changes)
    return f"~ {action.user.name}: {told}"


def _some(names: Sequence[str], sign: str) -> list[str]:
    more = [f"… ({len(names)} in all)"] if len(names) > _SHOWN_MEMBERS else []
    return [*(f"{sign}{name}" for name in names[:_SHOWN_MEMBERS]), *more]
