"""What the operator sees while users are made: a bar on a terminal, plain lines elsewhere; at the end a table."""

import time
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

LINE_SECONDS = 5.0
"""Between two plain lines."""
SHOWN_FAILURES = 20


class Display:
    """Use as a context manager around the work."""

    def __init__(self, console: Console, count: int) -> None:
        self._console, self._count = console, count
        self._began: float | None = None
        self._before = 0
        self._line_at = 0.0
        self._task: TaskID | None = None
        self._bar = Progress(
            TextColumn("users"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> "Display":
        self._bar.start()
        self._task = self._bar.add_task("users", total=self._count, rate="")
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def progress(self, done: int, total: int) -> None:
        """`done` of `total` users are dealt with."""
        now = time.monotonic()
        if self._began is None:
            # What was there before the work began does not count for the rate.
            self._began, self._before = now, done
        rate = (done - self._before) / (now - self._began) if now > self._began else 0.0
        if self._console.is_terminal and self._task is not None:
            self._bar.update(self._task, completed=done, total=total, rate=f"{rate:.0f}/s")
        elif done == total or now - self._line_at >= LINE_SECONDS:
            self._line_at = now
            left = f", {rate:.0f}/s, {(total - done) / rate:.0f} s left" if rate and done < total else ""
            self.say(f"{done} of {total} users{left}")

    def say(self, text: str) -> None:
        """One line above the bar."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


def show_summary(console: Console, summary: Mapping[str, Any]) -> None:
    """The end of a run: the failures by name, then the figures."""
    failed = summary["failed"]
    for item in failed[:SHOWN_FAILURES]:
        console.print(f"failed: {item['name']}: {item['reason']}", markup=False, highlight=False, soft_wrap=True)
    if len(failed) > SHOWN_FAILURES:
        console.print(f"… and {len(failed) - SHOWN_FAILURES} more")
    table = Table(show_header=False, box=None)
    rows = {
        "created": summary["created"],
        "existed already": summary["existing"],
        "failed": len(failed),
        "added to the group": summary["members_added"],
        "verified": summary["verified"],
        "seconds": summary["seconds"],
        "users a second": summary["users_per_second"],
    }
    if summary.get("remaining"):
        rows["not begun"] = summary["remaining"]
    for name, value in rows.items():
        table.add_row(name, str(value))
    console.print(table)
