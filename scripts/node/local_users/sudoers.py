"""Sudo rights: one file for all users of the list, put in place only when visudo takes it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from ..library import commands
from ..library.changes import Changes
from .wanted import User

FILE = Path("/etc/sudoers.d/60-hpcstack-local-users")
_HEAD = "# Written by hpcstack from the stack's list of users; changes here are lost.\n"


def reconcile(changes: Changes, users: Iterable[User]) -> dict[str, str]:
    """Rights of those who are present; by user, what visudo said of a rule that is left out."""
    wanted = {one.name: one.sudo for one in users if one.sudo is not None and not one.locked}
    refused: dict[str, str] = {}
    text = _text(wanted)
    if wanted and not _same(text) and _visudo(text) is not None:
        told = {name: _visudo(_text({name: rule})) for name, rule in wanted.items()}
        refused = {name: f"has a sudo rule that visudo does not take: {said}" for name, said in told.items() if said}
        text = _text({name: rule for name, rule in wanted.items() if name not in refused})
    if len(wanted) > len(refused):
        changes.file(FILE, text, mode=0o440)
    else:
        changes.gone(FILE)
    return refused


def _text(rules: dict[str, str]) -> str:
    return _HEAD + "".join(f"{name} {rule}\n" for name, rule in sorted(rules.items()))


def _same(text: str) -> bool:
    return FILE.is_file() and not FILE.is_symlink() and FILE.read_text() == text


def _visudo(text: str) -> str | None:
    """What visudo says of a file that it does not take."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sudoers")
        path.write_text(text)
        path.chmod(0o440)
        code, told, error = commands.attempt("visudo", "--check", "--file", str(path))
    lines = [line.replace(f"{path}:", "").strip() for line in f"{error}\n{told}".splitlines() if line.strip()]
    return (lines[0] if lines else f"it ended with {code}") if code else None
