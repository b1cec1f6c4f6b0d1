"""What job scripts report goes to syslog: Slurm keeps a prolog's own output nowhere."""

from __future__ import annotations

import syslog


def begin(script: str) -> None:
    syslog.openlog(f"hpcstack-{script}", syslog.LOG_PID, syslog.LOG_DAEMON)


def fault(text: str) -> None:
    syslog.syslog(syslog.LOG_ERR, _one_line(text))


def note(text: str) -> None:
    syslog.syslog(syslog.LOG_INFO, _one_line(text))


def _one_line(text: str) -> str:
    """Users choose names and paths; they must not write lines of their own into the log."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:2000]
