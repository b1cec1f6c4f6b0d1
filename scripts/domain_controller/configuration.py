"""What the stack says about this controller: one JSON object in the stack's bucket, kept on the machine."""

from __future__ import annotations

import ipaddress
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .faults import BadInput

PATH = Path("/etc/hpcstack/controller.json")
_NAME = re.compile(r"[a-z][a-z0-9]{0,13}")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?")
_ARN = re.compile(r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:\S+")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Configuration:
    """The same keys as the JSON object, in snake_case."""

    region: str
    bucket: str
    configuration_key: str
    """Where this object lies in the bucket."""
    program_key: str
    program_sha256: str
    domain: str
    name: str
    """This controller's host name, at the same time its NetBIOS name."""
    address: str
    peer_name: str
    peer_address: str
    founder: bool
    """Whether this controller makes the domain when there is none; exactly one of the two may."""
    admin_secret_arn: str
    tls_secret_arn: str
    """This controller's private key and certificate, one PEM text."""
    authority: str
    """PEM certificate of who signed it."""
    forwarder: str
    """Where names outside the domain are asked for: the VPC's resolver."""
    time_server: str
    max_password_age_days: int
    """0: passwords do not expire."""
    min_password_length: int
    reboot_time: str
    """`HH:MM` (UTC) of reboots that security updates need; the two controllers have different ones."""

    @property
    def realm(self) -> str:
        return self.domain.upper()

    @property
    def short_domain(self) -> str:
        """The domain's NetBIOS name."""
        return self.domain.split(".")[0].upper()[:15].rstrip("-")

    @property
    def base_dn(self) -> str:
        return ",".join(f"DC={label}" for label in self.domain.split("."))

    @property
    def marker_key(self) -> str:
        """The object that says that the domain was made."""
        return "directory/domain.json"

    @property
    def backup_prefix(self) -> str:
        return "backups/directory/"


_KEYS: dict[str, type] = {
    "region": str,
    "bucket": str,
    "configuration_key": str,
    "program_key": str,
    "program_sha256": str,
    "domain": str,
    "name": str,
    "address": str,
    "peer_name": str,
    "peer_address": str,
    "founder": bool,
    "admin_secret_arn": str,
    "tls_secret_arn": str,
    "authority": str,
    "forwarder": str,
    "time_server": str,
    "max_password_age_days": int,
    "min_password_length": int,
    "reboot_time": str,
}


def read(path: Path = PATH) -> Configuration:
    """The configuration of this machine. Raises BadInput when it is not there or wrong."""
    try:
        text = path.read_text()
    except OSError as error:
        raise BadInput(
            [f"{path} cannot be read ({error.strerror}): the machine's first boot puts it there; see its user data"]
        ) from error
    return parse(text, str(path))


def parse(text: str, source: str) -> Configuration:
    """Raises BadInput with every reason: unknown, missing or badly formed keys."""
    try:
        found: Any = json.loads(text)
    except ValueError as error:
        raise BadInput([f"{source} is no JSON: {error}"]) from error
    if not isinstance(found, dict):
        raise BadInput([f"{source} holds no JSON object"])
    given = {_snake(key): value for key, value in found.items()}
    reasons = [f"{source}: {key} is missing" for key in _KEYS if key not in given]
    reasons += [f"{source}: {key} is not known" for key in given if key not in _KEYS]
    reasons += [
        f"{source}: {key} is {type(given[key]).__name__}, not {kind.__name__}"
        for key, kind in _KEYS.items()
        if key in given and type(given[key]) is not kind
    ]
    if reasons:
        raise BadInput(reasons)
    configuration = Configuration(**given)
    if reasons := [f"{source}: {reason}" for reason in _wrong(configuration)]:
        raise BadInput(reasons)
    return configuration


def _snake(key: str) -> str:
    return re.sub(r"[A-Z]", lambda sign: f"_{sign[0].lower()}", key)


def _wrong(found: Configuration) -> list[str]:
    forms = {
        "name": (_NAME, "a lower-case letter, then letters and digits, 14 characters at most"),
        "peer_name": (_NAME, "a lower-case letter, then letters and digits, 14 characters at most"),
        "domain": (_DOMAIN, "a DNS name of two labels or more in lower case"),
        "admin_secret_arn": (_ARN, "the ARN of a secret"),
        "tls_secret_arn": (_ARN, "the ARN of a secret"),
        "program_sha256": (_SHA256, "64 hexadecimal digits"),
        "reboot_time": (re.compile(r"([01]\d|2[0-3]):[0-5]\d"), "HH:MM"),
    }
    reasons = [
        f"{key} {getattr(found, key)!r} has the wrong form: {allowed}"
        for key, (pattern, allowed) in forms.items()
        if not pattern.fullmatch(getattr(found, key))
    ]
    for key in ("address", "peer_address", "forwarder", "time_server"):
        try:
            ipaddress.IPv4Address(getattr(found, key))
        except ValueError:
            reasons.append(f"{key} {getattr(found, key)!r} is no IPv4 address")
    if found.name == found.peer_name or found.address == found.peer_address:
        reasons.append("the two controllers need different names and addresses")
    if "-----BEGIN CERTIFICATE-----" not in found.authority:
        reasons.append("authority is no certificate in PEM")
    if not 0 <= found.max_password_age_days <= 999:
        reasons.append(f"max_password_age_days {found.max_password_age_days} is not between 0 and 999")
    if not 0 <= found.min_password_length <= 14:
        reasons.append(f"min_password_length {found.min_password_length} is not between 0 and 14")
    return reasons
