"""`just users COMMAND …`: the directory tool's own commands on a stack's users, on the stack's jump host."""

import argparse
import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from scripts.directory.wanted.people import read_lists
from scripts.operator import handing_over, stack
from scripts.operator.create_users import PROJECT, series_options
from scripts.operator.display import Display
from scripts.operator.errors import OperatorError
from scripts.operator.reach.channel import FOLDER, INTERRUPTED, File
from scripts.operator.reach.opening import channel_to
from scripts.operator.stack import SSM, Stack
from scripts.operator.tool import BUILD, Tool, bundle

CALLED_FROM = "HPCSTACK_CALLED_FROM"
"""Environment variable: the folder in which the recipe was called, against which the user's own paths stand."""
COMMANDS = {
    "list": "names, states, groups",
    "plan": "what `apply` would do",
    "apply": "make the directory hold what the stack file declares, or the lists FILE …",
    "verify": "check the declared users: present, enabled, in their group, passwords work",
    "disable": "NAME …: no logon from now on",
    "enable": "NAME …: logon again",
    "delete": "NAME …",
    "reset-password": "NAME …: a new one, which comes to credentials/",
    "groups": "groups and their members",
}
LISTS = (".yaml", ".yml", ".csv")
_MAKES_PASSWORDS = ("apply", "create", "reset-password")
_USAGE = "just users COMMAND [NAME|FILE …] [stack] [flags]"


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 done, 1 some failed, 2 bad input, 3 directory, jump host or AWS not reachable."""
    options, rest = _parser().parse_known_args(arguments)
    if options.help:
        return _help(options.command)
    try:
        return users(options.stack, options.command, rest)
    except OperatorError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        print("interrupted; run the same command again to go on", file=sys.stderr)
        return INTERRUPTED


def users(name: str | None, command: str, words: Sequence[str]) -> int:
    """The whole run. Raises OperatorError."""
    found = stack.read(name, f"just users {command} STACK")
    command, words, files = _wanted(found, command, list(words))
    console = Console(stderr=True)
    stored = None
    with channel_to(found, Display(console, 0).say) as channel:
        password = stack.admin_password(found.admin_secret) if channel.secret_on_stdin else ""
        makes = command in _MAKES_PASSWORDS and "--dry-run" not in words
        more = handing_over.options(channel, found) if makes else []
        code = Tool(channel, found, Display(console, 0)).as_it_is(command, [*words, *more], password, files)
        if makes:
            stored = handing_over.fetch(channel, found, PROJECT)
    if stored:
        print(f"new passwords: {stored} (readable by you only; hand them out, then delete the file)")
    return code


def _wanted(found: Stack, command: str, words: list[str]) -> tuple[str, list[str], list[File]]:
    """The tool's own command, its words, and the lists that it needs on the host."""
    if command == "plan":
        command, words = "apply", [*words, "--dry-run"]
    if command == "verify" and any(word.startswith("--prefix") for word in words):
        return command, words, []
    if command not in ("apply", "verify"):
        return command, words, []
    given = [word for word in words if word.endswith(LISTS) and not word.startswith("-")]
    flags = [word for word in words if word not in given]
    paths = [Path(os.environ.get(CALLED_FROM, "."), word) for word in given]
    if not given and found.defaults.get("file"):
        paths = [PROJECT / found.defaults["file"]]
    if not paths:
        return "create" if command == "apply" else command, [*series_options(found, _count(found)), *flags], []
    files = [_file(path, found) for path in paths]
    place = ["--users-ou", found.users_ou] if found.users_ou else []
    return command, [*(file.name for file in files), *place, *flags], files


def _count(found: Stack) -> int:
    count = int(found.defaults.get("count") or 0)
    if not count:
        raise OperatorError(
            f"stack {found.name} declares no users: set users.count or users.file in its stack file and run "
            f"`just up {found.name}`, or name a list"
        )
    return count


def _file(path: Path, found: Stack) -> File:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise OperatorError(f"the list {path} cannot be read: {error.strerror}") from error
    if found.access == SSM and any(user.password for user in read_lists([path], "/bin/bash", [])[0].values()):
        raise OperatorError(
            f"the list {path} holds passwords, which are not sent through Systems Manager and the bucket: "
            "write generate or must-change in their place"
        )
    return File(f"{FOLDER}/{path.stem}-{hashlib.sha256(content).hexdigest()[:12]}{path.suffix}", content)


def _help(command: str | None) -> int:
    if command not in COMMANDS:
        _parser().print_help()
        return 0
    tool = bundle.write(BUILD)
    print(f"usage: {_USAGE}; what the stack says of its directory is filled in. The tool's own words:\n", flush=True)
    own = "apply" if command == "plan" else command
    return subprocess.run([sys.executable, str(tool), own, "--help"], check=False).returncode


def _parser() -> argparse.ArgumentParser:
    listed = "\n".join(f"  {name:16}{text}" for name, text in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="just users",
        usage=_USAGE,
        description="The directory tool's commands on a stack's users; `just users COMMAND --help` has their flags.\n\n"
        f"commands:\n{listed}",
        epilog="exit codes: 0 done; 1 some failed, each is named; 2 bad input; 3 jump host or directory not reachable",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
        allow_abbrev=False,
    )
    parser.add_argument("-h", "--help", action="store_true", help="show this, or a command's own help")
    parser.add_argument("--stack", metavar="NAME", help="the stack (default: the selected one)")
    parser.add_argument("command", nargs="?", choices=list(COMMANDS), metavar="COMMAND", help="one of those above")
    return parser


if __name__ == "__main__":
    sys.exit(main())
