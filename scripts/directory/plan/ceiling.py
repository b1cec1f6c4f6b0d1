"""How many accounts a run may take away: an empty or a wrong list must not empty the directory."""

from __future__ import annotations

from ..wanted.model import Ceiling


def allowed(ceiling: Ceiling, marked: int) -> int:
    """Accounts, of `marked` that are the tool's own. A share is rounded up: of a handful one may always go."""
    if ceiling.number is not None:
        return ceiling.number
    return -(-marked * (ceiling.percent or 0) // 100)


def told(taken: list[str], ceiling: Ceiling, marked: int) -> str | None:
    """The error when more would go than may; None when all is well."""
    limit = allowed(ceiling, marked)
    if len(taken) <= limit:
        return None
    some = ", ".join(taken[:5]) + (", …" if len(taken) > 5 else "")
    how = f"{ceiling.number}" if ceiling.number is not None else f"{ceiling.percent} % of {marked}"
    return (
        f"{len(taken)} accounts would be deleted or disabled ({some}), and at most {limit} may be (--max-delete {how}); "
        "look at the list with --dry-run, then raise --max-delete"
    )
