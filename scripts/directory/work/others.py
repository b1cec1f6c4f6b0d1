"""Controllers of the domain that the caller did not name.

An earlier run may have used them a moment ago. A user whom one of them has and the named ones do not know yet would be made a
second time, and that locks the user out: so time passes for what they have to tell.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..link.session import Server

LAG_SECONDS = 15
"""Controllers of one site tell each other within seconds; the longest that was seen is 10 s."""


def unnamed(server: Server, named: Iterable[str]) -> list[str]:
    """Names of the domain's other controllers that take writes. `named` are host names."""
    known = {host.split(".", 1)[0].lower() for host in named}
    query = f"(&(objectCategory=nTDSDSA)(hasMasterNCs={server.base_dn}))"
    # An entry's DN is CN=NTDS Settings,CN=<name>,CN=Servers,...
    found = [
        dn.split(",")[1].partition("=")[2].lower() for dn, _ in server.search(query, ["1.1"], server.configuration_dn)
    ]
    return sorted(set(found) - known)


def told(names: Iterable[str]) -> str:
    """A remark for people."""
    return (
        f"--server leaves out controllers of the domain: {', '.join(names)}. Waiting {LAG_SECONDS} s for what they have to tell; "
        "name them all, and runs are faster"
    )
