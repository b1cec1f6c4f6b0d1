"""Certificates in PEM: an authority of the stack's own, and what it signs.

A bundle is a private key and its certificate, one text. Elliptic curve P-256 with SHA-256 throughout: Certificate Manager and
network load balancers take it (their guides, "key algorithms"), and so do Samba, OpenLDAP and sssd.
"""

import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_YEARS = 20
CERTIFICATE_YEARS = 5
_CERTIFICATE = "-----BEGIN CERTIFICATE-----"
_BLOCK = re.compile(r"-----BEGIN ([A-Z ]+)-----\n.+?\n-----END \1-----\n", re.DOTALL)
_YEAR = timedelta(days=365)
_EARLIER = timedelta(hours=1)
"""A machine whose clock is a little behind takes a new certificate too."""


def new_authority(common_name: str) -> str:
    """A bundle that may sign servers' certificates and no further authorities."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, own = _name(common_name), x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = (
        _builder(key, name, name, AUTHORITY_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(own, critical=False)
        .sign(key, hashes.SHA256())
    )
    return _bundle(key, certificate)


def issue(authority: str, names: Collection[str], addresses: Collection[str]) -> str:
    """A bundle for one server with these DNS names (one at least; the first is the common name) and IP addresses."""
    signer, issuer = _key(authority), certificate_of(authority)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder(key, _name(next(iter(names))), issuer.subject, CERTIFICATE_YEARS)
        .add_extension(x509.SubjectAlternativeName(_alternatives(names, addresses)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    return _bundle(key, certificate)


def certificate_of(text: str) -> x509.Certificate:
    """The first certificate of a PEM text."""
    return x509.load_pem_x509_certificate(text[text.index("-----BEGIN CERTIFICATE") :].encode())


def certificates_of(text: str) -> list[x509.Certificate]:
    """All certificates of a PEM text. Raises ValueError where one cannot be read, or is cut."""
    return [certificate_of(_CERTIFICATE + rest) for rest in text.split(_CERTIFICATE)[1:]]


def certificate_text(bundle: str) -> str:
    """The public half."""
    return _certificate_text(certificate_of(bundle))


def key_text(bundle: str) -> str:
    """The private half."""
    return _key_text(_key(bundle))


def misfit(bundle: str, authority: str, names: Collection[str], addresses: Collection[str]) -> str:
    """Why a bundle no longer serves: another authority signed it, or a name is missing in it. Empty if it serves."""
    certificate = certificate_of(bundle)
    try:
        certificate.verify_directly_issued_by(certificate_of(authority))
    except (InvalidSignature, ValueError):
        return "was signed by another authority"
    held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    missing = [str(one.value) for one in _alternatives(names, addresses) if one not in held]
    return f"does not bear {', '.join(missing)}" if missing else ""


def unfit(text: str, name: str, trusted: Collection[x509.Certificate]) -> str:
    """Why a server cannot show a PEM text of somebody else's for a DNS name; empty if it can, as far as the text tells.

    `trusted` are those that clients are told of; none if clients know the authority. The head node tries the same with a handshake.
    """
    blocks = [found.group(0) for found in _BLOCK.finditer("\n".join(line.strip() for line in text.splitlines()) + "\n")]
    keys = [block for block in blocks if "PRIVATE KEY" in block.splitlines()[0]]
    try:
        chain = [x509.load_pem_x509_certificate(block.encode()) for block in blocks if _CERTIFICATE in block]
        if len(keys) != 1 or not chain:
            return f"holds {len(chain)} certificates and {len(keys)} private keys"
        key = serialization.load_pem_private_key(keys[0].encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return "holds what is no PEM, or a private key with a password"
    if key.public_key() != chain[0].public_key():
        return "holds a private key that is not its first certificate's"
    if not _bears(chain[0], name):
        return f"holds a certificate that does not bear {name}"
    now = datetime.now(UTC)
    if any(not one.not_valid_before_utc <= now <= one.not_valid_after_utc for one in chain):
        return "holds a certificate that has ended, or has not begun"
    if not all(_ends_at(below, one) for below, one in pairwise(chain)):
        return "holds a chain in which a certificate is not signed by the next one"
    return _unended(chain[-1], trusted)


def _unended(last: x509.Certificate, trusted: Collection[x509.Certificate]) -> str:
    """Why clients find no way from the last certificate of a chain to an authority. Empty if they do.

    One that signed itself, or an authority, may be known to them; a server's certificate that another one signed is not.
    """
    if trusted:
        ended = any(_ends_at(last, one) for one in trusted)
        return "" if ended else "holds a chain that does not end at a certificate of caCertificate"
    return "" if _is_authority(last) or _signed(last, last) else "holds a certificate without those that signed it"


def _ends_at(below: x509.Certificate, above: x509.Certificate) -> bool:
    return below == above or _signed(below, above)


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _bears(certificate: x509.Certificate, name: str) -> bool:
    """Itself, or a wildcard for its first label (RFC 6125, 6.4.3)."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    borne = {one.lower() for one in names.get_values_for_type(x509.DNSName)}
    return bool({name.lower(), f"*.{name.lower().partition('.')[2]}"} & borne)


def _signed(below: x509.Certificate, above: x509.Certificate) -> bool:
    try:
        below.verify_directly_issued_by(above)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def ends(text: str) -> datetime:
    """When the first certificate of a PEM text ends, in UTC."""
    return certificate_of(text).not_valid_after_utc


def _builder(
    key: ec.EllipticCurvePrivateKey, subject: x509.Name, issuer: x509.Name, years: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + years * _YEAR)
    )


def _name(common_name: str) -> x509.Name:
    """64 characters at most (RFC 5280, ub-common-name); the names that count stand among the alternatives."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])


def _alternatives(names: Collection[str], addresses: Collection[str]) -> list[x509.GeneralName]:
    return [*map(x509.DNSName, names), *(x509.IPAddress(ip_address(one)) for one in addresses)]


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _key(bundle: str) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(bundle.encode(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the private key of the stack's authority is no elliptic-curve key")
    return key


def _bundle(key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> str:
    return _key_text(key) + _certificate_text(certificate)


def _key_text(key: ec.EllipticCurvePrivateKey) -> str:
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*form).decode()


def _certificate_text(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
