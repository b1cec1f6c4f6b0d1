"""Certificates for the REST API on a machine of the tests: of the stack's own authority, and of others."""

import datetime

from cryptography import x509 as library
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from components import x509

TLS_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:slurm-rest-tls-AbCdEf"
HEAD = "head.cluster.internal"
_DAY = datetime.timedelta(days=1)


def own(authority: str, name: str = HEAD) -> str:
    """What the stack's own authority issues: private key, then certificate."""
    return x509.issue(authority, [name], [])


def bought(name: str, ends: datetime.timedelta = 90 * _DAY) -> tuple[str, str]:
    """As a public authority sells it: (certificate, the one between, private key of RSA; the authority's certificate)."""
    root, between, server = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(3))
    top = _certificate("Root", "Root", root, root, signs=True)
    middle = _certificate("Between", "Root", between, root, signs=True)
    leaf = _certificate(name, "Between", server, between, signs=False, ends=ends)
    return leaf + middle + _text(server), top


def self_signed(name: str) -> str:
    """As a server makes one for itself, which is no authority: (certificate, private key of RSA)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return _certificate(name, name, key, key, signs=False) + _text(key)


def _text(key: rsa.RSAPrivateKey) -> str:
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    return key.private_bytes(*form).decode()


def _certificate(
    name: str,
    issuer: str,
    key: rsa.RSAPrivateKey,
    signer: rsa.RSAPrivateKey,
    *,
    signs: bool,
    ends: datetime.timedelta = 90 * _DAY,
) -> str:
    now = datetime.datetime.now(datetime.UTC)
    made = (
        library.CertificateBuilder()
        .subject_name(library.Name([library.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(library.Name([library.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(library.random_serial_number())
        .not_valid_before(now - 100 * _DAY)
        .not_valid_after(now + ends)
        .add_extension(library.BasicConstraints(ca=signs, path_length=None), critical=True)
    )
    if not signs:
        made = made.add_extension(library.SubjectAlternativeName([library.DNSName(name)]), critical=False)
    return made.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
