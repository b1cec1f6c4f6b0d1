"""What the caller sees while the tool works and at its end: a bar, plain lines, or one JSON object a line. Never a password."""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any, TextIO

MODES = ("auto", "bar", "lines", "json")
_BAR_WIDTH = 30
_PERIODS = {"bar": 0.1, "lines": 2.0, "json": 0.2}


class Report:
    """Writes results to stdout, the bar and remarks to stderr (all to stdout in JSON mode). Usable from several threads."""

    def __init__(self, mode: str) -> None:
        self._mode = ("bar" if sys.stderr.isatty() else "lines") if mode == "auto" else mode
        self._begun = time.monotonic()
        self._work_begun: float | None = None
        self._before = 0
        self._shown: tuple[float, int] = (0.0, -1)
        self._bar_open = False
        self._lock = threading.Lock()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._begun

    def progress(self, done: int, total: int) -> None:
        """`done` of `total` users are dealt with. Shown now and then, and always at the end."""
        with self._lock:
            now = time.monotonic()
            if self._work_begun is None:
                # What was there before the work began does not count for the rate.
                self._work_begun, self._before = now, done
            when, last = self._shown
            if done == last or (now - when < _PERIODS[self._mode] and done != total):
                return
            self._shown = (now, done)
            if self._mode == "json":
                self._json({"event": "progress", "done": done, "total": total, "seconds": round(self.seconds, 2)})
            elif self._mode == "bar":
                filled = _BAR_WIDTH * done // max(total, 1)
                self._write(sys.stderr, f"\r[{'#' * filled:<{_BAR_WIDTH}}] {self._standing(done, total, now)}  ")
                self._bar_open = True
            else:
                self._write(sys.stdout, self._standing(done, total, now) + "\n")

    def note(self, text: str) -> None:
        """A remark about the run that is no result."""
        with self._lock:
            self._end_bar()
            if self._mode == "json":
                self._json({"event": "note", "text": text})
            else:
                self._write(sys.stderr, text + "\n")

    def item(self, values: dict[str, Any], line: str) -> None:
        """One result of a list."""
        with self._lock:
            if self._mode == "json":
                self._json(values)
            else:
                self._write(sys.stdout, line + "\n")

    def errors(self, reasons: list[str]) -> None:
        """Why the run ends without a result: on stderr always, and as an event in JSON mode."""
        with self._lock:
            self._end_bar()
            for reason in reasons:
                if self._mode == "json":
                    self._json({"event": "error", "message": reason})
                self._write(sys.stderr, f"error: {reason}\n")

    def summary(self, values: dict[str, Any], lines: list[str]) -> None:
        """The end: `values` for machines, `lines` for people."""
        with self._lock:
            self._end_bar()
            if self._mode == "json":
                self._json({"event": "summary", **values})
            else:
                self._write(sys.stdout, "\n".join(lines) + "\n")

    def _standing(self, done: int, total: int, now: float) -> str:
        elapsed = now - (self._work_begun or now)
        rate = (done - self._before) / elapsed if elapsed > 0 else 0.0
        text = f"{done} of {total} users"
        if rate and done < total:
            text += f", {rate:.0f}/s, {(total - done) / rate:.0f} s left"
        return text

    def _end_bar(self) -> None:
        if self._bar_open:
            self._write(sys.stderr, "\n")
            self._bar_open = False

    def _json(self, values: dict[str, Any]) -> None:
        self._write(sys.stdout, json.dumps(values) + "\n")

    def _write(self, stream: TextIO, text: str) -> None:
        """A reader that went away (a closed SSH connection) must not end the work halfway."""
        try:
            stream.write(text)
            stream.flush()
        except OSError:
            self._mode = "lines"
            null = open("/dev/null", "w")  # noqa: SIM115 - it replaces a stream of the process
            sys.stdout = sys.stderr = null
