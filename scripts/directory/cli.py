"""The command line: from arguments to an exit code."""

from __future__ import annotations

import argparse
import resource
import sys
from importlib import import_module

from .faults import BAD_INPUT, SOME_FAILED, UNREACHABLE, BadInput, Unreachable
from .options import parser
from .report import MODES, Report

_COMMANDS = {
    "apply": ("apply", "apply"),
    "create": ("create", "create"),
    "delete": ("accounts", "manage"),
    "disable": ("accounts", "manage"),
    "enable": ("accounts", "manage"),
    "groups": ("groups", "manage_groups"),
    "list": ("lookups", "list_users"),
    "reset-password": ("accounts", "manage"),
    "service-user": ("service_user", "ensure_service_user"),
    "verify": ("lookups", "verify_users"),
}
"""Command -> its module in commands/ and the function there."""


def main(arguments: list[str] | None = None) -> int:
    """Run the tool and return its exit code."""
    options = parser().parse_args(arguments)
    # A core would hold the passwords.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    report = Report(options.progress if options.progress in MODES else "lines")
    try:
        if options.progress not in MODES:
            raise BadInput([f"--progress {options.progress!r} is not allowed: one of {', '.join(MODES)}"])
        return _run(options, report)
    except BadInput as error:
        report.errors(error.reasons)
        return BAD_INPUT
    except Unreachable as error:
        report.errors([str(error)])
        return UNREACHABLE
    except KeyboardInterrupt:
        report.errors(["interrupted; run it again to go on"])
        return SOME_FAILED


def _run(options: argparse.Namespace, report: Report) -> int:
    # Imported late, and only what the command needs: it needs the LDAP module, which --help must not, and as one file the tool
    # is compiled anew each time.
    module, function = _COMMANDS[options.command]
    command = getattr(import_module(f".commands.{module}", __package__), function)
    from .link import session

    try:
        return command(options, report)
    except session.LDAPError as error:
        raise Unreachable(f"the directory refused the work: {session.reason(error)}") from error


if __name__ == "__main__":
    sys.exit(main())
