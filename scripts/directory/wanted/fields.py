"""Each field of a list file: what is allowed in it, and what it becomes.

A rule is a function of a text; its ValueError says what is allowed.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime

from ..plan.users import ticks
from .checks import GROUP, GROUP_FORM, NAME, PREFIX, RESERVED, SHELL, UID_RANGE
from .model import STATES

NAME_FORM = "a lower-case letter or _, then a-z 0-9 _ -, 20 characters in all"
REMOVED = "-"
"""In place of a text: the attribute is to go."""
_MAIL = re.compile(r"[^@\s,;\"<>()\\]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")
_KEY_TYPES = (
    *("ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"),
    *("sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"),
)
_LATEST = datetime(9999, 12, 30, tzinfo=UTC)


def account(text: str) -> str:
    if not NAME.fullmatch(text):
        raise ValueError(NAME_FORM)
    return not_reserved(text)


def group(text: str) -> str:
    if not GROUP.fullmatch(text):
        raise ValueError(GROUP_FORM)
    return not_reserved(text)


def not_reserved(text: str) -> str:
    if text in RESERVED:
        raise ValueError("not a name that is reserved for the system")
    return text


def prefix(text: str) -> str:
    if not PREFIX.fullmatch(text):
        raise ValueError("a lower-case letter or _, then a-z 0-9 _ -, 19 characters in all")
    return text


def person(text: str) -> str:
    """A given name or surname; empty when it is to go."""
    if text == REMOVED:
        return ""
    if not 1 <= len(text) <= 64 or not text.isprintable():
        raise ValueError(f"1 to 64 printable characters, or {REMOVED} to remove it")
    return text


def mail(text: str) -> str:
    if text == REMOVED:
        return ""
    if not _MAIL.fullmatch(text) or len(text) > 254:
        raise ValueError(f"an address, for example anna@example.org, or {REMOVED} to remove it")
    return text


def state(text: str) -> str:
    if text not in STATES:
        raise ValueError(f"one of {', '.join(STATES)}")
    return text


def shell(text: str) -> str:
    if not SHELL.fullmatch(text):
        raise ValueError("an absolute path, for example /bin/bash")
    return text


def number(text: str) -> int:
    low, high = UID_RANGE
    if not re.fullmatch(r"[0-9]{1,10}", text) or not low <= int(text) <= high:
        raise ValueError(f"a whole number from {low} to {high}")
    return int(text)


def expires(text: str) -> int:
    """accountExpires: the account may be used until the end of that day (UTC)."""
    if text == "never":
        return 0
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError
        last = datetime.fromisoformat(text).replace(tzinfo=UTC)
        if last.year < 1970 or last > _LATEST:
            raise ValueError
    except ValueError:
        raise ValueError("the last day as YYYY-MM-DD, or never") from None
    return ticks(last)


def ssh_key(text: str) -> str:
    """One line as in authorized_keys, without options."""
    kind, _, rest = text.partition(" ")
    data, _, comment = rest.strip().partition(" ")
    try:
        blob = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        blob = b""
    length = int.from_bytes(blob[:4], "big")
    if kind not in _KEY_TYPES or blob[4 : 4 + length].decode(errors="replace") != kind or not text.isprintable():
        raise ValueError("a public key as in authorized_keys, for example ssh-ed25519 AAAA... anna@laptop")
    return " ".join(part for part in (kind, data, comment.strip()) if part)


def password(text: str) -> str:
    """A password of the caller's own. The directory's own rules come later: they need the directory."""
    if not 1 <= len(text) <= 127 or not text.isprintable():
        raise ValueError("1 to 127 printable characters")
    return text


def split(texts: tuple[str, ...], separators: str) -> tuple[str, ...]:
    """The parts of one text, or the texts of a list, without what is empty."""
    parts = re.split(separators, texts[0]) if len(texts) == 1 else list(texts)
    return tuple(part.strip() for part in parts if part.strip())
