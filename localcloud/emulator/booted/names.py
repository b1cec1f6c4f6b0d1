"""The VPC's name server: AWS's endpoints, instances, load balancers, and the records of the account's hosted zones."""

import ipaddress
import logging
import socket
import struct
from dataclasses import dataclass, field
from typing import Any

from moto.elbv2.models import elbv2_backends
from moto.rds.models import rds_backends
from moto.route53.models import route53_backends

from localcloud.emulator.booted import account

_A, _PTR = 1, 12
_NO_SUCH_NAME, _SERVER_FAILURE = 3, 2
_SECONDS = 5
"""For which an answer may be kept."""
_LOG = logging.getLogger("localcloud.emulator")


@dataclass(frozen=True)
class Resolver:
    """Answers with A and PTR records; other types of a name that exists have none."""

    vpc_id: str
    endpoint: str
    """The address of AWS's endpoints in the VPC."""
    extra: dict[str, str] = field(default_factory=dict)
    """Further names and their addresses."""

    def serve(self, listener: socket.socket) -> None:
        """Answer until the process ends."""
        while True:
            question, peer = listener.recvfrom(4096)
            try:
                answer = self.answer(question)
            except Exception:  # noqa: BLE001  (whatever somebody sends, the next one wants an answer)
                _LOG.exception("a question to the name server cannot be answered")
                answer = question[:2] + _header(_SERVER_FAILURE, 0, 0)
            listener.sendto(answer, peer)

    def answer(self, question: bytes) -> bytes:
        """A message of the protocol (RFC 1035) for a message."""
        name, kind, end = _parse(question)
        if kind == _PTR:
            instance = account.at(self.vpc_id, ".".join(reversed(name.split(".")[:4])))
            data = _labels(instance.private_dns_name) if instance else None
        else:
            address = self.address(name)
            data = ipaddress.ip_address(address).packed if address else None
        shown = data is not None and kind in (_A, _PTR)
        record = b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, _SECONDS, len(data or b"")) + (data or b"")
        code = _NO_SUCH_NAME if data is None else 0
        return question[:2] + _header(code, 1, int(shown)) + question[12:end] + (record if shown else b"")

    def address(self, name: str) -> str | None:
        name = name.lower().rstrip(".")
        if name in self.extra:
            return self.extra[name]
        if ".elb." in name:
            return _target(name)
        if ".rds." in name:
            return _database(name)
        if name.endswith(".amazonaws.com"):
            return self.endpoint
        if name.startswith("ip-") and name.endswith(".ec2.internal"):
            address = name.split(".")[0].removeprefix("ip-").replace("-", ".")
            return address if account.at(self.vpc_id, address) else None
        return _in_zones(name)


def _in_zones(name: str) -> str | None:
    for owner in list(route53_backends):
        for zone in list(route53_backends[owner]["aws"].zones.values()):
            for record in list(zone.rrsets):
                if record.type == "A" and record.name.rstrip(".").lower() == name and record.records:
                    value = record.records[0]
                    return str(value["Value"] if isinstance(value, dict) else value)
    return None


def _target(name: str) -> str | None:
    """The first target of a load balancer that is an instance: nothing stands between."""
    for owner in list(elbv2_backends):
        for backend in list(elbv2_backends[owner].values()):
            for group in list(backend.target_groups.values()):
                balancers = [backend.load_balancers.get(arn) for arn in group.load_balancer_arns]
                if any(one is not None and one.dns_name.lower() == name for one in balancers):
                    return _first(group)
    return None


def _database(name: str) -> str | None:
    for owner in list(rds_backends):
        for backend in list(rds_backends[owner].values()):
            for database in list(backend.databases.values()):
                if database.address.lower() == name and getattr(database, "interface", None) is not None:
                    return str(database.interface.private_ip_address)
    return None


def _first(group: Any) -> str | None:
    targets = set(group.targets)
    return next((one.private_ip for one in account.instances() if one.id in targets and one.state == "running"), None)


def _parse(question: bytes) -> tuple[str, int, int]:
    labels: list[str] = []
    at = 12
    while length := question[at]:
        labels.append(question[at + 1 : at + 1 + length].decode("ascii"))
        at += length + 1
    (kind,) = struct.unpack(">H", question[at + 1 : at + 3])
    return ".".join(labels), kind, at + 5


def _labels(name: str) -> bytes:
    return b"".join(bytes([len(one)]) + one.encode() for one in name.split(".")) + b"\0"


def _header(code: int, questions: int, answers: int) -> bytes:
    """An authoritative answer, recursion available."""
    return struct.pack(">HHHHH", 0x8580 | code, questions, answers, 0, 0)
