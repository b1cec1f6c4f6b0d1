"""Lines of ours in a file of others, between two marks."""

from __future__ import annotations

from collections.abc import Sequence


def with_block(text: str, name: str, lines: Sequence[str]) -> str:
    """`text` with exactly one block of this name, where it was or else at the end; without lines, with none."""
    begin, end = f"# BEGIN hpcstack {name}", f"# END hpcstack {name}"
    kept: list[str] = []
    place, within = None, False
    for line in text.splitlines():
        if line == begin:
            within, place = True, len(kept) if place is None else place
        elif line == end and within:
            within = False
        elif not within:
            kept.append(line)
    block = [begin, *lines, end] if lines else []
    where = len(kept) if place is None else place
    whole = [*kept[:where], *block, *kept[where:]]
    return "".join(f"{line}\n" for line in whole)
