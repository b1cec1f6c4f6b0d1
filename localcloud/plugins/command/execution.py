"""Run a process to its end: its output whole, as lines while it runs, and as one text for an error."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from localcloud.plugins.resource import PluginError, Stopped

Say = Callable[[str], None]

STREAMS = {
    None: frozenset({"stdout", "stderr"}),
    "stdoutAndStderr": frozenset({"stdout", "stderr"}),
    "stdout": frozenset({"stdout"}),
    "stderr": frozenset({"stderr"}),
    "none": frozenset[str](),
}
"""The streams that are logged, by value of the input `logging`; None stands for the input not given."""


@dataclass
class Output:
    """What a process printed: its exit code, and lines with the name of their stream, as they came."""

    code: int = 0
    lines: list[tuple[str, str]] = field(default_factory=list)

    @property
    def stdout(self) -> str:
        return self._text("stdout")

    @property
    def both(self) -> str:
        """The two streams as one text, for an error message."""
        return "".join(line for _, line in self.lines)

    def as_outputs(self) -> dict[str, str]:
        """The outputs of a command: each stream without its last line break."""
        return {name: self._text(name).removesuffix("\n") for name in ("stdout", "stderr")}

    def _text(self, stream: str) -> str:
        return "".join(line for name, line in self.lines if name == stream)


def run(
    argv: Sequence[str],
    *,
    stopping: threading.Event,
    stdin: str = "",
    env: Mapping[str, str] | None = None,
    cwd: Path | str | None = None,
    log: Mapping[str, Say] | None = None,
) -> Output:
    """Run `argv`; `log` maps a stream's name to what takes its lines. Raises PluginError, Stopped."""
    try:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
            cwd=cwd,
            start_new_session=True,
        )
    except OSError as error:
        raise PluginError(f"cannot run {argv[0]!r}: {error.strerror}: {error.filename}") from error
    found = Output()
    with process:
        workers = [
            threading.Thread(target=_feed, args=(process.stdin, stdin), daemon=True),
            *(
                threading.Thread(target=_collect, args=(name, stream, found, (log or {}).get(name)), daemon=True)
                for name, stream in (("stdout", process.stdout), ("stderr", process.stderr))
            ),
        ]
        for worker in workers:
            worker.start()
        try:
            _await(workers[1:], stopping)
        except Stopped:
            # With all that it started: a child that lives on would keep the streams open.
            os.killpg(process.pid, signal.SIGKILL)
            raise
        found.code = process.wait()
    return found


def _await(readers: Sequence[threading.Thread], stopping: threading.Event) -> None:
    for reader in readers:
        while reader.is_alive():
            if stopping.is_set():
                raise Stopped("cancelled while a command was running")
            reader.join(0.2)


def _feed(stream: IO[bytes], text: str) -> None:
    # A process need not read its input.
    try:
        stream.write(text.encode())
        stream.close()
    except BrokenPipeError:
        return


def _collect(name: str, stream: IO[bytes], found: Output, say: Say | None) -> None:
    for raw in stream:
        line = raw.decode(errors="replace")
        found.lines.append((name, line))
        if say:
            say(line.rstrip("\r\n"))
