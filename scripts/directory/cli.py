"""The command line: from arguments to an exit code."""

from __future__ import annotations

import argparse
import resource
import sys

from .faults import BAD_INPUT, SOME_FAILED, UNREACHABLE, BadInput, Unreachable
from .options import parser
from .report import MODES, Report


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
    # Imported late: they need the LDAP module, and --help must not.
    from .commands import accounts, apply, create, groups, lookups, service_user
    from .link import session

    commands = {
        "apply": apply.apply,
        "create": create.create,
        "delete": accounts.manage,
        "disable": accounts.manage,
        "enable": accounts.manage,
        "groups": groups.manage_groups,
        "list": lookups.list_users,
        "reset-password": accounts.manage,
        "service-user": service_user.ensure_service_user,
        "verify": lookups.verify_users,
    }
    try:
        return commands[options.command](options, report)
    except session.LDAPError as error:
        raise Unreachable(f"the directory refused the work: {session.reason(error)}") from error


if __name__ == "__main__":
    sys.exit(main())
