"""A command that Systems Manager started and does not wait for: it works in a session of its own, and is asked how far it is.

So it is told of progress, its output may be longer than the 24,000 characters that Run Command hands over, and neither a lost
connection nor the end of whoever asked ends it.
"""

import base64
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scripts.operator.errors import UNREACHABLE, OperatorError
from scripts.operator.reach.channel import INTERRUPTED

if TYPE_CHECKING:
    from scripts.operator.reach.ssm import SsmChannel

CHUNK = 12_000
"""Bytes a question; 16,000 characters in base64, with the errors less than Run Command hands over."""
ERRORS = 4_000
FIRST_PAUSE, LONGEST_PAUSE = 0.3, 4.0


class SsmJob:
    """`folder` is its own on the host: out, err, pid, and code when it ended."""

    def __init__(self, channel: "SsmChannel", folder: str) -> None:
        self._channel, self._folder = channel, folder
        self._code: int | None = None
        self._remarks = ""
        self._dropped = False

    def lines(self) -> Iterator[str]:
        offset, rest, pause = 0, b"", FIRST_PAUSE
        while not self._dropped:
            state, piece = self._ask(offset)
            offset += len(piece)
            *whole, rest = (rest + piece).split(b"\n")
            yield from (line.decode(errors="replace") for line in whole)
            if len(piece) == CHUNK:
                continue
            if state != "busy":
                break
            time.sleep(pause)
            pause = FIRST_PAUSE if whole else min(pause * 1.5, LONGEST_PAUSE)
        if rest:
            yield rest.decode(errors="replace")

    def end(self) -> tuple[int, list[str]]:
        if self._dropped:
            raise OperatorError("not waited for the tool's end on the host; look again in a minute", INTERRUPTED)
        if self._code is None:
            raise OperatorError(
                f"the command on jump host {self._channel.where} ended without a word (was the host restarted?): "
                "run the same command again to go on",
                UNREACHABLE,
            )
        return self._code, self._remarks.splitlines()

    def interrupt(self) -> None:
        # The tool is the shell's child: it alone is told, so that the shell still writes down how it ended.
        self._channel.run(f"pkill -INT -P $(cat {self._folder}/pid)")

    def drop(self) -> None:
        self._dropped = True

    def _ask(self, offset: int) -> tuple[str, bytes]:
        """("busy", "ended" or "lost", the next bytes of its output). Whether it ended is looked at before its output is read."""
        done = self._channel.run(
            f"cd {self._folder} || exit 1\n"
            'if test -e code; then echo "ended $(cat code)"\n'
            "elif ! test -e pid || kill -0 $(cat pid) 2>/dev/null; then echo busy\n"
            'elif test -e code; then echo "ended $(cat code)"; else echo lost; fi\n'
            f"tail -c +{offset + 1} out 2>/dev/null | head -c {CHUNK} | base64 -w0; echo\n"
            f"head -c {ERRORS} err 2>/dev/null | base64 -w0; echo"
        )
        if done.returncode:
            return "lost", b""
        state, piece, remarks = done.stdout.decode().split("\n")[:3]
        self._remarks = base64.b64decode(remarks).decode(errors="replace")
        if state.startswith("ended "):
            self._code = int(state.split()[1])
        return state.split()[0], base64.b64decode(piece)
