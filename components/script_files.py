"""The team's own scripts for nodes: files below the project's folder, read before any resource."""

import hashlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from settings import Problem, Settings
from settings.problem import holds_secret, weighed
from settings.rules.actions import all_actions

_PROJECT = Path(__file__).resolve().parent.parent


def script_files(settings: Settings) -> dict[str, Path]:
    """What to upload, by `name()`."""
    return {name(one.file): _PROJECT / one.file for _, one in all_actions(settings) if one.file}


def name(path: str) -> str:
    """Of a script in the bucket; of another path another one, whatever signs are in it."""
    return f"team/{hashlib.sha256(path.encode()).hexdigest()[:8]}-{PurePosixPath(path).name}"


def problems(settings: Settings) -> Iterator[Problem]:
    """Files that are not there, that no node could run, or that hold what users of the nodes must not read."""
    for path, action in all_actions(settings):
        fault = _fault(_PROJECT / action.file) if action.file else None
        if fault:
            yield weighed(
                "script-file",
                path,
                action.script,
                fault,
                "a script below the project's folder that begins with #! and holds no secret",
                "mend the file or its path, then look again with: just preview",
            )


def _fault(path: Path) -> str | None:
    if not path.resolve().is_relative_to(_PROJECT):
        return "leads out of the project's folder"
    try:
        content = path.read_bytes()
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if not content.startswith(b"#!"):
        return "does not begin with #!, so that a node would not know what to run it with"
    if b"\r" in content.partition(b"\n")[0]:
        return "has line ends of Windows, which the first line's interpreter would be looked for with"
    if holds_secret(content.decode(errors="replace")):
        return "holds what looks like a private key, an access key or a token, and every user of a node could read it"
    return None
