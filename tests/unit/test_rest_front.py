"""What the head node takes for a certificate of the REST API. With stunnel and slurmrestd: tests/nodes/test_slurmrestd_tls.py."""

import getpass
import grp
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from cryptography.hazmat.primitives import serialization

from components import x509
from scripts.node.library.changes import Changes
from scripts.node.library.faults import Fault
from scripts.node.slurmrestd import certificate
from scripts.node.slurmrestd.certificate import Certificate
from tests.nodes.rest_certificates import bought, self_signed

ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tls-AbCdEf"
HEAD = "head.cluster.internal"
AUTHORITY = x509.new_authority("ours")
ROOT = x509.certificate_text(AUTHORITY)
ALONE = x509.issue(AUTHORITY, [HEAD], [])
GOOD = ALONE + ROOT
CHAIN = bought(HEAD)[0]


def put(text: str, file: Path, *, alone: bool = False) -> tuple[bool, list[str]]:
    """Whether the file changed, and what was said."""
    said: list[str] = []
    file_of = Changes.file

    def as_me(changes: Changes, path: str | Path, content: str, *, mode: int, group: str, secret: bool) -> bool:
        return file_of(changes, path, content, mode=mode, owner=getpass.getuser(), group=group, secret=secret)

    secret = patch("scripts.node.library.cloud.secret", return_value=text)
    with secret, patch.object(certificate, "PATH", str(file)), patch.object(Changes, "file", as_me):
        wanted = Certificate(ARN, HEAD, alone)
        changed = certificate.put(Changes(said.append, dry_run=False), wanted, grp.getgrgid(os.getgid()).gr_name)
    return changed, said


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        x509.certificate_text(GOOD) + ROOT + x509.key_text(GOOD),
        x509.issue(AUTHORITY, ["*.cluster.internal"], []) + ROOT,
        CHAIN,
        self_signed(HEAD),
    ],
    ids=["with its root", "key last", "wildcard", "its root left out", "signed by itself"],
)
def test_what_serves_is_kept_with_its_key_first_and_once(text: str, tmp_path: Path) -> None:
    assert put(text, tmp_path / "tls.pem")[0]
    kept = (tmp_path / "tls.pem").read_text()
    assert kept.startswith(("-----BEGIN PRIVATE KEY-----\n", "-----BEGIN RSA PRIVATE KEY-----\n"))
    assert (tmp_path / "tls.pem").stat().st_mode & 0o777 == 0o640
    assert put(text, tmp_path / "tls.pem") == (False, [])


@pytest.mark.parametrize("chain", [ALONE, CHAIN], ids=["of an authority", "of one between"])
def test_a_certificate_does_not_vouch_for_itself_where_clients_are_not_told_who_signed_it(
    chain: str, tmp_path: Path
) -> None:
    """As where cert.pem is pasted in place of fullchain.pem."""
    file, key = tmp_path / "tls.pem", re.search(r"-----BEGIN [A-Z ]*PRIVATE KEY.*END [A-Z ]+-----\n", chain, re.DOTALL)
    assert key
    text = x509.certificate_text(chain) + key.group(0)
    put(GOOD, file)
    with pytest.raises(Fault, match=f"does not serve {HEAD}: unable to get local issuer certificate; give it the cert"):
        put(text, file)
    assert file.read_text() == GOOD
    assert put(text, file, alone=True)[0]


def test_the_timer_is_told_so_too() -> None:
    plain = ["--tls-secret", ARN, "--tls-name", HEAD]
    assert Certificate(ARN, HEAD).option == plain
    assert Certificate(ARN, HEAD, alone=True).option == [*plain, "--tls-alone"]


def encrypted() -> str:
    key = serialization.load_pem_private_key(x509.key_text(GOOD).encode(), password=None)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
    return key.private_bytes(*form, serialization.BestAvailableEncryption(b"hunter2")).decode()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (encrypted() + x509.certificate_text(GOOD) + ROOT, f"secret {ARN} cannot be served with: "),
        (ALONE + x509.key_text(GOOD), "holds 1 certificates and 2 private keys"),
        (x509.issue(AUTHORITY, ["cluster.internal"], []) + ROOT, f"does not serve {HEAD}: hostname mismatch"),
    ],
    ids=["a key with a password", "two keys", "another name"],
)
def test_what_does_not_replaces_nothing_and_nobody_is_asked_for_a_password(
    text: str, told: str, tmp_path: Path
) -> None:
    put(GOOD, tmp_path / "tls.pem")
    with pytest.raises(Fault, match=told):
        put(text, tmp_path / "tls.pem")
    assert (tmp_path / "tls.pem").read_text() == GOOD


@pytest.mark.parametrize(("days", "warned"), [(29, True), (31, False)])
def test_the_end_is_told_a_month_before(days: int, warned: bool, tmp_path: Path) -> None:
    with patch("components.x509.datetime") as clock:
        clock.now.return_value = datetime.now(UTC) - timedelta(days=365 * x509.CERTIFICATE_YEARS - days)
        ending = x509.issue(AUTHORITY, [HEAD], [])
    said = put(ending + ROOT, tmp_path / "tls.pem")[1]
    assert any(f"the certificate of {HEAD} ends on " in line for line in said) is warned
