"""Types of arguments: what they return is checked, and what is wrong is argparse's usage error with exit code 2."""

from __future__ import annotations

import argparse
import ipaddress
import re
from pathlib import PurePosixPath

_SECRET = re.compile(r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+")
_OBJECT = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/\S+")
_URL = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+(/\S*)?")
_HOST = re.compile(r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")
_NAME = re.compile(r"[a-z_][a-z0-9_-]{0,31}")


def secret_arn(text: str) -> str:
    return _matching(_SECRET, text, "the ARN of a secret of Secrets Manager")


def s3_uri(text: str) -> str:
    return _matching(_OBJECT, text, "s3://BUCKET/KEY")


def url(text: str) -> str:
    return _matching(_URL, text, "an address that begins with https:// or http://")


def host_name(text: str) -> str:
    return _matching(_HOST, text, "a DNS name")


def user_name(text: str) -> str:
    return _matching(_NAME, text, "a user's name")


def port(text: str) -> int:
    return whole(text, 1, 65_535, "a port, 1 to 65535")


def seconds(text: str) -> int:
    return whole(text, 1, 10**9, "a number of seconds")


def address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no IP address") from None


def absolute_path(text: str) -> PurePosixPath:
    path = PurePosixPath(text)
    if not path.is_absolute() or ".." in path.parts:
        raise argparse.ArgumentTypeError(f"{text!r} is no absolute path without ..")
    return path


def whole(text: str, least: int, most: int, what: str) -> int:
    """A whole number between two, both allowed."""
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is not {what}")
    return int(text)


def _matching(form: re.Pattern[str], text: str, what: str) -> str:
    if not form.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not {what}")
    return text
