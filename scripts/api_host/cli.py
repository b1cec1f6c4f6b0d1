"""The command line."""

from __future__ import annotations

import argparse
import fcntl
import logging
import os
import resource
import sys
from pathlib import Path

from ..node.library import arguments
from ..node.library.changes import Changes
from ..node.library.faults import BAD_ARGUMENTS, DONE, FAILED, Fault
from . import authority, configuration, mounts, runner, secrets, service, tokens, updates
from .configuration import Configuration

_LOG, _LOCK = Path("/var/log/hpcstack/api-host.log"), Path("/run/hpcstack-api-host.lock")
_KEY = "slurm-jwt-key"
_DAY = 86_400
_ENDS = f"Runs as root. exit codes: {DONE} done, {FAILED} failed, {BAD_ARGUMENTS} bad arguments; log: {_LOG}"


def main(given: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    options = _parser().parse_args(given)
    if os.geteuid() != 0:
        print("api-host: run it as root (sudo)", file=sys.stderr)
        return FAILED
    # A core would hold secrets.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    log = _log()
    try:
        _run(options, configuration.read(), log)
    except Fault as fault:
        log.error("failed: %s", fault)
        print(f"api-host: {fault}", file=sys.stderr)
        return FAILED
    except Exception:
        log.exception("failed")
        print(f"api-host: an error of the program itself; see {_LOG}", file=sys.stderr)
        return FAILED
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="api-host", description="Keeps the API host as its stack file says.", epilog=_ENDS
    )
    commands = parser.add_subparsers(dest="command", required=True)
    converge = commands.add_parser("converge", help="updates, folders, the service, the runner", epilog=_ENDS)
    converge.add_argument("--dry-run", action="store_true", help="tell what would be changed, and change nothing")
    commands.add_parser("secrets", help="read the service's secrets into memory; its unit does so at each start")
    token = commands.add_parser("token", help="print a token of Slurm's REST API", epilog="Only with service.slurmKey.")
    token.add_argument("user", type=arguments.user_name, help="whom slurmrestd is to take its bearer for")
    token.add_argument(
        "--lifespan", type=_lifespan, default=600, metavar="SECONDS", help="1 to 86400; default 600", dest="seconds"
    )
    return parser


def _lifespan(text: str) -> int:
    return arguments.whole(text, 1, _DAY, "a number of seconds from 1 to 86400")


def _run(options: argparse.Namespace, found: Configuration, log: logging.Logger) -> None:
    if options.command == "token":
        print(tokens.signed(_slurm_key(found), options.user, options.seconds))
    elif options.command == "secrets":
        if found.service:
            secrets.write(found.service.secrets, found.service.user, without_line_end=(_KEY,))
    else:
        with _LOCK.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            changes = Changes(log.info, dry_run=options.dry_run)
            _converge(changes, found)
            log.info("%d changes%s", len(changes.made), " to make" if options.dry_run else "")


def _converge(changes: Changes, found: Configuration) -> None:
    updates.apply(changes)
    mounts.apply(changes, found.mounts)
    service.apply(changes, found, changed=authority.apply(changes, found))
    runner.apply(changes, found.runner)


def _slurm_key(found: Configuration) -> str:
    arn = found.service.secrets.get(_KEY) if found.service else None
    if arn is None:
        raise Fault("this host has no key of Slurm's tokens; set apiHost.service.slurmKey")
    return secrets.secret(arn).rstrip("\r\n")  # as the head node takes it


def _log() -> logging.Logger:
    """Lines to the log file and to standard error: what `token` prints on standard output is a token alone."""
    _LOG.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    log = logging.getLogger("api-host")
    log.setLevel(logging.INFO)
    log.propagate = False
    log.handlers.clear()
    for handler in (logging.FileHandler(_LOG), logging.StreamHandler(sys.stderr)):
        handler.setFormatter(logging.Formatter("%(asctime)s api-host %(message)s"))
        log.addHandler(handler)
    return log
