"""What `pulumi up` runs for a jump host that is reached by Systems Manager: one command of the directory tool there.

Reads what to do as JSON on standard input (components/tool_over_ssm.py writes it; no secret is in it). Standard
output is the tool's summary, standard error tells how far it is. The exit code is the tool's.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from scripts.operator.errors import OperatorError
from scripts.operator.reach.channel import FOLDER, File
from scripts.operator.reach.opening import channel_to
from scripts.operator.reach.ssm import SsmChannel
from scripts.operator.stack import Stack
from scripts.operator.tool import Tool

PROJECT = Path(__file__).resolve().parent.parent.parent
LINE_SECONDS = 5.0
"""Between two lines of progress."""


class Lines:
    """Progress as lines of standard error, which the engine shows beside the resource."""

    def __init__(self) -> None:
        self._at = 0.0

    def progress(self, done: int, total: int) -> None:
        if done == total or time.monotonic() - self._at >= LINE_SECONDS:
            self._at = time.monotonic()
            self.say(f"{done} of {total} users")

    def say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)


def main() -> int:
    wanted: dict[str, Any] = json.load(sys.stdin)
    try:
        return reconcile(wanted)
    except OperatorError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.code


def reconcile(wanted: dict[str, Any]) -> int:
    """The whole run. Raises OperatorError."""
    found = stack_of(wanted)
    arguments = [*wanted["arguments"], *(word for option in wanted["secrets"].items() for word in option)]
    files: list[File] = []
    if path := wanted.get("file"):
        content = (PROJECT / path).read_bytes()
        files = [File(f"{FOLDER}/users-{wanted['sha256'][:12]}{Path(path).suffix}", content)]
        arguments = [files[0].name, *arguments]
    lines = Lines()
    with channel_to(found, lines.say) as channel:
        if isinstance(channel, SsmChannel):
            channel.await_first_boot()
        tool = Tool(channel, found, lines)
        code = tool.to_end(wanted["command"], arguments, "", files)
    if tool.summary:
        for item in tool.summary.get("failed", []):
            lines.say(f"failed: {item['name']}: {item['reason']}")
        print(_shown(tool.summary))
    return code


def _shown(summary: dict[str, Any]) -> str:
    """What was done and found, a line each; without what differs from run to run."""
    left_out = {"event", "failed", "seconds", "users_per_second", "credentials_secret", "credentials_object"}
    lines = [f"{key.replace('_', ' ')}: {value}" for key, value in summary.items() if value and key not in left_out]
    if summary.get("credentials_secret") or summary.get("credentials_object"):
        lines.append("new passwords wait for: just create-users, or just users apply")
    return "\n".join(lines)


def stack_of(wanted: dict[str, Any]) -> Stack:
    """What the program knows of the stack; its outputs are not there yet."""
    return Stack(**{**wanted["stack"], "servers": tuple(wanted["stack"]["servers"])})


if __name__ == "__main__":
    sys.exit(main())
