"""Tokens of Slurm's REST API, signed with the cluster's key (HS256; Slurm's documentation, "JSON Web Tokens")."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping


def signed(key: str, user: str, seconds: int) -> str:
    """A token by which slurmrestd takes its bearer for `user`."""
    now = int(time.time())
    head = {"alg": "HS256", "typ": "JWT"}
    body = {"exp": now + seconds, "iat": now, "sun": user}
    text = f"{_part(head)}.{_part(body)}"
    return f"{text}.{_text(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest())}"


def _part(value: Mapping[str, str | int]) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
