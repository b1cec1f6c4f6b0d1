"""Groups: found with their members, or made on the first controller and awaited on the others."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable

import ldap

from ..faults import BadInput, Unreachable
from ..link.session import ANSWER_SECONDS, Entry, Server, reason
from ..link.steady import REPLICATION_SECONDS
from ..plan.found import Found, FoundGroup, from_entry

_ATTRIBUTES = ["sAMAccountName", "sAMAccountType", "gidNumber", "adminDescription"]


def find(server: Server, names: Iterable[str]) -> dict[str, Found]:
    """Entries that bear these names, groups or not."""
    entries = (from_entry(*entry) for entry in server.look_up(names, _ATTRIBUTES))
    return {entry.name: entry for entry in entries if not entry.conflict}


def with_members(server: Server, names: Iterable[str]) -> dict[str, FoundGroup]:
    """The groups among these names, each with all its members."""
    groups = {name: entry for name, entry in find(server, names).items() if entry.is_group}
    return {
        name: FoundGroup(entry.dn, name, gid(entry), entry.mark, {dn.lower(): dn for dn in members(server, entry.dn)})
        for name, entry in groups.items()
    }


def gid(entry: Found) -> int | None:
    given = entry.values.get("gidnumber")
    return int(given[0]) if given else None


def members(server: Server, dn: str) -> list[str]:
    """DNs of a group's members. Windows gives 1500 at a time (`member;range=0-1499`); Samba all at once."""
    found: list[str] = []
    attribute = "member"
    while attribute:
        [(_, entry)] = server.ldap.search_ext_s(dn, ldap.SCOPE_BASE, attrlist=[attribute], timeout=ANSWER_SECONDS)
        attribute = ""
        for name, values in entry.items():
            if name.lower() == "member" or name.lower().startswith("member;"):
                found += [value.decode() for value in values]
                attribute = _following(name) or attribute
    return found


def _following(name: str) -> str | None:
    """The attribute to ask for after `member;range=<first>-<last>`; None after the last part, whose end is `*`."""
    part = re.match(r"member;range=\d+-(\d+)$", name, re.IGNORECASE)
    return f"member;range={int(part[1]) + 1}-*" if part else None


def make(server: Server, name: str, container: str, number: int, mark: str) -> bool:
    """Make the group; False when somebody else was faster. BadInput when the directory refuses."""
    entry: Entry = {
        "objectClass": [b"group"],
        "sAMAccountName": [name.encode()],
        "gidNumber": [str(number).encode()],
        "adminDescription": [mark.encode()],
    }
    try:
        server.ldap.add_ext_s(f"CN={name},{container}", list(entry.items()))
    except ldap.ALREADY_EXISTS as error:
        if name not in find(server, [name]):
            raise BadInput([f"the group {name!r} cannot be made: {reason(error)}"]) from error
        return False
    except (ldap.INSUFFICIENT_ACCESS, ldap.CONSTRAINT_VIOLATION, ldap.UNWILLING_TO_PERFORM) as error:
        raise BadInput([f"the group {name!r} cannot be made: {reason(error)}"]) from error
    return True


def await_replica(server: Server, names: Iterable[str]) -> None:
    """Wait until another controller has learnt of the groups; second ones of the same names would be conflicts."""
    deadline = time.monotonic() + REPLICATION_SECONDS
    wanted = set(names)
    while missing := wanted - find(server, wanted).keys():
        if time.monotonic() > deadline:
            raise Unreachable(
                f"{server.address} has not learnt of the group {min(missing)} in {REPLICATION_SECONDS} s: replication stands"
            )
        time.sleep(1)


def gids(server: Server) -> list[int]:
    """All gidNumbers of groups that are in use."""
    query = server.search("(&(objectClass=group)(gidNumber=*))", ["sAMAccountType", "gidNumber"])
    entries = (from_entry(*entry) for entry in query)
    return [number for entry in entries if entry.is_group and (number := gid(entry)) is not None]
