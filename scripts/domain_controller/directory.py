"""Questions to the domain: who answers, who belongs to it, who holds its roles."""

from __future__ import annotations

import socket
from typing import Any

from .configuration import Configuration
from .faults import Fault
from .machine import answer, output

_LDAP, _LDAPS = 389, 636
_ANSWER_SECONDS = 5
ADMIN = "Administrator"
PASSWORDS = "PdcEmulationMasterRole"
"""The role whose holder keeps passwords and their rules."""


def answers(found: Configuration, address: str) -> str | None:
    """The host name of the controller of *this* domain that answers at an address; None when none does."""
    if not listens(address, _LDAP):
        return None
    said = answer(
        *("ldapsearch", "-x", "-LLL", "-o", f"nettimeout={_ANSWER_SECONDS}", "-l", str(_ANSWER_SECONDS)),
        *("-H", f"ldap://{address}", "-s", "base", "-b", "", "defaultNamingContext", "dnsHostName"),
        seconds=_ANSWER_SECONDS * 3,
    )
    values = dict(line.split(": ", 1) for line in (said or "").splitlines() if ": " in line)
    if values.get("defaultNamingContext", "").lower() != found.base_dn.lower():
        return None
    return values.get("dnsHostName", "").split(".")[0].lower() or None


def listens(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), timeout=_ANSWER_SECONDS).close()
    except OSError:
        return False
    return True


def serves(found: Configuration) -> bool:
    """Whether this controller answers for the domain, and over TLS too."""
    return answers(found, found.address) is not None and listens(found.address, _LDAPS)


def members(database: Any) -> list[str]:
    """Names of all controllers that the domain knows, dead or alive, in lower case."""
    import ldb

    rows = database.search(
        base=f"CN=Sites,{database.get_config_basedn()}",
        scope=ldb.SCOPE_SUBTREE,
        expression="(&(objectClass=server)(serverReference=*))",
        attrs=["cn"],
    )
    return sorted(str(row["cn"][0]).lower() for row in rows)


def remote(found: Configuration, address: str, password: str) -> Any:
    """The database of another controller, as the administrator, over a sealed connection."""
    from samba.auth import system_session
    from samba.credentials import Credentials
    from samba.param import LoadParm
    from samba.samdb import SamDB

    settings = LoadParm()
    settings.load("/etc/samba/smb.conf")
    who = Credentials()
    who.guess(settings)
    who.set_username(ADMIN)
    who.set_domain(found.short_domain)
    who.set_password(password)
    return SamDB(url=f"ldap://{address}", credentials=who, session_info=system_session(), lp=settings)


def local() -> Any:
    """This controller's own database; needs root, no password."""
    from samba.auth import system_session
    from samba.param import LoadParm
    from samba.samdb import SamDB

    settings = LoadParm()
    settings.load("/etc/samba/smb.conf")
    return SamDB(url="/var/lib/samba/private/sam.ldb", session_info=system_session(), lp=settings)


def set_administrator(password: str) -> None:
    """The stack's password. In this process: never on a command line. It does not expire."""
    import ldb

    database, account = local(), f"(sAMAccountName={ADMIN})"
    try:
        database.setpassword(account, password, force_change_at_next_login=False)
    except ldb.LdbError as error:
        raise Fault(
            f"the domain refuses the password that the stack's secret has for {ADMIN}: {error.args[1]}"
        ) from error
    database.setexpiry(account, 0, no_expiry_req=True)


def registered(service: str) -> bool:
    """Whether this controller's database knows a service principal name."""
    import ldb

    expression = f"(servicePrincipalName={ldb.binary_encode(service)})"
    return len(local().search(expression=expression, attrs=["cn"])) > 0


def membership_id(name: str) -> str | None:
    """The id of a controller's present membership, by this controller's database: another one after each join."""
    import ldb

    database = local()
    rows = database.search(
        base=f"CN=Sites,{database.get_config_basedn()}",
        scope=ldb.SCOPE_SUBTREE,
        expression="(objectClass=nTDSDSA)",
        attrs=["objectGUID"],
    )
    for row in rows:
        # CN=NTDS Settings,CN=<host>,CN=Servers,…
        if str(row.dn.parent().get_rdn_value()).lower() == name:
            return str(database.schema_format_value("objectGUID", row["objectGUID"][0]), "ascii")
    return None


def roles() -> dict[str, str]:
    """Role -> host name of its owner, by this controller's database."""
    said = output("samba-tool", "fsmo", "show", seconds=60)
    found: dict[str, str] = {}
    for line in said.splitlines():
        role, marked, owner = line.partition(" owner: ")
        if marked:
            # CN=NTDS Settings,CN=<host>,CN=Servers,…
            found[role] = owner.split(",")[1].partition("=")[2].lower()
    return found
