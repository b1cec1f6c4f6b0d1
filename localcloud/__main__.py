"""`python -m localcloud`: what the justfile's recipes call."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Sequence

from localcloud import bytecode

bytecode.keep()  # before anything that takes long to compile

from localcloud import discretion
from localcloud.errors import LocalCloudError


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="localcloud", description="hpcstack's local cloud, and pulumi on it")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("demo", help="start everything, take the stack `local` up, show its outputs", add_help=False)
    commands.add_parser("demo-down", help="end the local cloud and remove all that it made")
    commands.add_parser("status", help="what runs, and a stack's last update")
    pulumi = commands.add_parser("pulumi", help="pulumi on a stack of the local cloud or of your own", add_help=False)
    pulumi.add_argument("action", choices=["preview", "up", "refresh", "destroy", "outputs"])
    users = commands.add_parser("create-users", help="create or complete N users", add_help=False)
    users.add_argument("count")
    commands.add_parser("users", help="the directory tool's commands on a stack's users", add_help=False)
    commands.add_parser("jump", help="a shell on a stack's jump host", add_help=False)
    commands.add_parser("token", help="a token for a stack's Slurm REST API", add_help=False)
    commands.add_parser("ssh", help="a shell or a command in a machine that booted", add_help=False)
    commands.add_parser("job", help="submit a script on the cluster that booted", add_help=False)
    commands.add_parser("logs", help="what a machine that booted wrote", add_help=False)
    commands.add_parser("repair", help="settle what a killed run left open in a stack's state", add_help=False)
    commands.add_parser("graph", help="a stack as a picture", add_help=False)
    commands.add_parser("test", help="all tests, with what they need", add_help=False)
    commands.add_parser("test-official", help="the engine's tests with the official parts", add_help=False)
    if arguments and (passed_on := _passed_on(arguments[0])):
        # Words after `--` are a command's, whatever they look like.
        discretion.no_core_dumps()
        return passed_on(arguments[1:])
    known, rest = parser.parse_known_args(arguments)
    discretion.no_core_dumps()
    return _run(known, rest)


def _passed_on(command: str) -> Callable[[Sequence[str]], int] | None:
    """What takes the words of a command as they are. Its modules are imported for it alone: most of `just ssh` would be imports."""
    if command in ("ssh", "job", "logs"):
        from localcloud.machines import commands

        return {"ssh": commands.ssh, "job": commands.job, "logs": commands.logs}[command]
    if command in ("users", "jump", "token"):
        from localcloud import run

        return {"users": run.users, "jump": run.jump, "token": run.token}[command]
    return None


def _run(known: argparse.Namespace, rest: Sequence[str]) -> int:
    from localcloud import demo, run
    from localcloud.engine import official

    match known.command:
        case "demo":
            return demo.demo(rest)
        case "demo-down":
            return demo.demo_down()
        case "status":
            return run.status(rest)
        case "pulumi":
            return run.pulumi(known.action, rest)
        case "create-users":
            return run.create_users(known.count, rest)
        case "repair":
            return run.repair(rest)
        case "graph":
            return run.graph(rest)
        case "test-official":
            print("\n".join(official.require()), flush=True)
            # What is left out is about this project's own language host.
            chosen = ["tests/engine", "--ignore", "tests/engine/test_language_host.py"]
            return _test([*chosen, *rest])
        case _:
            return _test(rest)


def _test(rest: Sequence[str]) -> int:
    """The tiers that need the engine or Debian's packages find them made; those that cannot run here say so and are left out."""
    from localcloud import packages, paths, services
    from localcloud.engine import engine as engines

    reason = services.why_no_people([*packages.NEEDED, *packages.FOR_TESTS])
    engines.ensure()
    left_out = ["-m", "not directory"] if reason else []
    if reason:
        print(f"tests of the directory and the jump host are left out: they need {reason}", flush=True)
    whole = [] if rest else ["--numprocesses", str(_side_by_side()), "--dist", "loadscope", "--no-loadscope-reorder"]
    command = [sys.executable, "-m", "pytest", *left_out, *whole, *rest]
    return subprocess.run(command, cwd=paths.ROOT, check=False).returncode


def _side_by_side() -> int:
    """Test processes: two more than there are processors, because the slow tiers wait half of their time; at most six."""
    return min(len(os.sched_getaffinity(0)) + 2, 6)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except LocalCloudError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        # Whoever reads has seen enough, and the interpreter's last flush has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except KeyboardInterrupt:
        print("\ninterrupted; the same command goes on where this one stopped", file=sys.stderr)
        sys.exit(130)
