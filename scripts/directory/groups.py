"""The group of a run: found, or made on the first controller and awaited on the others."""

from __future__ import annotations

import time

import ldap

from .faults import BadInput, Unreachable
from .session import Server, reason

_REPLICATION_SECONDS = 60
_GROUP_TYPES = (268435456, 536870912)


def find(server: Server, name: str) -> tuple[str, int | None] | None:
    """DN and gidNumber of the group; None when there is none; BadInput when the name belongs to something else."""
    for dn, entry in server.search(f"(sAMAccountName={name})", ["sAMAccountType", "gidNumber"]):
        if int(entry.get("sAMAccountType", [b"0"])[0]) not in _GROUP_TYPES:
            raise BadInput([f"--group {name!r}: {dn} has this name and is not a group; choose another"])
        gid = entry.get("gidNumber")
        return dn, int(gid[0]) if gid else None
    return None


def ensure(server: Server, name: str, container: str, gid: int, mark: str) -> tuple[str, int]:
    """DN and gidNumber of the group, made if absent. The gid of a group that is there already wins."""
    found = find(server, name)
    if found is None:
        try:
            server.ldap.add_ext_s(
                f"CN={name},{container}",
                [
                    ("objectClass", [b"group"]),
                    ("sAMAccountName", [name.encode()]),
                    ("gidNumber", [str(gid).encode()]),
                    ("adminDescription", [mark.encode()]),
                ],
            )
        except ldap.ALREADY_EXISTS as error:
            found = find(server, name)
            if found is None:
                raise BadInput([f"--group {name!r} cannot be made: {reason(error)}"]) from error
        except (ldap.INSUFFICIENT_ACCESS, ldap.CONSTRAINT_VIOLATION, ldap.UNWILLING_TO_PERFORM) as error:
            raise BadInput([f"--group {name!r} cannot be made: {reason(error)}"]) from error
    dn, held = found or (f"CN={name},{container}", gid)
    return dn, held if held is not None else gid


def await_replica(server: Server, name: str) -> None:
    """Wait until another controller has learnt of the group; a second one of the same name would be a conflict."""
    deadline = time.monotonic() + _REPLICATION_SECONDS
    while find(server, name) is None:
        if time.monotonic() > deadline:
            raise Unreachable(
                f"{server.address} has not learnt of the group {name} in {_REPLICATION_SECONDS} s: replication stands"
            )
        time.sleep(1)
