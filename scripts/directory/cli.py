"""The command line."""

from __future__ import annotations

import argparse
import resource
import sys

from .faults import BAD_INPUT, SOME_FAILED, UNREACHABLE, BadInput, Unreachable
from .report import MODES, Report

_DESCRIPTION = (
    "Make users exist in an Active Directory (Samba, Simple AD, Managed AD), over one sealed connection a controller."
)
_EPILOG = """\
Passwords come as one JSON object on stdin: {"adminPassword": "..."}, for service-user with "serviceUserPassword" too.
On a terminal they are asked for.

exit codes: 0 done; 1 some failed, each is named; 2 bad input, nothing was changed; 3 directory unreachable.
"""
_CREATE = """\
Make the users <prefix><number> of a series exist: enabled, each with a random password, in one group.
What exists is left alone; running it again changes nothing.

example: create --domain hpc.example.org --server 10.0.1.5,10.0.2.5 --prefix posit --count 20 --group hpcusers
"""


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


def parser() -> argparse.ArgumentParser:
    """Options are taken as text: inputs.py judges them together, so that all errors are told at once."""
    common = argparse.ArgumentParser(add_help=False)
    connection = common.add_argument_group("directory")
    connection.add_argument("--domain", metavar="D", help="the domain, for example hpc.example.org")
    connection.add_argument("--server", metavar="ADDR[,ADDR]", help="addresses of all its domain controllers")
    connection.add_argument("--admin", metavar="NAME", default="Administrator", help="who speaks (default %(default)s)")
    connection.add_argument(
        "--ca-file", metavar="FILE", help="certificate authority of LDAPS; passwords are then tried by it"
    )
    common.add_argument(
        "--progress", metavar="MODE", default="auto", help="auto, bar, lines or json (default %(default)s)"
    )

    top = argparse.ArgumentParser(
        prog="hpcstack-directory",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, text: str, description: str | None = None) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=text,
            description=description or text,
            parents=[common],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    create = command("create", "make a numbered series of users", _CREATE)
    _series(create)
    create.add_argument(
        "--credentials-file", metavar="FILE", help="new passwords, CSV, 0600 (default ~/.hpcstack/credentials-TIME.csv)"
    )
    create.add_argument(
        "--patience", metavar="SECONDS", default="120", help="wait so long for a lost controller (default %(default)s)"
    )
    create.add_argument("--dry-run", action="store_true", help="show what would be done, and change nothing")
    check = command("verify", "check a series of users: present, enabled, in the group, passwords work")
    _series(check)
    check.add_argument("--credentials-file", metavar="FILE", help="try the passwords of this file")
    users = command("list", "list users")
    users.add_argument("--prefix", metavar="P", default="", help="only names that begin so")
    service = command("service-user", "ensure a read-only account for the cluster's nodes")
    service.add_argument("--name", metavar="NAME", default="ReadOnlyUser", help="account name (default %(default)s)")
    service.add_argument("--ou", metavar="DN", help="its unit, made if absent (default OU=Service of the domain)")
    return top


def _series(command: argparse.ArgumentParser) -> None:
    """The options that describe a series of users."""
    users = command.add_argument_group("users")
    users.add_argument("--prefix", metavar="P", help="names begin so: a lower-case letter or _, then a-z 0-9 _ -")
    users.add_argument("--count", metavar="N", help="how many, 1 to 20000")
    users.add_argument("--start", metavar="N", default="1", help="first number (default %(default)s)")
    users.add_argument("--width", metavar="N", default="4", help="digits of the number (default %(default)s)")
    users.add_argument("--group", metavar="NAME", help="a group that holds them all, made if absent")
    users.add_argument(
        "--users-ou", metavar="DN", help="where new users and the group go (default CN=Users of the domain)"
    )
    users.add_argument(
        "--uid-base", metavar="N", help="uidNumber is exactly this plus the number (default: 10000 and on, as free)"
    )
    users.add_argument(
        "--gid", metavar="N", default="10000", help="gidNumber of a new group and its users (default %(default)s)"
    )
    users.add_argument("--shell", metavar="PATH", default="/bin/bash", help="login shell (default %(default)s)")
    users.add_argument(
        "--verify",
        metavar="HOW",
        default="sample",
        help="passwords to try: all, sample (20) or none (default %(default)s)",
    )


def _run(options: argparse.Namespace, report: Report) -> int:
    # Imported late: they need the LDAP module, and --help must not.
    from .commands import create, lookups, service_user
    from .link import session

    commands = {
        "create": create.create,
        "list": lookups.list_users,
        "verify": lookups.verify_users,
        "service-user": service_user.ensure_service_user,
    }
    try:
        return commands[options.command](options, report)
    except session.LDAPError as error:
        raise Unreachable(f"the directory refused the work: {session.reason(error)}") from error


if __name__ == "__main__":
    sys.exit(main())
