"""What is asked and said about a certificate that the team gives for Slurm's REST API."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ClientError

from components import rest_certificate, x509
from tests.nodes.rest_certificates import bought, self_signed
from tests.unit.test_settings import load_with

ARN = "arn:aws:secretsmanager:us-west-2:123456789012:secret:tls-AbCdEf"
HEAD = "head.hpc.example.org"
AUTHORITY, OTHER = x509.new_authority("ours"), x509.new_authority("another")
ROOT, OTHER_ROOT = x509.certificate_text(AUTHORITY), x509.certificate_text(OTHER)
ALONE = x509.issue(AUTHORITY, [HEAD], [])
GOOD = ALONE + ROOT
CHAIN, TOP = bought(HEAD)
ELSEWHERE = "holds a chain that does not end at a certificate of caCertificate"


class Manager:
    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def get_secret_value(self, SecretId: str) -> Any:
        assert SecretId == ARN
        if isinstance(self.answer, ClientError):
            raise self.answer
        return {"SecretString": self.answer} if self.answer else {"SecretBinary": b"0"}


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "GetSecretValue")


def asked(answer: Any, authority: str | None = None) -> tuple[list[str], list[str]]:
    """What is wrong, and the warnings."""
    tls = {"certificateSecretArn": ARN, **({"caCertificate": authority} if authority else {})}
    settings = load_with(cluster={"slurmRestApi": {"tls": tls}, "dnsZone": "hpc.example.org"})
    lines: list[str] = []
    with patch("boto3.client", return_value=Manager(answer)) as made:
        found = rest_certificate.problems(settings, lines.append)
    assert made.call_args.kwargs["region_name"] == "us-west-2"
    return [one.fault for one in found], lines


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        x509.certificate_text(GOOD) + ROOT + x509.key_text(GOOD),
        GOOD.replace("\n", "\r\n"),
        x509.issue(AUTHORITY, ["*.hpc.example.org"], []) + ROOT,
        CHAIN,
        self_signed(HEAD),
    ],
    ids=["as issued", "key last", "of Windows", "wildcard", "its root left out", "signed by itself"],
)
def test_one_that_fits_is_silent(text: str) -> None:
    assert asked(text) == ([], [])


def test_those_that_signed_it_may_be_missing_where_clients_are_told_of_them() -> None:
    missing = ["holds a certificate without those that signed it"]
    alone = x509.certificate_text(CHAIN) + CHAIN[CHAIN.index("-----BEGIN RSA") :]
    assert [asked(ALONE), asked(ALONE, ROOT), asked(GOOD, ROOT)] == [(missing, []), ([], []), ([], [])]
    assert [asked(alone), asked(CHAIN, TOP)] == [(missing, []), ([], [])]
    assert asked(alone, TOP)[0] == [ELSEWHERE]


def test_an_authority_may_be_followed_by_the_next_one() -> None:
    """A bundle of the old one and the new one, while certificates of both are shown."""
    new = x509.issue(OTHER, [HEAD], [])
    for both in (ROOT + OTHER_ROOT, OTHER_ROOT + ROOT):
        assert [asked(ALONE, both), asked(new, both), asked(new + OTHER_ROOT, both)] == [([], [])] * 3
    assert asked(new, ROOT + x509.certificate_text(x509.new_authority("third")))[0] == [ELSEWHERE]


@pytest.mark.parametrize(
    "authority",
    ["-----BEGIN CERTIFICATE-----", ROOT.replace("MII", "!!!"), ROOT + OTHER_ROOT.replace("-----END", "")],
    ids=["its first line", "garbled", "one of two cut"],
)
def test_a_broken_authority_is_told_where_it_stands(authority: str) -> None:
    tls = {"certificateSecretArn": ARN, "caCertificate": authority}
    settings = load_with(cluster={"slurmRestApi": {"tls": tls}, "dnsZone": "hpc.example.org"})
    with patch("boto3.client", return_value=Manager(GOOD)):
        (found,) = rest_certificate.problems(settings, print)
    place = "cluster.slurmRestApi.tls.caCertificate"
    assert (found.path, found.fault) == (place, "holds a certificate that cannot be read")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (refused("ResourceNotFoundException"), "does not exist, or holds no text"),
        (None, "does not exist, or holds no text"),
        ("hunter2", "holds 0 certificates and 0 private keys"),
        (x509.certificate_text(GOOD), "holds 1 certificates and 0 private keys"),
        (GOOD.replace("MII", "!!!"), "holds what is no PEM, or a private key with a password"),
        (
            x509.key_text(AUTHORITY) + x509.certificate_text(GOOD),
            "holds a private key that is not its first certificate's",
        ),
        (x509.issue(AUTHORITY, ["hpc.example.org"], []), f"holds a certificate that does not bear {HEAD}"),
        (
            ALONE + OTHER_ROOT,
            "holds a chain in which a certificate is not signed by the next one",
        ),
    ],
)
def test_one_that_does_not_is_told(text: Any, fault: str) -> None:
    assert asked(text) == ([fault], [])


def test_one_of_another_authority_than_clients_are_told_of() -> None:
    assert [asked(text, OTHER_ROOT)[0] for text in (ALONE, GOOD)] == [[ELSEWHERE]] * 2


@pytest.mark.parametrize(("days", "faults", "warned"), [(-1, 1, 0), (29, 0, 1), (31, 0, 0)])
def test_its_end_is_told_a_month_before(days: int, faults: int, warned: int) -> None:
    life = timedelta(days=365 * x509.CERTIFICATE_YEARS)
    with patch("components.x509.datetime") as clock:
        clock.now.return_value = datetime.now(UTC) - life + timedelta(days=days)
        text = x509.issue(AUTHORITY, [HEAD], [])
    found, lines = asked(text + ROOT)
    assert (len(found), len(lines)) == (faults, warned)


def test_one_that_cannot_be_read_is_a_warning() -> None:
    problems, (line,) = asked(refused("AccessDeniedException"))
    assert problems == []
    assert f"{ARN} was not checked: AWS did not answer" in line


def test_aws_is_not_asked_where_the_stack_issues_it() -> None:
    with patch("boto3.client", side_effect=AssertionError):
        for rest in ({}, {"tls": {}}):
            settings = load_with(cluster={"slurmRestApi": rest, "dnsZone": "hpc.example.org"})
            assert rest_certificate.problems(settings, print) == []
