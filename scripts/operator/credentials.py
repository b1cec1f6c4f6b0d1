"""New passwords on their way from the jump host to the operator's machine, where they are kept in one file a run."""

import hashlib
import os
import shlex
import time
from pathlib import Path

from scripts.operator.errors import OperatorError
from scripts.operator.reach.channel import FOLDER as REMOTE_FOLDER
from scripts.operator.reach.ssh import Session

FOLDER = "credentials"
"""In the project; git ignores it."""
EMPTY = "name,password\n"
"""A file of new passwords without any."""


def remote_file(stack: str) -> str:
    """Where the tool keeps a stack's new passwords on the host. One name a stack: what a broken connection left there
    is extended by the next run, and fetched by it.
    """
    return f"{REMOTE_FOLDER}/credentials-{stack.replace('/', '-')}.csv"


def fetch(session: Session, stack: str, project: Path) -> Path | None:
    """Store the host's file as credentials/<stack>/<UTC time>.csv, then remove it there; None if there is none.

    Raises OperatorError; the file then still is on the host, as it is if it changed meanwhile.
    """
    remote = remote_file(stack)
    content = session.get(remote)
    if content is None:
        return None
    stored = keep(content, stack, project, f"{session.where}:{remote}")
    check = f"{hashlib.sha256(content).hexdigest()}  {remote}\n"
    session.run(f"sha256sum --check --status - && rm -f {shlex.quote(remote)}", check.encode())
    return stored


def keep(content: bytes, stack: str, project: Path, source: str) -> Path:
    """Store new passwords as credentials/<stack>/<UTC time>.csv. Raises OperatorError, which says that `source` still has them."""
    try:
        return store(content, project / FOLDER / stack.replace("/", "-"))
    except OSError as error:
        raise OperatorError(f"new passwords cannot be stored ({error}); they still are in {source}", 1) from error


def left_behind(where: str, stored: Path, why: str) -> OperatorError:
    """What was stored here and could not be taken away there."""
    return OperatorError(f"new passwords are in {stored}, and still in {where}, which was not deleted: {why}", 1)


def store(content: bytes, folder: Path) -> Path:
    """Write a new file, 0600 in a folder 0700, and return when it would survive a power cut."""
    for path in (folder.parent, folder):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
    target = folder / time.strftime("%Y%m%dT%H%M%SZ.csv", time.gmtime())
    number = 1
    while target.exists():
        number += 1
        target = folder / time.strftime(f"%Y%m%dT%H%M%SZ-{number}.csv", time.gmtime())
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
    return target
