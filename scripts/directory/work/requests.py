"""The requests of a run: one add makes a whole account, one modify changes all that differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import ldap

from ..passwords.new import NewPasswords
from ..plan.found import DISABLED_FLAG, SSH_KEYS
from ..plan.users import ADD, DELETE, PASSWORD, Action
from ..wanted.model import DISABLED, User

_NORMAL_ACCOUNT = 512


@dataclass
class Requests:
    """What all accounts of a run have in common."""

    mark: str
    domain: str
    users_ou: str
    gid: int
    passwords: NewPasswords

    def prepare(self, actions: Sequence[Action]) -> None:
        """What has to be on the disk before any of these is sent. LocalFault when it cannot be."""
        self.passwords.prepare(action.user for action in actions if action.sets_password)

    def send(self, connection: ldap.ldapobject.LDAPObject, action: Action, uid: int | None) -> int:
        """Send the one request that brings the action about; its message id."""
        if action.kind == ADD:
            return connection.add_ext(f"CN={action.user.name},{self.users_ou}", list(self._account(action.user, uid)))
        assert action.found
        if action.kind == DELETE:
            return connection.delete_ext(action.found.dn)
        return connection.modify_ext(action.found.dn, list(self._changes(action)))

    def _account(self, user: User, uid: int | None) -> Iterator[tuple[str, list[bytes]]]:
        """The whole account: it exists complete or not at all."""
        control = _NORMAL_ACCOUNT | (DISABLED_FLAG if user.state == DISABLED else 0)
        texts = {
            "sAMAccountName": user.name,
            "userPrincipalName": f"{user.name}@{self.domain}",
            "userAccountControl": str(control),
            "uidNumber": str(uid),
            "gidNumber": str(self.gid),
            "unixHomeDirectory": f"/home/{user.name}",
            "loginShell": user.shell or "",
            "accountExpires": str(user.expires) if user.expires else "",
            "pwdLastSet": "0" if user.must_change else "",
            "adminDescription": self.mark,
            **user.attributes,
        }
        yield "objectClass", [b"user"]
        yield PASSWORD, [_quoted(self.passwords.of(user))]
        for attribute, text in texts.items():
            if text:
                yield attribute, [text.encode()]
        if user.ssh_keys:
            yield SSH_KEYS, [key.encode() for key in user.ssh_keys]

    def _changes(self, action: Action) -> Iterator[tuple[int, str, list[bytes] | None]]:
        for change in action.changes:
            if change.attribute == PASSWORD:
                yield ldap.MOD_REPLACE, PASSWORD, [_quoted(self.passwords.of(action.user))]
                if action.user.must_change:
                    yield ldap.MOD_REPLACE, "pwdLastSet", [b"0"]
            else:
                yield ldap.MOD_REPLACE, change.attribute, list(change.values) or None


def _quoted(password: str) -> bytes:
    """As Active Directory wants it, and only over a sealed connection. Never `userPassword`: that stores readable text."""
    return f'"{password}"'.encode("utf-16-le")
