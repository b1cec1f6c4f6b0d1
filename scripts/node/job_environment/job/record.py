"""What Slurm's controller knows of a job."""

from __future__ import annotations

import time

from . import commands


class Record:
    """One job. `text` is what `scontrol -dd show job` prints, empty if the controller did not answer."""

    def __init__(self, job_id: int, text: str) -> None:
        self.id = job_id
        self.text = text
        # What comes before UserId is Slurm's but for the name, which alone may hold a line's end.
        begin, _, after = text.partition(" JobName=")
        name, _, rest = after.partition("\n   UserId=")
        self.name = (
            name.rpartition("\n   SLUID=")[0] if "\n   SLUID=" in name else name
        )  # Slurm 26.05 has this line between
        numbers = {key: value for key, _, value in (word.partition("=") for word in begin.split())}
        self.array_job = _number(numbers.get("ArrayJobId", ""))
        self.array_task = _number(numbers.get("ArrayTaskId", ""))
        self.stdout = _field(rest, "StdOut")
        self.stderr = _field(rest, "StdErr") or self.stdout
        self.batch = "BatchFlag=0" not in rest

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
    """The record of a job."""
    return ask_whole(job_id)[0]


def ask_whole(job_id: int, *more: tuple[str, ...]) -> tuple[Record, list[bytes | None]]:
    """The record, and the answers to more commands, all asked side by side.

    Of Slurm's text form: it is what is kept anyway, and one in JSON costs the controller another question, and Python its parser.
    """
    text, *others = commands.answers(("scontrol", "-dd", "show", "job", str(job_id)), *more)
    return Record(job_id, text.decode(errors="replace") if text else ""), others


def _field(rest: str, name: str) -> str:
    """The last line of a name. Users choose other values, such as a comment; but what is named is opened with their rights."""
    return rest.rpartition(f"\n   {name}=")[2].partition("\n")[0] if f"\n   {name}=" in rest else ""


def _number(text: str) -> int | None:
    """None of an array's tasks that wait, which are a list."""
    return int(text) if text.isascii() and text.isdigit() else None
