"""What only the directory can tell about a list, asked before the first write: every error at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ldap

from ..faults import BadInput
from ..link.session import ANSWER_SECONDS, Server
from ..passwords.making import acceptable
from ..plan import ceiling
from ..plan.found import MARK, USER_TYPE, Found, from_entry
from ..plan.membership import strangers
from ..plan.users import ADD, DELETE, Action
from ..wanted.model import DISABLED, Wanted
from . import groups
from .share import Share

_COMPLEX = 1


@dataclass(frozen=True)
class Policy:
    """The domain's rule for passwords."""

    least_length: int
    complex: bool

    def broken_by(self, password: str, account: str) -> str | None:
        """Why the directory would refuse it."""
        if len(password) < self.least_length:
            return f"has {len(password)} characters, and the domain wants {self.least_length}"
        if self.complex and not acceptable(password, account):
            return "is too simple for the domain: lower case, capitals and digits, and not the account's name"
        return None


def policy(server: Server) -> Policy:
    """As the domain has it now."""
    wanted = ["minPwdLength", "pwdProperties"]
    [(_, entry)] = server.ldap.search_ext_s(server.base_dn, ldap.SCOPE_BASE, attrlist=wanted, timeout=ANSWER_SECONDS)
    values = {key.lower(): int(many[0]) for key, many in entry.items()}
    return Policy(values.get("minpwdlength", 0), bool(values.get("pwdproperties", 0) & _COMPLEX))


def check(server: Server, wanted: Wanted, shares: Sequence[Share], actions: Sequence[Action], rule: Policy) -> None:
    """BadInput with everything that the directory has against the list."""
    errors: list[str] = []
    adds = [action.user for action in actions if action.kind == ADD]
    makes = {name for name in wanted.groups if name not in shares[0].view.groups}
    if (adds or makes) and not server.exists(wanted.users_ou):
        errors.append(f"--users-ou {wanted.users_ou!r} is not in the directory")
    errors += _groups(server, wanted, makes)
    errors += _members(wanted, shares)
    for user in (action.user for action in actions if action.sets_password):
        if user.password is not None and (why := rule.broken_by(user.password, user.name)):
            errors.append(f"{user.origin}: password of {user.name} {why}")
    if told := _taken_away(server, wanted, actions):
        errors.append(told)
    if errors:
        raise BadInput(errors)


def leftovers(server: Server, wanted: Wanted, shares: Sequence[Share]) -> dict[str, dict[str, str]]:
    """Group -> name -> DN: user accounts in exact groups that the list does not name. Other groups in them stay."""
    dns = {entry.dn.lower() for share in shares for some in share.view.entries.values() for entry in some}
    found: dict[str, dict[str, str]] = {}
    for name, group in wanted.groups.items():
        if known := shares[0].view.groups.get(name):
            entries = [_account(server, dn) for dn in strangers(group, known, dns)]
            found[name] = {entry.name: entry.dn for entry in entries if entry and entry.is_user}
    return found


def _account(server: Server, dn: str) -> Found | None:
    try:
        [(there, entry)] = server.ldap.search_ext_s(
            dn, ldap.SCOPE_BASE, attrlist=["sAMAccountName", "sAMAccountType"], timeout=ANSWER_SECONDS
        )
    except ldap.NO_SUCH_OBJECT:
        return None
    return from_entry(there, entry)


def _groups(server: Server, wanted: Wanted, missing: set[str]) -> list[str]:
    """Names that are not groups, and groups that have to be there and are not."""
    others: Mapping[str, Found] = groups.find(server, missing) if missing else {}
    errors = [
        f"{_where(wanted, name)}--group {name!r}: {entry.dn} has this name and is not a group; choose another"
        for name, entry in sorted(others.items())
        if not entry.is_group
    ]
    unknown = sorted(name for name in missing - others.keys() if not wanted.groups[name].make)
    return [
        *errors,
        *(f"{_where(wanted, name)}there is no group {name!r} in the directory or in the list" for name in unknown),
    ]


def _members(wanted: Wanted, shares: Sequence[Share]) -> list[str]:
    """Members by name that are neither listed nor in the directory."""
    known = wanted.users.keys() | {name for share in shares for name in share.view.users()}
    return [
        f"{_where(wanted, group.name)}member {name!r} of the group {group.name!r} is neither listed nor in the directory"
        for group in wanted.groups.values()
        for name in sorted(group.members - known)
    ]


def _taken_away(server: Server, wanted: Wanted, actions: Sequence[Action]) -> str | None:
    """Deletes, and disables of accounts that are not listed, against the ceiling."""
    taken = [a.user.name for a in actions if a.kind == DELETE or (_unlisted(wanted, a) and a.user.state == DISABLED)]
    if not taken or wanted.ceiling is None:
        return None
    query = f"(&(sAMAccountType={USER_TYPE})(adminDescription={MARK}*))"
    return ceiling.told(sorted(taken), wanted.ceiling, sum(1 for _ in server.search(query, ["1.1"])))


def _unlisted(wanted: Wanted, action: Action) -> bool:
    return action.user.name not in wanted.users


def _where(wanted: Wanted, group: str) -> str:
    origin = wanted.groups[group].origin
    return f"{origin}: " if origin else ""
