"""The command line's words. Options are taken as text: wanted/ judges them together, so that all errors are told at once."""

from __future__ import annotations

import argparse

_DESCRIPTION = (
    "Users and groups of an Active Directory (Samba, Simple AD, Managed AD), over one sealed connection a controller."
)
_EPILOG = """\
Passwords come as one JSON object on stdin: {"adminPassword": "..."}, for service-user with "serviceUserPassword", for apply and
reset-password with "passwords": {"name": "..."} if they are not to be generated. On a terminal they are asked for.

exit codes: 0 done; 1 some failed, each is named; 2 bad input, nothing was changed; 3 directory unreachable.
"""
_CREATE = """\
Make the users <prefix><number> of a series exist: enabled, each with a random password, in one group.
What exists is left alone; running it again changes nothing.

example: create --domain hpc.example.org --server 10.0.1.5,10.0.2.5 --prefix posit --count 20 --group hpcusers
"""
_APPLY = """\
Make the directory hold what the lists say: users, their attributes, states and groups. Running it again changes nothing.
Accounts that were not made by this tool are left alone, and so are those that the lists do not name; see --adopt and --unlisted.

users:  name, givenName, surname, mail, groups, state (present, disabled, absent), shell, sshPublicKey, expires (YYYY-MM-DD or
        never), uidNumber, password (generate, must-change, or one of your own)
groups: name, members or prefix, gidNumber

example: apply --domain hpc.example.org --server 10.0.1.5,10.0.2.5 people.yaml --dry-run
"""
_GROUPS = """\
Without --add and --remove: show all groups, or one with all its members. With them: members of one group in and out; it is made
if absent.

example: groups --domain hpc.example.org --server 10.0.1.5 chemists --add anna,berta --remove carl
"""
_ACCOUNTS = {
    "disable": "end the logons of accounts; nothing is lost",
    "enable": "allow the logons of disabled accounts again",
    "delete": "delete accounts",
    "reset-password": "give accounts new passwords",
}


def parser() -> argparse.ArgumentParser:
    """All commands."""
    top = argparse.ArgumentParser(
        prog="hpcstack-directory",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = _common()

    def command(name: str, text: str, description: str | None = None) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=text,
            description=description or f"{text[0].upper()}{text[1:]}.",
            parents=[common],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    _create(command("create", "make a numbered series of users", _CREATE))
    _apply(command("apply", "make the directory hold what lists of users and groups say", _APPLY))
    _check(command("verify", "check a list or a series: present, as it says, in its groups, passwords work"))
    users = command("list", "list users")
    users.add_argument("--prefix", metavar="P", default="", help="only names that begin so")
    for name, text in _ACCOUNTS.items():
        _accounts(command(name, text), name)
    _groups(command("groups", "show groups, or change the members of one", _GROUPS))
    _service_user(command("service-user", "ensure a read-only account for the cluster's nodes"))
    return top


def _create(create: argparse.ArgumentParser) -> None:
    _series(create)
    _place(create)
    create.add_argument(
        "--uid-base", metavar="N", help="uidNumber is exactly this plus the number (default: 10000 and on, as free)"
    )
    _changing(create)


def _apply(apply: argparse.ArgumentParser) -> None:
    apply.add_argument("files", nargs="+", metavar="FILE", help="lists: .yaml, .yml or .csv")
    _lists(apply)
    _place(apply)
    _changing(apply)
    _careful(apply)


def _check(check: argparse.ArgumentParser) -> None:
    check.add_argument("files", nargs="*", metavar="FILE", help="lists, as apply takes them; none: a series")
    _series(check)
    _lists(check)
    _place(check)
    _verify(check)
    _careful(check)
    check.add_argument("--uid-base", metavar="N", help="as create has it")
    check.add_argument("--credentials-file", metavar="FILE", help="try the passwords of this file")


def _service_user(service: argparse.ArgumentParser) -> None:
    service.add_argument("--name", metavar="NAME", default="ReadOnlyUser", help="account name (default %(default)s)")
    service.add_argument(
        "--password-secret-arn",
        metavar="ARN",
        help="its password is the secret of this ARN, and does not come by stdin",
    )
    service.add_argument(
        "--wait",
        metavar="SECONDS",
        default="0",
        help="wait so long for controllers that are only being made (default: not at all)",
    )
    service.add_argument("--ou", metavar="DN", help="its unit, made if absent (default OU=Service of the domain)")


def _common() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    connection = common.add_argument_group("directory")
    connection.add_argument("--domain", metavar="D", help="the domain, for example hpc.example.org")
    connection.add_argument("--server", metavar="ADDR[,ADDR]", help="addresses of all its domain controllers")
    connection.add_argument("--admin", metavar="NAME", default="Administrator", help="who speaks (default %(default)s)")
    connection.add_argument(
        "--admin-secret-arn", metavar="ARN", help="his password is the secret of this ARN, and does not come by stdin"
    )
    connection.add_argument(
        "--ca-file", metavar="FILE", help="certificate authority of LDAPS; passwords are then tried by it"
    )
    shown = common.add_argument_group("output")
    shown.add_argument(
        "--progress", metavar="MODE", default="auto", help="auto, bar, lines or json (default %(default)s)"
    )
    shown.add_argument("--json", dest="progress", action="store_const", const="json", help="one JSON object a line")
    return common


def _series(command: argparse.ArgumentParser) -> None:
    """The options that describe a series of users."""
    users = command.add_argument_group("series of users")
    users.add_argument("--prefix", metavar="P", help="names begin so: a lower-case letter or _, then a-z 0-9 _ -")
    users.add_argument("--count", metavar="N", help="how many, 1 to 20000")
    users.add_argument("--start", metavar="N", default="1", help="first number (default %(default)s)")
    users.add_argument("--width", metavar="N", default="4", help="digits of the number (default %(default)s)")
    users.add_argument("--group", metavar="NAME", help="a group that holds them all, made if absent")


def _lists(command: argparse.ArgumentParser) -> None:
    """The options beside list files."""
    command.add_argument(
        "--unlisted",
        metavar="HOW",
        default="keep",
        help="accounts of this tool that no list names: keep, disable or delete (default %(default)s)",
    )


def _place(command: argparse.ArgumentParser) -> None:
    """What new accounts have in common."""
    new = command.add_argument_group("new accounts")
    new.add_argument("--users-ou", metavar="DN", help="where new users and groups go (default CN=Users of the domain)")
    new.add_argument(
        "--gid", metavar="N", default="10000", help="gidNumber of new users and groups (default %(default)s)"
    )
    new.add_argument("--shell", metavar="PATH", default="/bin/bash", help="login shell (default %(default)s)")


def _changing(command: argparse.ArgumentParser) -> None:
    """The options of every command that changes something."""
    command.add_argument("--dry-run", action="store_true", help="show what would be done, and change nothing")
    command.add_argument(
        "--credentials-file", metavar="FILE", help="new passwords, CSV, 0600 (default ~/.hpcstack/credentials-TIME.csv)"
    )
    command.add_argument(
        "--credentials-secret", metavar="ARN", help="new passwords go into this secret of Secrets Manager instead"
    )
    command.add_argument(
        "--credentials-object",
        metavar="URI",
        help="new passwords go into objects below this prefix instead, s3://BUCKET/PREFIX/, encrypted by KMS; with --region",
    )
    command.add_argument("--region", metavar="REGION", help="of the bucket")
    command.add_argument(
        "--passwords-stdin", action="store_true", help='read "passwords" from stdin also with --admin-secret-arn'
    )
    command.add_argument(
        "--patience", metavar="SECONDS", default="120", help="wait so long for a lost controller (default %(default)s)"
    )
    _verify(command)


def _verify(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--verify",
        metavar="HOW",
        default="sample",
        help="passwords to try: all, sample (20) or none (default %(default)s)",
    )


def _careful(command: argparse.ArgumentParser) -> None:
    """The options of commands that may take something away."""
    command.add_argument(
        "--adopt", action="store_true", help="change also accounts and groups that this tool did not make"
    )
    command.add_argument(
        "--max-delete",
        metavar="N[%]",
        default="10%",
        help="delete (and disable unlisted) at most so many accounts, or such a share of those this tool made "
        "(default 10%%)",
    )


def _accounts(command: argparse.ArgumentParser, name: str) -> None:
    command.add_argument("names", nargs="*", metavar="NAME", help="accounts; none: a series")
    users = command.add_argument_group("series of users")
    users.add_argument("--prefix", metavar="P", help="names begin so")
    users.add_argument("--count", metavar="N", help="how many")
    users.add_argument("--start", metavar="N", default="1", help="first number (default %(default)s)")
    users.add_argument("--width", metavar="N", default="4", help="digits of the number (default %(default)s)")
    if name == "reset-password":
        command.add_argument("--must-change", action="store_true", help="they have to be changed before the next logon")
    _changing(command)
    _careful(command)


def _groups(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", nargs="?", metavar="NAME", help="one group")
    command.add_argument("--add", metavar="NAME[,NAME]", help="users who enter it")
    command.add_argument("--remove", metavar="NAME[,NAME]", help="users who leave it")
    command.add_argument("--users-ou", metavar="DN", help="where a new group goes (default CN=Users of the domain)")
    command.add_argument("--adopt", action="store_true", help="remove members also from groups of others")
    _changing(command)
