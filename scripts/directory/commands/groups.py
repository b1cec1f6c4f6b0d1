"""The command `groups`: which groups there are and who is in them; or members of one group in and out."""

from __future__ import annotations

import argparse
import re

from ..faults import DONE, SOME_FAILED
from ..link.kerberos import Kerberos
from ..passwords import given
from ..plan.found import FoundGroup, from_entry
from ..report import Report
from ..wanted import checks as rules
from ..wanted import fields
from ..wanted.checks import Checks, Target
from ..wanted.model import Group, Wanted
from ..work import groups as there
from ..work.run import reconcile
from . import common
from .lookups import first_server

_SHOWN = 20
# Security groups: global, universal, domain local. Built-in ones (flag 1) are left out.
_QUERY = "(&(objectClass=group)(!(groupType:1.2.840.113556.1.4.803:=1))(!(isCriticalSystemObject=TRUE)))"


def manage_groups(options: argparse.Namespace, report: Report) -> int:
    """Show, or change the members of one group, which is made if absent."""
    checks = Checks(options)
    target = rules.target(options, checks)
    enter, leave = (_people(getattr(options, option), option, checks) for option in ("add", "remove"))
    name = options.name
    if name is not None and not rules.GROUP.fullmatch(name):
        checks.errors.append(f"name {name!r} is not allowed: {rules.GROUP_FORM}")
    if (enter or leave) and name is None:
        checks.errors.append("--add and --remove need the name of a group")
    if both := sorted(enter & leave):
        checks.errors.append(f"{', '.join(both)}: in --add and in --remove")
    if not enter and not leave:
        secrets = given.take(options, checks, target)
        return _show(target, name, secrets.admin, report)
    users_ou = rules.users_ou(options, checks, target.base_dn)
    group = Group(name or "", make=bool(enter), members=enter, without=leave)
    wanted = Wanted({}, {group.name: group}, users_ou, rules.FIRST_ID, adopt=options.adopt)
    how = common.how(options, checks)
    credentials = common.credentials_file(options, checks)
    secrets = given.take(options, checks, target)
    return reconcile(target, wanted, secrets.admin, credentials, how, report)


def _people(text: str | None, option: str, checks: Checks) -> frozenset[str]:
    names = [name for name in re.split(r"[,\s]+", text or "") if name]
    for name in names:
        try:
            fields.account(name)
        except ValueError as error:
            checks.errors.append(f"--{option} {name!r} is not allowed: {error}")
    return frozenset(names)


def _show(target: Target, name: str | None, password: str, report: Report) -> int:
    with Kerberos(target.realm, target.servers) as kerberos:
        server = first_server(target, kerberos, password)
        names = (
            [name] if name else sorted(from_entry(*entry).name for entry in server.search(_QUERY, ["sAMAccountName"]))
        )
        found = there.with_members(server, names)
        shown = [_shown(group, all_names=name is not None) for _, group in sorted(found.items())]
        server.close()
    for values, line in shown:
        report.item(values, line)
    if name and not found:
        report.errors([f"there is no group {name!r}"])
        return SOME_FAILED
    report.summary({"groups": len(shown)}, [f"{len(shown)} groups"])
    return DONE


def _shown(group: FoundGroup, all_names: bool) -> tuple[dict[str, object], str]:
    names = sorted(dn.split(",", 1)[0].split("=", 1)[1] for dn in group.members.values())
    values = {
        "event": "group",
        "name": group.name,
        "gid_number": group.gid,
        "members": names,
        "made_by_this_tool": group.ours,
        "dn": group.dn,
    }
    some = names if all_names else names[:_SHOWN]
    more = f" … ({len(names)} in all)" if len(some) < len(names) else ""
    return values, f"{group.name:<20} {group.gid or '-':>10} {' '.join(some)}{more}"
