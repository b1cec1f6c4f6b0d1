"""The stack's own authority: what it signs verifies, what it made is kept, and what no longer serves is told."""

import re
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pulumi
import pytest
from cryptography import x509 as library
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from components import x509
from components.certificate_authority import (
    CertificateAuthority,
    CertificateAuthorityArgs,
    serving,
)
from tests.unit.recorder import Recorder, record

NAME = "ldaps.hpc.internal"
SECRET, VERSION = "aws:secretsmanager/secret:Secret", "aws:secretsmanager/secretVersion:SecretVersion"


@pytest.fixture(scope="module")
def authority() -> str:
    return x509.new_authority("Directory hpc.internal of genomics")


def verify(bundle: str, authority: str, name: str) -> None:
    """As a client does, by the rules of public authorities (CA/Browser Forum), which are stricter than sssd's."""
    verifier = PolicyBuilder().store(Store([x509.certificate_of(authority)]))
    verifier.build_server_verifier(library.DNSName(name)).verify(x509.certificate_of(bundle), [])


def test_an_issued_certificate_verifies_for_its_names_only(authority: str) -> None:
    issued = x509.issue(authority, [NAME, "dc1.hpc.internal"], ["10.0.0.5"])
    verify(issued, authority, NAME)
    verify(issued, authority, "dc1.hpc.internal")
    with pytest.raises(VerificationError, match="match"):
        verify(issued, authority, "hpc.internal")
    with pytest.raises(VerificationError):
        verify(issued, x509.new_authority("another"), NAME)


def test_an_issued_certificate_signs_no_other(authority: str) -> None:
    below = x509.issue(authority, [NAME], [])
    with pytest.raises(VerificationError):
        verify(x509.issue(below, [NAME], []), below, NAME)


def test_a_long_name_stands_among_the_alternatives(authority: str) -> None:
    name = f"{'a' * 60}.{'b' * 60}.example.org"
    verify(x509.issue(authority, [name], []), authority, name)


def test_halves_of_a_bundle(authority: str) -> None:
    assert x509.certificate_text(authority).count("-----BEGIN") == x509.key_text(authority).count("-----BEGIN") == 1
    assert "PRIVATE KEY" not in x509.certificate_text(authority)
    assert x509.key_text(authority) + x509.certificate_text(authority) == authority


@pytest.mark.parametrize(
    ("names", "addresses", "expected"),
    [
        ([NAME], ["10.0.0.5"], ""),
        ([NAME, "dc2.hpc.internal"], ["10.0.0.6"], "does not bear dc2.hpc.internal, 10.0.0.6"),
    ],
)
def test_a_certificate_without_a_name_is_told(
    authority: str, names: list[str], addresses: list[str], expected: str
) -> None:
    issued = x509.issue(authority, [NAME], ["10.0.0.5"])
    assert x509.misfit(issued, authority, names, addresses) == expected
    assert x509.misfit(issued, x509.new_authority("another"), [NAME], []) == "was signed by another authority"


def declare(edition: int = 1, names: tuple[str, ...] = (NAME,), found: list[str] | None = None) -> None:
    args = CertificateAuthorityArgs(common_name="Directory", protected=False, edition=edition)
    issued = CertificateAuthority("team-ca", args).issue("ldaps", dns_names=names, ip_addresses=["10.0.0.5"])

    async def look() -> None:
        assert await issued.private_key.is_secret()
        assert not await issued.certificate.is_secret()
        for output in (issued.certificate, issued.private_key, issued.secret_arn):
            (found if found is not None else []).append(str(await output.future()))

    pulumi.Output.from_input(look())


def versions(recorder: Recorder) -> list[str]:
    return [one.name for one in recorder.named(VERSION)]


def test_what_was_made_is_kept_and_secret() -> None:
    found: list[str] = []
    recorder = record(lambda: declare(found=found))
    certificate, key, arn = found
    assert certificate.startswith("-----BEGIN CERTIFICATE-----\n")
    assert key.startswith("-----BEGIN PRIVATE KEY-----\n")
    assert arn.endswith(":secret:team-ca-ldaps-AbCdEf")
    assert [one.options["ignoreChanges"] for one in recorder.named(VERSION)] == [["secretString"]] * 2
    # Which is registered first, nobody promises.
    assert sorted(one.name for one in recorder.named(SECRET)) == ["team-ca", "team-ca-ldaps"]
    bundles = {one.name.partition("-1-")[0]: one.inputs["secretString"]["value"] for one in recorder.named(VERSION)}
    verify(bundles["team-ca-ldaps"], bundles["team-ca"], NAME)


def test_another_edition_or_another_name_has_it_issued_anew_and_the_authority_stays() -> None:
    first, same, edition, names = (
        versions(record(lambda arguments=arguments: declare(**arguments)))
        for arguments in ({}, {}, {"edition": 2}, {"names": (NAME, "dc1.hpc.internal")})
    )
    assert first == same
    assert {one[0] for one in (first, edition, names)} == {"team-ca"}
    assert len({one[1] for one in (first, edition, names)}) == 3


def test_a_kept_certificate_of_another_authority_is_refused(authority: str) -> None:
    kept, remedy = x509.issue(authority, [NAME], []), "set directory.certificateEdition to 4"
    assert serving(kept, authority, [], dns_names=(NAME,), remedy=remedy) == kept
    told = f"the kept certificate of {NAME} was signed by another authority: have it issued anew, set directory"
    with pytest.raises(ValueError, match=rf"{told}.certificateEdition to 4"):
        serving(kept, x509.new_authority("another"), [], dns_names=(NAME,), remedy=remedy)


@pytest.mark.parametrize(("days", "warned"), [(364, True), (366, False)])
def test_the_end_of_a_certificate_is_told_a_year_before(days: int, warned: bool) -> None:
    said: list[str] = []
    end = datetime.now(UTC) + timedelta(days=days)
    with patch("components.x509.ends", lambda _: end), patch("pulumi.warn", said.append):
        record(declare)
    expected = f"the certificate of {NAME} ends on {end:%Y-%m-%d}: have it issued anew before, set "
    assert said == ([f"{expected}directory.certificateEdition to 2"] if warned else [])


def test_a_certificate_that_has_ended_is_refused() -> None:
    end = datetime.now(UTC) - timedelta(days=1)
    told = f"certificate of {NAME} ended on {end:%Y-%m-%d}: have it issued anew, set directory.certificateEdition to 2"
    with patch("components.x509.ends", lambda _: end), pytest.raises(ValueError, match=re.escape(told)):
        record(declare)


def declare_in_preview() -> None:
    args = CertificateAuthorityArgs(common_name="Directory", protected=False)
    CertificateAuthority("team-ca", args).issue("ldaps", dns_names=[NAME])


def test_a_preview_makes_nothing() -> None:
    with (
        patch("components.x509.new_authority", side_effect=AssertionError("made in a preview")),
        patch("components.x509.issue", side_effect=AssertionError("issued in a preview")),
    ):
        recorder = record(declare_in_preview, preview=True)
    # Which is registered first, nobody promises.
    assert sorted(one.name for one in recorder.named(SECRET)) == ["team-ca", "team-ca-ldaps"]
