"""The certificate that the API is served with: fetched, tried as a client would, and only then put in place of the last one."""

from __future__ import annotations

import contextlib
import os
import re
import ssl
import time
from dataclasses import dataclass

from ..library import cloud
from ..library.changes import Changes
from ..library.faults import Fault

PATH = "/etc/hpcstack/slurmrestd-tls.pem"
_BLOCK = re.compile(r"-----BEGIN ([A-Z ]+)-----\n.+?\n-----END \1-----\n", re.DOTALL)
_ROUNDS = 10
_PARTIAL_CHAIN = 0x80000
"""X509_V_FLAG_PARTIAL_CHAIN of OpenSSL; Python 3.10 has a name for it. What is trusted need not have signed itself."""
_SOON_SECONDS = 30 * 86_400
_WHOLE = "the certificate, then those that signed it in their order, and its private key without a password, all in PEM"


@dataclass(frozen=True)
class Certificate:
    secret: str
    """ARN of the secret with the certificate, what signed it, and the private key."""
    name: str
    """DNS name under which clients ask."""
    alone: bool = False
    """Whether clients are told who signed it, so that the secret need not hold those."""

    @property
    def option(self) -> list[str]:
        """Of this program."""
        return ["--tls-secret", self.secret, "--tls-name", self.name, *(["--tls-alone"] if self.alone else [])]


def put(changes: Changes, wanted: Certificate, group: str) -> bool:
    """Have the present certificate in its file, for a group to read; whether it changed. A bad one replaces nothing."""
    text = _whole(wanted)
    ends = _tried(text, wanted)
    if ends - time.time() < _SOON_SECONDS:
        day = time.strftime("%Y-%m-%d", time.gmtime(ends))
        changes.say(f"the certificate of {wanted.name} ends on {day}: a new one is due in secret {wanted.secret}")
    return changes.file(PATH, text, mode=0o640, group=group, secret=True)


def kept() -> str:
    """What the file holds: private key, certificate, and those that signed it."""
    with open(PATH) as file:
        return file.read()


def leaf(text: str) -> bytes:
    """The server's own certificate (DER)."""
    return ssl.PEM_cert_to_DER_cert(_certificates(text)[0])


def client(text: str, *, alone: bool) -> ssl.SSLContext:
    """What asks a server that shows this certificate and its chain, and trusts the last one of these.

    A server's certificate does not vouch for itself, unless it signed itself or is `alone`.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cadata=_certificates(text)[-1])
    if alone or context.cert_store_stats()["x509_ca"]:
        context.verify_flags |= _PARTIAL_CHAIN
    return context


def _whole(wanted: Certificate) -> str:
    """The secret's blocks of PEM, the private key first, and nothing else."""
    given = "\n".join(line.strip() for line in cloud.secret(wanted.secret).splitlines()) + "\n"
    blocks = [(found.group(1), found.group(0)) for found in _BLOCK.finditer(given)]
    keys = [text for kind, text in blocks if kind.endswith("PRIVATE KEY")]
    certificates = [text for kind, text in blocks if kind == "CERTIFICATE"]
    if len(keys) != 1 or not certificates:
        raise Fault(
            f"secret {wanted.secret} holds {len(certificates)} certificates and {len(keys)} private keys; give it {_WHOLE}"
        )
    return "".join([*keys, *certificates])


def _certificates(text: str) -> list[str]:
    return [found.group(0) for found in _BLOCK.finditer(text) if found.group(1) == "CERTIFICATE"]


def _tried(text: str, wanted: Certificate) -> float:
    """When the certificate ends, after a client has taken it in a handshake that leaves this process to nowhere. Raises Fault."""
    try:
        server = _server(text)
        asking = client(text, alone=wanted.alone)
    except (ssl.SSLError, ValueError) as error:
        raise Fault(f"secret {wanted.secret} cannot be served with: {_reason(error)}; give it {_WHOLE}") from None
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = (
        asking.wrap_bio(to_client, to_server, server_hostname=wanted.name),
        server.wrap_bio(to_server, to_client, server_side=True),
    )
    try:
        for _ in range(_ROUNDS):
            for side in sides:
                with contextlib.suppress(ssl.SSLWantReadError):
                    side.do_handshake()
        ends = (sides[0].getpeercert() or {})["notAfter"]
    except (ssl.SSLError, ValueError) as error:
        raise Fault(
            f"the certificate of secret {wanted.secret} does not serve {wanted.name}: {_reason(error)}; give it {_WHOLE}"
        ) from None
    return float(ssl.cert_time_to_seconds(str(ends)))


def _server(text: str) -> ssl.SSLContext:
    """From memory: what is not tried yet is on no disk."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    memory = os.memfd_create("certificate")
    try:
        os.write(memory, text.encode())
        # With a password, so that nobody is asked for one where the key wants it.
        context.load_cert_chain(f"/proc/self/fd/{memory}", password="")
    finally:
        os.close(memory)
    return context


def _reason(error: Exception) -> str:
    """OpenSSL's own word."""
    said = getattr(error, "verify_message", "") or getattr(error, "reason", "") or str(error)
    return str(said).rstrip(".").replace("_", " ").lower()
