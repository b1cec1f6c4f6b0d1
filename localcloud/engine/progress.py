"""Progress of long work: a bar in a terminal, a line now and then elsewhere. On standard error: standard output is for results."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[float], None]
_PLAIN_PARTS = 4


def say(line: str) -> None:
    print(f"local cloud: {line}", file=sys.stderr, flush=True)


@contextmanager
def progress(what: str, total: float | None = None) -> Iterator[Advance]:
    """Shows `what` while the block runs; the block calls what it gets with each amount done of `total`."""
    # Imported at use: most commands have nothing long to show.
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        say(what)
        yield _plain(what, total)
        return
    columns = (TextColumn("local cloud: {task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda amount: shown.advance(task, amount)


def _plain(what: str, total: float | None) -> Advance:
    done, told = 0.0, 0

    def advance(amount: float) -> None:
        nonlocal done, told
        done += amount
        part = int(_PLAIN_PARTS * done / total) if total else 0
        if told < part < _PLAIN_PARTS:
            told = part
            say(f"{what}: {100 * part // _PLAIN_PARTS} %")

    return advance
