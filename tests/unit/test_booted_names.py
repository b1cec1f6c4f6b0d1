"""The name server of machines that boot, by messages of the protocol."""

import struct

import pytest

from localcloud.emulator.booted.names import Resolver

RESOLVER = Resolver("vpc-1", "10.0.0.2", {"dc1.corp.example": "10.0.0.1"})
A, PTR, AAAA = 1, 12, 28


def ask(name: str, kind: int) -> tuple[int, list[str]]:
    """The code of the answer, and its addresses."""
    labels = b"".join(bytes([len(one)]) + one.encode() for one in name.split(".")) + b"\0"
    question = struct.pack(">HHHHHH", 4711, 0x0100, 1, 0, 0, 0) + labels + struct.pack(">HH", kind, 1)
    answer = RESOLVER.answer(question)
    number, flags, questions, answers = struct.unpack(">HHHH", answer[:8])
    assert (number, questions) == (4711, 1)
    assert answer[12 : len(question)] == question[12:]
    records = [answer[len(question) + 16 * n : len(question) + 16 * (n + 1)] for n in range(answers)]
    return flags & 0xF, [".".join(map(str, record[12:16])) for record in records]


@pytest.mark.parametrize(
    ("name", "kind", "code", "addresses"),
    [
        ("ec2.us-east-1.amazonaws.com", A, 0, ["10.0.0.2"]),
        ("Bucket.S3.amazonaws.com", A, 0, ["10.0.0.2"]),
        ("dc1.corp.example", A, 0, ["10.0.0.1"]),
        ("ec2.us-east-1.amazonaws.com", AAAA, 0, []),
        ("ip-10-0-0-9.ec2.internal", A, 3, []),
        ("none.aaaaaaaaaa.us-east-1.rds.amazonaws.com", A, 3, []),
        ("gone-1.us-east-1.elb.amazonaws.com", A, 3, []),
        ("9.0.0.10.in-addr.arpa", PTR, 3, []),
        ("deb.debian.org", A, 3, []),
    ],
)
def test_names(name: str, kind: int, code: int, addresses: list[str]) -> None:
    assert ask(name, kind) == (code, addresses)
