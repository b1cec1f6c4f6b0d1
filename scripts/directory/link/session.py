"""One sealed LDAP connection to one domain controller, reached by its address: no name service is asked.

The socket is opened here and handed to libldap together with the controller's own name (from its anonymous root entry),
because Kerberos needs the name and the network only the address.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..faults import BadInput, Unreachable
from .kerberos import Kerberos

try:
    import ldap
    import ldap.sasl
    from ldap.controls import SimplePagedResultsControl
except ImportError as error:
    raise Unreachable(
        f"this machine's Python lacks the LDAP module ({error}); install the package python3-ldap"
    ) from error

CONNECT_SECONDS = 10
ANSWER_SECONDS = 30
_PAGE = 1000
_VALUES_AT_ONCE = 50
_SEARCHES_AT_ONCE = 4
_LEAST_SEAL = 56
_ROOT = ["dnsHostName", "defaultNamingContext", "configurationNamingContext"]

LDAPError = ldap.LDAPError
Entry = dict[str, list[bytes]]

# The connection, or what it needs, is gone: reconnect, look again, go on.
LOST = (
    *(ldap.SERVER_DOWN, ldap.UNAVAILABLE, ldap.TIMEOUT, ldap.BUSY, ldap.CONNECT_ERROR, ldap.LOCAL_ERROR),
    ldap.INVALID_CREDENTIALS,
)

# The directory refuses for the time being. Samba works on a request by searches of its own, which have 300 seconds: a leap of
# its clock ends those of one that is under way (4.17).
PASSING = (ldap.OPERATIONS_ERROR, ldap.OTHER, ldap.ADMINLIMIT_EXCEEDED, ldap.TIMELIMIT_EXCEEDED)


@dataclass(frozen=True)
class Root:
    """What a controller says of itself without a logon."""

    host: str
    base_dn: str
    configuration_dn: str


class Server:
    """A controller at `address`. `connect` may be called again after any loss."""

    def __init__(self, address: str, base_dn: str, kerberos: Kerberos, admin: str, password: str) -> None:
        self.address = address
        self.base_dn = base_dn
        self._kerberos = kerberos
        self._admin = admin
        self._password = password
        self._connection: ldap.ldapobject.LDAPObject | None = None
        # The controller's own name, known once connected: its certificate and its Kerberos service bear it.
        self.host = ""
        self.configuration_dn = ""

    @property
    def connected(self) -> bool:
        return self._connection is not None

    def connect(self, ticket: bool = True) -> None:
        """A fresh ticket, unless there is one, and a sealed bind. Unreachable, BadInput (another domain) or one of LOST."""
        self.close()
        root = read_root(self.address)
        if self.host and (self.host, self.base_dn.lower()) != (root.host, root.base_dn.lower()):
            # A name belongs to one controller: made on another one as well, it would be a conflict.
            raise Unreachable(f"{self.address} is {root.host} now, and was {self.host} before")
        if root.base_dn.lower() != self.base_dn.lower():
            raise BadInput([f"--domain does not fit: {self.address} serves {root.base_dn}, not {self.base_dn}"])
        if ticket:
            # Anew at each loss: it is cheap (two requests), and it also cures an expired ticket and a corrected clock.
            self._kerberos.obtain(self._admin, self._password)
        connection = _open(self.address, root.host)
        connection.set_option(ldap.OPT_X_SASL_NOCANON, ldap.OPT_ON)
        connection.set_option(ldap.OPT_X_SASL_SSF_MIN, _LEAST_SEAL)
        connection.sasl_interactive_bind_s("", ldap.sasl.gssapi())
        if connection.get_option(ldap.OPT_X_SASL_SSF) < _LEAST_SEAL:
            raise Unreachable(f"{self.address} does not seal the connection; passwords are not sent over it")
        self._connection = connection
        self.host, self.configuration_dn = root.host, root.configuration_dn

    def close(self) -> None:
        """Drop the connection; a dead one is no fault here."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(ldap.LDAPError):
                connection.unbind_s()

    @property
    def ldap(self) -> ldap.ldapobject.LDAPObject:
        if self._connection is None:
            raise ldap.SERVER_DOWN({"desc": "not connected"})
        return self._connection

    def search(self, filter_text: str, attributes: list[str], base: str | None = None) -> Iterator[tuple[str, Entry]]:
        """Every entry below `base` (the domain) that matches, page by page."""
        control = SimplePagedResultsControl(True, size=_PAGE, cookie="")
        while True:
            message = self.ldap.search_ext(
                base or self.base_dn, ldap.SCOPE_SUBTREE, filter_text, attributes, serverctrls=[control]
            )
            _, entries, _, controls = self.ldap.result3(message, timeout=ANSWER_SECONDS)
            yield from ((dn, entry) for dn, entry in entries if dn)
            cookies = [c.cookie for c in controls if c.controlType == SimplePagedResultsControl.controlType]
            if not cookies or not cookies[0]:
                return
            control.cookie = cookies[0]

    def look_up(self, names: Iterable[str], attributes: list[str]) -> Iterator[tuple[str, Entry]]:
        """Every entry with one of these account names."""
        return self.with_any("sAMAccountName", names, attributes)

    def with_any(
        self, attribute: str, values: Iterable[str], attributes: list[str], but: str = ""
    ) -> Iterator[tuple[str, Entry]]:
        """Every entry in which `attribute` is one of `values`, without those that match the filter `but`. A few values a search
        and a few searches at once: measured, a third of the time of one paged search for thousands, and as quick in a directory
        of any size.
        """
        waiting = list(values)
        pending: list[int] = []
        while waiting or pending:
            while waiting and len(pending) < _SEARCHES_AT_ONCE:
                some = "(|" + "".join(f"({attribute}={value})" for value in waiting[:_VALUES_AT_ONCE]) + ")"
                del waiting[:_VALUES_AT_ONCE]
                query = f"(&{some}(!{but}))" if but else some
                pending.append(self.ldap.search_ext(self.base_dn, ldap.SCOPE_SUBTREE, query, attributes))
            _, entries = self.ldap.result(pending.pop(0), timeout=ANSWER_SECONDS)
            yield from ((dn, entry) for dn, entry in entries if dn)

    def exists(self, dn: str) -> bool:
        """Whether there is an entry of this name."""
        try:
            return bool(self.ldap.search_ext_s(dn, ldap.SCOPE_BASE, attrlist=["1.1"], timeout=ANSWER_SECONDS))
        except ldap.NO_SUCH_OBJECT:
            return False


def read_root(address: str) -> Root:
    """The controller's name and domain from its root entry, which anybody may read."""
    connection = _open(address, "localhost")
    try:
        found = connection.search_ext_s("", ldap.SCOPE_BASE, attrlist=_ROOT, timeout=CONNECT_SECONDS)
    except ldap.LDAPError as error:
        raise Unreachable(f"{address} port 389 does not answer as a domain controller: {reason(error)}") from error
    finally:
        connection.unbind_s()
    entry = {key.lower(): values for key, values in found[0][1].items()} if found else {}
    if not all(attribute.lower() in entry for attribute in _ROOT):
        raise Unreachable(f"{address} port 389 answers, but not as an Active Directory domain controller")
    return Root(*(entry[attribute.lower()][0].decode() for attribute in _ROOT))


def reason(error: ldap.LDAPError) -> str:
    """One line of what the directory said."""
    if isinstance(error, ldap.TIMEOUT):
        return "no answer in time"
    told = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
    parts = [told.get("desc") or type(error).__name__, told.get("info")]
    return ": ".join(" ".join(str(part).split()) for part in parts if part)


def may_pass(error: ldap.LDAPError) -> bool:
    """Whether the directory may say otherwise soon: a full disk, an overloaded controller. Samba calls a commit that found no
    room on the disk a protocol error."""
    return isinstance(error, PASSING) or (isinstance(error, ldap.PROTOCOL_ERROR) and "prepare_commit" in reason(error))


def message_id(error: ldap.LDAPError) -> int | None:
    """Which of several outstanding requests failed."""
    told = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
    return told.get("msgid")


def _open(address: str, name: str) -> ldap.ldapobject.LDAPObject:
    """An unbound connection to port 389 of `address` that believes to speak to `name`."""
    try:
        link = socket.create_connection((address, 389), timeout=CONNECT_SECONDS)
    except OSError as error:
        raise Unreachable(f"{address} port 389 cannot be reached: {error.strerror or error}") from error
    link.settimeout(None)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    # libldap owns the descriptor from here on and closes it.
    connection = ldap.initialize(f"ldap://{name}", fileno=link.detach())
    connection.set_option(ldap.OPT_PROTOCOL_VERSION, 3)
    connection.set_option(ldap.OPT_REFERRALS, ldap.OPT_OFF)
    connection.set_option(ldap.OPT_TIMEOUT, ANSWER_SECONDS)
    connection.set_option(ldap.OPT_NETWORK_TIMEOUT, CONNECT_SECONDS)
    return connection
