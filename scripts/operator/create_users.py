"""`just create-users N [stack]`: make a numbered series of users in a stack's directory, from the stack's jump host.

The directory tool does the work there; this carries it to the host, shows how far it is, and brings the new passwords
home. Over SSH the tool is told the administrator's password on its standard input; over Systems Manager the host
fetches it itself. Run again, it only adds what is missing.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from scripts.operator import handing_over, stack
from scripts.operator.display import Display, show_summary
from scripts.operator.errors import OperatorError
from scripts.operator.reach.channel import INTERRUPTED
from scripts.operator.reach.opening import channel_to
from scripts.operator.stack import Stack
from scripts.operator.tool import Tool

PROJECT = Path(__file__).resolve().parent.parent.parent
MOST_USERS = 20_000
"""As the tool has it (scripts/directory/inputs.py)."""
SERIES = {"prefix": "posit", "start": 1, "width": 4, "group": "hpcusers"}
"""Options of a series that the stack's output `users` does not set."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 done, 1 some failed, 2 bad input, 3 directory, jump host or AWS not reachable."""
    options = _parser().parse_args(arguments)
    console = Console()
    try:
        return create_users(options, console)
    except OperatorError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        print("interrupted; run the same command again to go on", file=sys.stderr)
        return INTERRUPTED


def create_users(options: argparse.Namespace, console: Console) -> int:
    """The whole run. Raises OperatorError."""
    found = stack.read(options.stack)
    display = Display(console, options.count)
    with channel_to(found, display.say) as channel:
        password = stack.admin_password(found.admin_secret) if channel.secret_on_stdin else ""
        tool = Tool(channel, found, display)
        given = {key: getattr(options, key) for key in SERIES}
        arguments = [*series_options(found, options.count, **given), *handing_over.options(channel, found)]
        with display:
            code = tool.to_end("create", arguments, password)
        stored = handing_over.fetch(channel, found, PROJECT)
    if tool.summary:
        show_summary(console, tool.summary)
        if tool.summary.get("interrupted"):
            print("stopped on request; run the same command again to go on", file=sys.stderr)
    if stored:
        print(f"new passwords: {stored} (readable by you only; hand them out, then delete the file)")
    return code


def series_options(found: Stack, count: int, **given: object) -> list[str]:
    """Options of a numbered series: what is given, else what the stack declares, else the tool's."""
    series = SERIES | {key: value for key, value in found.defaults.items() if key in SERIES}
    series |= {key: value for key, value in given.items() if value is not None}
    place = ["--users-ou", found.users_ou] if found.users_ou else []
    return [
        "--count",
        str(count),
        *(word for key, value in series.items() for word in (f"--{key}", str(value))),
        *place,
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="just create-users",
        usage="just create-users N [stack] [flags]",
        description="Make N numbered users exist in a stack's directory; run again, it adds what is missing.",
        epilog="exit codes: 0 done; 1 some failed, each is named; 2 bad input; 3 jump host or directory not reachable",
    )
    parser.add_argument("count", type=_count, metavar="N", help=f"how many users, 1 to {MOST_USERS}")
    parser.add_argument("--stack", metavar="NAME", help="the stack (default: the selected one)")
    parser.add_argument("--prefix", help="names begin so (default: users.prefix of the stack)")
    parser.add_argument("--start", type=int, metavar="N", help="first number (default: users.start of the stack)")
    parser.add_argument("--width", type=int, metavar="N", help="digits of the number (default: users.width)")
    parser.add_argument("--group", help="the group that holds them all (default: users.group)")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_USERS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of users: a whole number from 1 to {MOST_USERS}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
