"""`just jump [stack] [-- COMMAND …]`: a shell on a stack's jump host, or one command there."""

import argparse
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from scripts.operator import stack
from scripts.operator.errors import OperatorError
from scripts.operator.reach import ssh
from scripts.operator.reach.channel import INTERRUPTED
from scripts.operator.reach.opening import clients, told
from scripts.operator.reach.ssm import SsmChannel

PLUGIN = "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html"


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: that of the shell or the command; 2 bad input, 3 not reachable."""
    options = _parser().parse_args(arguments)
    try:
        name, found = stack.read_jump_host(options.stack)
        words = options.command
        command = words[0] if len(words) == 1 else shlex.join(words)
        return _over_ssm(found, command) if found["access"] == stack.SSM else _over_ssh(name, found, command)
    except OperatorError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        return INTERRUPTED


def _over_ssh(name: str, found: dict[str, Any], command: str) -> int:
    key = stack.private_key(name)
    with ssh.connect(found["host"], int(found["port"]), found["user"], found["host_key"], key) as session:
        return _attended(session.shell(command, terminal=sys.stdin.isatty()))


def _over_ssm(found: dict[str, Any], command: str) -> int:
    """A shell needs AWS's own client. One command needs nothing: Run Command has it run as root, and ends with it."""
    if not command:
        return _attended(_session(found))
    with told(found["instance"]):
        channel = SsmChannel(
            clients=clients(found["region"]), region=found["region"], instance=found["instance"], bucket="", say=print
        )
        done = channel.run(command)
    sys.stdout.write(done.stdout.decode(errors="replace"))
    sys.stderr.write(done.stderr.decode(errors="replace"))
    return done.returncode


def _session(found: dict[str, Any]) -> list[str]:
    missing = [program for program in ("aws", "session-manager-plugin") if not shutil.which(program)]
    if missing:
        raise OperatorError(
            f"{' and '.join(missing)} missing on PATH: a shell over Systems Manager needs the AWS CLI and its Session Manager "
            f"plugin, {PLUGIN}; one command needs neither: `just jump STACK -- COMMAND`"
        )
    return ["aws", "ssm", "start-session", "--target", found["instance"], "--region", found["region"]]


def _attended(argv: list[str]) -> int:
    """Run a program that has the terminal: Ctrl-C is its, not ours."""
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.run(argv, check=False, preexec_fn=_listening).returncode
    except OSError as error:
        raise OperatorError(f"{argv[0]} cannot be run: {error.strerror}") from error
    finally:
        signal.signal(signal.SIGINT, former)


def _listening() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="just jump",
        usage="just jump [stack] [-- COMMAND …]",
        description="A shell on a stack's jump host, by SSH or Systems Manager as jumpHost.access of its stack file says; or one "
        "command there, of whose output Systems Manager hands over the first 24,000 characters.",
        epilog="exit codes: that of the shell or the command; 2 bad input; 3 jump host not reachable",
    )
    parser.add_argument("--stack", metavar="NAME", help="the stack (default: the selected one)")
    parser.add_argument(
        "command", nargs="*", metavar="COMMAND", help="run this instead of a shell; one quoted word may be a whole line"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
