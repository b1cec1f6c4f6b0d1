"""The command line."""

from __future__ import annotations

import argparse
import fcntl
import logging
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import backup, configuration, membership, roles, settle, update
from .cloud import Cloud
from .faults import BAD_INPUT, DONE, FAILED, UNREACHABLE, BadInput, Fault, Unreachable
from .machine import LOG, Machine

log = logging.getLogger("controller")
_LOCK = Path("/run/hpcstack-controller.lock")
_DESCRIPTION = "Make this machine one of the two controllers of the team's domain, and keep it so."
_EPILOG = f"""\
Runs as root. All steps are told here and in {LOG}. Passwords are fetched from Secrets Manager with the instance's role.

exit codes: 0 done; 1 a step failed; 2 bad input, nothing was changed; 3 AWS or the other controller is unreachable.
"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = parser().parse_args(arguments)
    # A core would hold passwords.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if os.geteuid() != 0:
        print("hpcstack-controller: run it as root (sudo)", file=sys.stderr)
        return BAD_INPUT
    os.umask(0o022)
    _tell()
    try:
        found = configuration.read(options.configuration)
        if options.command == "status":
            print(roles.status(found))
            return DONE
        with _alone():
            return _run(options, found)
    except BadInput as error:
        for reason in error.reasons:
            log.error("%s", reason)
        return BAD_INPUT
    except Unreachable as error:
        log.error("%s", error)
        return UNREACHABLE
    except Fault as error:
        log.error("%s", error)
        return FAILED
    except KeyboardInterrupt:
        log.error("interrupted; run it again to go on")
        return FAILED


def parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--dry-run", action="store_true", help="tell what would change, and change nothing")
    common.add_argument(
        "--configuration",
        type=Path,
        metavar="FILE",
        default=configuration.PATH,
        help="what the stack says about this machine (default %(default)s)",
    )
    top = argparse.ArgumentParser(
        prog="hpcstack-controller",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    texts = {
        "converge": "bring this machine to what the stack says; a second run changes nothing",
        "backup": "copy the directory to the stack's bucket",
        "restore": "make the domain out of a backup, when both controllers are lost",
        "seize": "take the domain's roles, when the other controller stays away",
        "forget": "stop serving and drop the domain from this machine",
        "status": "who answers, who holds the roles",
    }
    made = {
        name: commands.add_parser(name, help=text, description=text, parents=[common]) for name, text in texts.items()
    }
    made["converge"].add_argument(
        "--wait",
        type=_seconds,
        metavar="SECONDS",
        default=1800,
        help="how long to wait for the other controller, when this machine has to join it (default %(default)s)",
    )
    made["restore"].add_argument(
        "--backup", metavar="KEY", required=True, help="an object's key below backups/directory/, or `latest`"
    )
    made["forget"].add_argument("--yes", action="store_true", required=True, help="say that it is meant")
    return top


def _run(options: argparse.Namespace, found: configuration.Configuration) -> int:
    machine, cloud = Machine(dry_run=options.dry_run), Cloud(found)
    if options.command == "converge":
        found = update.refresh(machine, found, cloud)
        settle.converge(machine, found, cloud, wait_seconds=options.wait)
    elif options.command == "backup":
        backup.back_up(machine, found, cloud)
    elif options.command == "restore":
        backup.restore(machine, found, cloud, backup=options.backup)
    elif options.command == "seize":
        roles.seize(machine, found)
    else:
        membership.forget(machine)
    log.info("%s: %s%d changes", options.command, "would make " if options.dry_run else "", len(machine.changes))
    return DONE


def _seconds(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of seconds from 1 to 86400")
    return int(text)


def _tell() -> None:
    form = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    LOG.touch(mode=0o640)
    for handler in (logging.StreamHandler(), logging.FileHandler(LOG)):
        handler.setFormatter(form)
        log.addHandler(handler)
    log.setLevel(logging.INFO)


@contextmanager
def _alone() -> Iterator[None]:
    """One run at a time: the timer's or a person's."""
    with _LOCK.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.info("waiting for a run that is under way")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
