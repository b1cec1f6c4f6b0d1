"""What Slurm's controller knows of a job."""

from __future__ import annotations

import json
import re
import time

from . import commands

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing costs a third of a script
    from typing import Any

_FIELD = re.compile(
    r"(?:^|\s)(ArrayJobId|ArrayTaskId|JobName|BatchHost|StartTime|StdOut|StdErr|WorkDir|BatchFlag)=(.*)"
)


class Record:
    """One job. `text` is what `scontrol -dd show job` prints, empty if the controller did not answer."""

    def __init__(self, job_id: int, text: str, values: dict[str, Any]) -> None:
        self.id = job_id
        self.text = text
        self.name = str(values.get("name", ""))
        self.array_job = _count(values.get("array_job_id"))
        self.array_task = _count(values.get("array_task_id"), least=0)
        self.stdout = str(values.get("stdout_expanded") or values.get("standard_output") or "")
        self.stderr = str(values.get("stderr_expanded") or values.get("standard_error") or "") or self.stdout
        self.batch = bool(values.get("batch_flag", True))

    @property
    def extended_id(self) -> str:
        """`<array>_<task>` for the task of an array."""
        if self.array_job and self.array_task is not None:
            return f"{self.array_job}_{self.array_task}"
        return str(self.id)

    def header(self, step: str | None = None) -> str:
        """The first line of each kept file: by it a reader of the logs knows where a job begins."""
        array = (
            f" ArrayJobId={self.array_job} ArrayTaskId={self.array_task}"
            if self.array_job and self.array_task is not None
            else ""
        )
        within = f" StepId={step}" if step is not None else ""
        name = "".join(letter if letter.isprintable() else "?" for letter in self.name)[:200]
        return f"JobId={self.id}{array}{within} JobName={name}\n"


def prefix(record: Record, start: int) -> str:
    """How names of a job's files begin: its id and its start in UTC."""
    return f"{record.extended_id}-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(start))}"


def months_folder(start: int) -> str:
    """`<year>/<month>` of the job's start."""
    return time.strftime("%Y/%m", time.gmtime(start))


def ask(job_id: int) -> Record:
    """The record without its text."""
    (typed,) = commands.answers(_typed(job_id))
    values = _of_json(typed, job_id)
    return Record(job_id, "", values) if values else ask_whole(job_id)[0]


def ask_whole(job_id: int, *more: tuple[str, ...]) -> tuple[Record, list[bytes | None]]:
    """The record, and the answers to more commands, all asked side by side."""
    typed, text, *others = commands.answers(_typed(job_id), ("scontrol", "-dd", "show", "job", str(job_id)), *more)
    plain = text.decode(errors="replace") if text else ""
    return Record(job_id, plain, _of_json(typed, job_id) or _of_text(plain)), others


def _typed(job_id: int) -> tuple[str, ...]:
    return ("scontrol", "--json", "show", "job", str(job_id))


def _of_json(answer: bytes | None, job_id: int) -> dict[str, Any] | None:
    """None from a Slurm without a JSON serializer."""
    try:
        jobs = json.loads(answer or b"").get("jobs", [])
    except (ValueError, AttributeError):
        return None
    return next((dict(one) for one in jobs if one.get("job_id") == job_id), None)


def _of_text(text: str) -> dict[str, Any]:
    """The same from the text form, in which a name with a line's end cannot be told apart; so the first of each field counts."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        # JobName, StdOut and StdErr are the last of their lines; the others hold no space.
        for match in _FIELD.finditer(line):
            key, value = match.groups()
            found.setdefault(key, value if key in ("JobName", "StdOut", "StdErr", "WorkDir") else value.split()[0])
        first = re.match(r"\s*JobId=\d+ ArrayJobId=(\d+) ArrayTaskId=(\d+) ", line)
        if first:
            found["ArrayJobId"], found["ArrayTaskId"] = first.groups()
    return {
        "name": found.get("JobName", ""),
        "array_job_id": found.get("ArrayJobId"),
        "array_task_id": found.get("ArrayTaskId"),
        "standard_output": found.get("StdOut", ""),
        "standard_error": found.get("StdErr", ""),
        "batch_flag": "BatchFlag=1" in text,
    }


def _count(value: Any, least: int = 1) -> int | None:
    """A number of Slurm's JSON, `{set, infinite, number}`, or of its text."""
    if isinstance(value, dict):
        return _of_mapping(value, least)  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, str):
        return int(value) if value.isdigit() else None
    return value if isinstance(value, int) and value >= least else None


def _of_mapping(value: dict[str, Any], least: int) -> int | None:
    number = value["number"] if value["set"] else None
    return number if isinstance(number, int) and number >= least else None
