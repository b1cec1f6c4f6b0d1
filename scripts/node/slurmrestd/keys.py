"""The signing key (HS256) or the identity provider's key set (JWKS, RS256), as a file that only Slurm reads.

slurmctld does not start while `AuthAltParameters` names a file that is not there ("fatal: auth/jwt: cannot stat", seen with Slurm
24.11). ParallelCluster starts it before OnNodeConfigured. So the file is put there at OnNodeStart.
"""

from __future__ import annotations

import base64
import binascii
import http.client
import json
import os
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from ..library import cloud, waiting
from ..library.changes import Changes
from ..library.faults import Fault

STATE = "/var/spool/slurm.state"
"""ParallelCluster's StateSaveLocation (3.16), where Slurm itself looks for keys by default."""
KEY, KEY_SET = f"{STATE}/jwt_hs256.key", f"{STATE}/jwks.json"
_OWNER = "slurm"
_LEAST_CHARACTERS = 32
_LEAST_BITS = 2048
_FETCH_SECONDS, _FIRST_FETCH_SECONDS = 20, 120
_LARGEST = 1_000_000


@dataclass(frozen=True)
class Source:
    """Either a secret or an address is given."""

    key_secret: str | None
    jwks_url: str | None
    user_claim: str | None = None
    """Of the provider's tokens; Slurm's own is `sun`."""

    @property
    def parameter(self) -> str:
        """Of `AuthAltParameters`, as slurm.conf has it."""
        if self.key_secret:
            return f"jwt_key={KEY}"
        claim = f",userclaimfield={self.user_claim}" if self.user_claim else ""
        return f"jwks={KEY_SET},disable_token_creation{claim}"

    @property
    def option(self) -> list[str]:
        """Of this program."""
        if self.key_secret:
            return ["--key-secret", self.key_secret]
        return ["--jwks-url", str(self.jwks_url), *(["--user-claim", self.user_claim] if self.user_claim else [])]


def prepare(changes: Changes, source: Source) -> None:
    """Before Slurm starts: the folder of its state, and the file. An identity provider may need a moment."""
    changes.folder(STATE, mode=0o700, owner=_OWNER)
    if source.key_secret:
        put(changes, source)
        return
    faults: list[Fault] = []

    def fetched() -> bool:
        try:
            put(changes, source)
        except Fault as fault:
            faults.append(fault)
            return False
        return True

    try:
        waiting.until(fetched, "the key set", _FIRST_FETCH_SECONDS, pause=5)
    except Fault:
        raise faults[-1] from None


def put(changes: Changes, source: Source) -> bool:
    """Have the present key or key set in its file; whether it changed. What is broken replaces nothing. Raises Fault."""
    content = _signing_key(source.key_secret) if source.key_secret else _key_set(str(source.jwks_url))
    return changes.file(_file(source), content, mode=0o600, owner=_OWNER, secret=True)


def kept(source: Source) -> bool:
    """Whether there is one of this kind already."""
    return os.path.exists(_file(source))


def _file(source: Source) -> str:
    return KEY if source.key_secret else KEY_SET


def _signing_key(arn: str) -> str:
    key = cloud.secret(arn).rstrip("\r\n")
    if len(key) < _LEAST_CHARACTERS:
        raise Fault(
            f"secret {arn} has {len(key)} characters; a signing key has {_LEAST_CHARACTERS} random ones or more"
        )
    return key


def _key_set(url: str) -> str:
    """Only what Slurm can use, in one order, so that an answer in another order is no change."""
    try:
        with urllib.request.urlopen(url, timeout=_FETCH_SECONDS) as answer:
            if url.startswith("https:") and not str(answer.geturl()).startswith("https:"):
                raise Fault(f"{url} leads to {answer.geturl()}, which is not https; name the key set's own address")
            text = answer.read(_LARGEST)
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
        raise Fault(f"{url} cannot be fetched: {error}; see that this node reaches the identity provider") from None
    try:
        found = json.loads(text)["keys"]
        usable = sorted((_usable(one) for one in found if _signs(one)), key=lambda one: one["kid"])
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error) as error:
        raise Fault(f"{url} answers no set of keys (RFC 7517): {type(error).__name__} {error}") from None
    if not usable:
        raise Fault(f"{url} has no key of RSA for RS256 signatures; Slurm takes no other kind")
    return json.dumps({"keys": usable}, indent=1) + "\n"


def _signs(key: dict[str, Any]) -> bool:
    return key.get("kty") == "RSA" and key.get("alg", "RS256") == "RS256" and key.get("use", "sig") == "sig"


def _usable(key: dict[str, Any]) -> dict[str, str]:
    modulus, exponent = _number(key["n"]), _number(key["e"])
    if modulus.bit_length() < _LEAST_BITS or exponent < 3:
        raise ValueError(f"key {key['kid']} has {modulus.bit_length()} bits")
    if not isinstance(key["kid"], str):
        raise TypeError("kid is no text")
    return {"alg": "RS256", "e": key["e"], "kid": key["kid"], "kty": "RSA", "n": key["n"], "use": "sig"}


def _number(text: str) -> int:
    return int.from_bytes(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True), "big")
