"""The log folder: `<logs>/<year>/<month>/<job>-<start>-<what>.txt`, root's or Slurm's alone to write."""

from __future__ import annotations

import os
import pwd

from . import copying, folders, record, told
from .job import ENVIRONMENT, Job, path
from .record import Record
from .user import AsUser

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing costs a third of a script
    from typing import Any

MOST_NOTES = 64
"""Of a job; the newest are kept."""
_MOST_ENVIRONMENT = 2 << 20
"""Bytes: what Linux lets a program begin with where its stack may grow to 8 MiB, as is usual (execve(2))."""
_MOST_VARIABLES = 8192


class Folder:
    """The month's folder of one job, open."""

    def __init__(self, job: Job, found: dict[str, Any], known: Record) -> None:
        """Raises Unsafe, OSError."""
        slurm = pwd.getpwnam("slurm").pw_uid
        folder = f"{found['logs']}/{record.months_folder(job.start)}"
        self._here = folders.parent(folder, base=str(found["sharedFolder"]), owners=(0, slurm), owner=slurm)
        self._prefix = record.prefix(known, job.start)
        self._rights = {"uid": slurm, "gid": job.gid, "mode": 0o644 if found["readableBy"] == "everybody" else 0o640}

    def text(self, what: str, text: str) -> None:
        copying.written(self._here, self.name(what), copying.text(text.encode()), **self._rights)

    def copy(self, what: str, source: int, header: str, most: int) -> None:
        def fill(target: int) -> None:
            copying.text(header.encode())(target)
            copying.trimmed(source, target, most)

        copying.written(self._here, self.name(what), fill, **self._rights)

    def link(self, what: str, to: str) -> None:
        copying.linked(self._here, self.name(what), self.name(to))

    def name(self, what: str) -> str:
        return f"{self._prefix}-{what}.txt"

    def close(self) -> None:
        os.close(self._here)


def dashboard(job: Job, found: dict[str, Any], known: Record, end: int | None) -> None:
    """The address of the cluster's dashboard for the time of the job; live while it runs."""
    board = found["dashboard"]
    times = f"start={_time(job.start)};end={_time(end)}" if end else f"start={_time(job.start)};autoRefresh=10"
    address = (
        f"https://{board['console']}/cloudwatch/home?region={board['region']}#dashboards:name={board['name']};{times}"
    )
    folder = Folder(job, found, known)
    try:
        folder.text("cloudwatch", f"{known.header()}{address}\n")
    finally:
        folder.close()


def _time(seconds: int) -> str:
    import time

    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(seconds))


def outputs(folder: Folder, job: Job, known: Record, most: int, wanted: list[str]) -> None:
    """Standard output and error; a link where both are one."""
    user = AsUser(job.uid, job.gid)
    streams: dict[str, int] = {}
    try:
        for what, source in (("stdout", known.stdout), ("stderr", known.stderr)):
            if what in wanted and source.startswith("/"):
                try:
                    streams[what] = copying.opened(source, user)
                except copying.NoCopy as error:
                    told.note(f"job {job.id}: {what} is not kept: {error}")
        for what, source in streams.items():
            if what == "stderr" and "stdout" in streams and copying.same(streams["stdout"], source):
                folder.link("stderr", "stdout")
            else:
                folder.copy(what, source, known.header(), most)
    finally:
        for source in streams.values():
            os.close(source)


def notes(folder: Folder, job: Job, found: dict[str, Any], known: Record, most: int) -> None:
    """What the user's side has left for the log folder, such as the environment. Names and kinds of files are checked."""
    user = AsUser(job.uid, job.gid)
    try:
        here = os.open(path(job.notes), os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return
    try:
        for name, what, step in _newest(here, job, list(found["keep"])):
            try:
                source = copying.opened(name, user, here=here)
            except copying.NoCopy as error:
                told.fault(f"job {job.id}: a note is not kept: {error}")
                continue
            try:
                if name == ENVIRONMENT:
                    folder.text(what, known.header() + _environment(source, found))
                else:
                    folder.copy(name[: -len(".txt")], source, known.header(step), most)
            finally:
                os.close(source)
    finally:
        os.close(here)


def _newest(here: int, job: Job, wanted: list[str]) -> list[tuple[str, str, str | None]]:
    """(name, what it is, step) of the notes that are kept, by name."""
    found: list[tuple[int, tuple[str, str, str | None]]] = []
    whole: list[tuple[str, str, str | None]] = []
    for name in os.listdir(here):
        parsed = _parsed(name)
        if name == ENVIRONMENT and "env" in wanted:
            whole.append((name, "env", None))
        elif parsed and parsed[1] in wanted:
            try:
                found.append((os.stat(name, dir_fd=here, follow_symlinks=False).st_mtime_ns, parsed))
            except FileNotFoundError:
                continue
    found.sort(reverse=True)
    if len(found) > MOST_NOTES:
        told.note(f"job {job.id}: of {len(found)} notes the newest {MOST_NOTES} are kept")
    return whole + sorted(parsed for _, parsed in found[:MOST_NOTES])


def _parsed(name: str) -> tuple[str, str, str | None] | None:
    """`<what>.txt` or `<what>.<step>.txt`, where `what` is of small letters, digits and hyphens."""
    what, _, rest = name.partition(".")
    step, _, end = rest.rpartition(".")
    plain = what.isascii() and what.replace("-", "a").isalnum() and what == what.lower() and what[:1].isalpha()
    numbered = not step or (step.isascii() and step.isdigit() and len(step) <= 10)
    return (name, what, step or None) if plain and numbered and end == "txt" and len(what) <= 32 else None


def _environment(source: int, found: dict[str, Any]) -> str:
    """Without what looks like a secret. The last of a name counts: the task prolog's own variables come after the task's."""
    from . import secrets_left_out

    content = os.pread(source, _MOST_ENVIRONMENT + 1, 0)
    items = content.decode(errors="backslashreplace").split("\0", _MOST_VARIABLES)
    cut = len(content) > _MOST_ENVIRONMENT or len(items) > _MOST_VARIABLES
    values: dict[str, str] = {}
    for item in items[:-1] if cut else items:  # what is cut off in its middle is no longer known as a secret
        name, _, value = item.partition("=")
        if name:
            values[name] = value
    whole = "" if not cut else f"... of the environment only the first {len(values)} variables are kept ...\n"
    return secrets_left_out.kept(values, found) + whole
