"""Certificates of the local cloud: whom clients take a server for, and who may read the keys."""

from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from localcloud.directory import certificates as directory
from localcloud.machines import certificate as endpoints


def _read(file: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(file.read_bytes())


def _taken(authority: Path, server: Path, subject: x509.DNSName | x509.IPAddress) -> None:
    """Raises VerificationError if a client that trusts the authority would not take the server for this."""
    PolicyBuilder().store(Store([_read(authority)])).build_server_verifier(subject).verify(_read(server), [])


def test_a_directorys_certificate_serves_its_name_and_its_address_of_its_own_authority(tmp_path: Path) -> None:
    directory.make_authority(tmp_path / "tls", "hpc.example.org")
    directory.make_server_certificate(tmp_path / "tls", "dc1.hpc.example.org", "127.0.0.9")
    own, server = tmp_path / "tls/ca.pem", tmp_path / "tls/server.pem"
    _taken(own, server, x509.DNSName("dc1.hpc.example.org"))
    _taken(own, server, x509.IPAddress(ip_address("127.0.0.9")))
    with pytest.raises(VerificationError):
        _taken(own, server, x509.DNSName("dc2.hpc.example.org"))
    directory.make_authority(tmp_path / "foreign", "hpc.example.org")
    with pytest.raises(VerificationError):
        _taken(tmp_path / "foreign/ca.pem", server, x509.DNSName("dc1.hpc.example.org"))
    assert _read(server).not_valid_after_utc - _read(server).not_valid_before_utc > timedelta(days=3650)
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "tls").iterdir()} == {0o600}
    # Another one, for another address, of the same authority.
    directory.make_server_certificate(tmp_path / "tls", "dc1.hpc.example.org", "127.0.0.10")
    _taken(own, server, x509.IPAddress(ip_address("127.0.0.10")))


def test_endpoints_have_a_certificate_that_is_made_once_by_an_authority_without_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "tls"
    for name, file in (("_FOLDER", ""), ("AUTHORITY", "a.pem"), ("CERTIFICATE", "c.pem"), ("KEY", "c.key")):
        monkeypatch.setattr(endpoints, name, folder / file)
    endpoints.ensure("eu-west-1")
    for name in ("sts.eu-west-1.amazonaws.com", "team-bucket.s3.amazonaws.com", "iam.amazonaws.com"):
        _taken(endpoints.AUTHORITY, endpoints.CERTIFICATE, x509.DNSName(name))
    with pytest.raises(VerificationError):
        _taken(endpoints.AUTHORITY, endpoints.CERTIFICATE, x509.DNSName("example.org"))
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    endpoints.ensure("eu-west-1")
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert set(before) == {"a.pem", "c.pem", "c.key"}
