"""Two certificates that are made when they are first asked for, of an authority that nobody else trusts."""

from components import x509

_AUTHORITY = x509.new_authority("tests of the stand-in")


def imported(name: str) -> dict[str, str]:
    """As Certificate Manager takes it."""
    bundle = x509.issue(_AUTHORITY, [name], [])
    return {
        "certificateBody": x509.certificate_text(bundle),
        "privateKey": x509.key_text(bundle),
        "certificateChain": x509.certificate_text(_AUTHORITY),
    }


FIRST, OTHER = imported("a.example"), imported("b.example")
