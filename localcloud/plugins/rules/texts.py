"""Rules about texts: length, form, networks, documents, ARNs."""

import ipaddress
import json
import re
from dataclasses import dataclass
from typing import Any

from localcloud.plugins.rules.base import ValueRule

_ARN = re.compile(r"arn:aws[\w-]*:[\w.-]+:[\w-]*:(\d{12}|aws|aws-managed)?:.+", re.DOTALL)


@dataclass(frozen=True)
class Length(ValueRule):
    """The number of characters, or of bytes."""

    low: int
    high: int
    unit: str = "characters"

    @property
    def demand(self) -> str:
        return f"must have {self.low} to {self.high} {self.unit}"

    def fits(self, value: Any) -> bool:
        return self.low <= len(value.encode() if self.unit == "bytes" else value) <= self.high


@dataclass(frozen=True)
class Matches(ValueRule):
    """A form: the whole text matches `pattern`; `says` describes it in words."""

    pattern: str
    says: str

    @property
    def demand(self) -> str:
        return f"must {self.says}"

    def fits(self, value: Any) -> bool:
        return re.fullmatch(self.pattern, value, re.DOTALL | re.ASCII) is not None


@dataclass(frozen=True)
class Cidr(ValueRule):
    """A network in CIDR notation without host bits, of a size within limits."""

    largest: int = 0
    smallest: int = 32
    version: int = 4

    @property
    def demand(self) -> str:
        sizes = f" of size /{self.largest} to /{self.smallest}" if (self.largest, self.smallest) != (0, 32) else ""
        example = "10.0.0.0/16" if self.version == 4 else "fd00::/64"
        return f"must be the first address of an IPv{self.version} network and its size, such as {example}{sizes}"

    def fits(self, value: Any) -> bool:
        try:
            network = ipaddress.ip_network(value)
        except ValueError:
            return False
        smallest = self.smallest if self.version == 4 else 128
        return "/" in value and network.version == self.version and self.largest <= network.prefixlen <= smallest


@dataclass(frozen=True)
class Document(ValueRule):
    """A JSON object as text."""

    @property
    def demand(self) -> str:
        return "must be a JSON object"

    def fits(self, value: Any) -> bool:
        try:
            return not isinstance(value, str) or isinstance(json.loads(value), dict)
        except json.JSONDecodeError:
            return False


@dataclass(frozen=True)
class Arn(ValueRule):
    """An ARN, or with `but=True` anything but one."""

    but: bool = False

    @property
    def demand(self) -> str:
        return "must be a name, not an ARN" if self.but else "must be an ARN"

    def fits(self, value: Any) -> bool:
        return (_ARN.fullmatch(value) is None) is self.but
