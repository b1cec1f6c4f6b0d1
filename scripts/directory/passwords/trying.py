"""Prove that passwords work: an LDAPS bind as each user where the authority is known, else a Kerberos ticket."""

from __future__ import annotations

import contextlib
import random
import re
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..faults import Unreachable
from ..link.kerberos import Kerberos
from ..wanted.model import ABSENT, DISABLED, User

SAMPLE = 20
_AT_ONCE = 4
_SECONDS = 15
# What Active Directory says beside result 49; most of these only when the password is the right one.
_REASONS = {
    "532": "password has expired",
    "533": "account is disabled",
    "701": "account has expired",
    "773": "password has to be changed before the first logon",
    "775": "account is locked",
}
_SUCCESS, _INVALID_CREDENTIALS = 0, 49


def sample(names: list[str], how: str) -> list[str]:
    """`all`, `none`, or a random 20 of the names. Faults here are systematic (encoding, policy), so a sample finds them."""
    if how == "none":
        return []
    if how == "all" or len(names) <= SAMPLE:
        return sorted(names)
    return sorted(random.sample(names, SAMPLE))


def may_log_on(user: User) -> bool:
    """Whether the account's password says anything: those who may not log on are refused with the right one too."""
    return not user.must_change and user.state not in (DISABLED, ABSENT) and not user.expires


def by_ldaps(address: str, host: str, ca_file: Path, domain: str, passwords: dict[str, str]) -> dict[str, str]:
    """Name -> reason of those that could not bind. `host` must be in the certificate; a few connections share the work."""

    def check(some: list[str]) -> dict[str, str]:
        with contextlib.closing(SecureBind(address, host, ca_file)) as server:
            results = {name: server.bind(f"{name}@{domain}", passwords[name]) for name in some}
        return {name: why for name, why in results.items() if why}

    return _together(check, sorted(passwords))


def by_ticket(kerberos: Kerberos, address: str, passwords: dict[str, str]) -> dict[str, str]:
    """Name -> reason of those that got no ticket from the controller at `address`."""

    def check(some: list[str]) -> dict[str, str]:
        results = {name: kerberos.check(name, passwords[name], address) for name in some}
        return {name: f"password refused: {why}" for name, why in results.items() if why}

    return _together(check, sorted(passwords))


def _together(check: Callable[[list[str]], dict[str, str]], names: list[str]) -> dict[str, str]:
    shares = [share for share in (names[first::_AT_ONCE] for first in range(_AT_ONCE)) if share]
    refused: dict[str, str] = {}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for part in pool.map(check, shares):
            refused.update(part)
    return refused


class SecureBind:
    """Simple binds over one TLS connection, each as another user.

    Written on the socket because libldap begins TLS only on sockets that it opened itself, by a name that it looked up.
    Message layout: RFC 4511 section 4.2.
    """

    def __init__(self, address: str, host: str, ca_file: Path) -> None:
        context = ssl.create_default_context(cafile=str(ca_file))
        self._last = 0
        try:
            plain = socket.create_connection((address, 636), timeout=_SECONDS)
            self._link = context.wrap_socket(plain, server_hostname=host)
        except ssl.SSLCertVerificationError as error:
            raise Unreachable(f"{address} port 636: the certificate does not verify: {error.verify_message}") from error
        except OSError as error:
            raise Unreachable(f"{address} port 636 (LDAPS) cannot be used: {error.strerror or error}") from error
        self._stream = self._link.makefile("rb")

    def bind(self, name: str, password: str) -> str | None:
        """None when the directory accepts; else its reason. An empty password would be an anonymous bind: refused here."""
        if not password:
            return "password is empty"
        self._last += 1
        version, account, secret = _field(0x02, b"\x03"), _field(0x04, name.encode()), _field(0x80, password.encode())
        identity = _field(0x02, self._last.to_bytes(4, "big"))
        try:
            self._link.sendall(_field(0x30, identity + _field(0x60, version + account + secret)))
            code, said = self._answer()
        except OSError as error:
            return f"LDAPS connection lost: {error.strerror or error}"
        if code == _SUCCESS:
            return None
        if code != _INVALID_CREDENTIALS:
            return f"bind refused with LDAP result {code}"
        found = re.search(r"\bdata ([0-9a-f]+)", said)
        return _REASONS.get(found[1] if found else "", "password refused")

    def close(self) -> None:
        self._stream.close()
        self._link.close()

    def _answer(self) -> tuple[int, str]:
        """Code and text of the next message: SEQUENCE { messageID, BindResponse { resultCode, matchedDN, diagnosticMessage } }."""
        message = self._read()
        _, after_id = _split(message)
        response, _ = _split(after_id)
        code, after_code = _split(response)
        _, after_name = _split(after_code)
        said, _ = _split(after_name)
        return int.from_bytes(code, "big"), said.decode(errors="replace")

    def _read(self) -> bytes:
        """The content of one outer SEQUENCE."""
        head = self._exactly(2)
        length = head[1]
        if length & 0x80:
            length = int.from_bytes(self._exactly(length & 0x7F), "big")
        return self._exactly(length)

    def _exactly(self, count: int) -> bytes:
        data = self._stream.read(count)
        if len(data) != count:
            raise ConnectionError("connection closed by the directory")
        return data


def _field(tag: int, content: bytes) -> bytes:
    """One BER element with a definite length."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def _split(data: bytes) -> tuple[bytes, bytes]:
    """Content of the first BER element, and what follows it."""
    length, start = data[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[2:start], "big")
    return data[start : start + length], data[start + length :]
