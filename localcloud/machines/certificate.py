"""A certificate authority of this local cloud, whose machines trust it, and the certificate of AWS's endpoints in their network."""

from localcloud import certificates
from localcloud.machines import place

_FOLDER = place.FOLDER / "tls"
AUTHORITY, CERTIFICATE, KEY = (_FOLDER / name for name in ("authority.pem", "endpoints.pem", "endpoints.key"))


def ensure(region: str) -> None:
    """Make AUTHORITY, CERTIFICATE and KEY if they are not there. The authority's own key is not kept: it signs nothing else."""
    if CERTIFICATE.exists():
        return
    _FOLDER.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority = certificates.authority("hpcstack local cloud")
    # S3's buckets are names below its own, in both forms.
    names = [f"*.{region}.amazonaws.com", "*.amazonaws.com", "*.s3.amazonaws.com", f"*.s3.{region}.amazonaws.com"]
    # Databases, by the name that moto gives them.
    names.append(f"*.aaaaaaaaaa.{region}.rds.amazonaws.com")
    authority.write(AUTHORITY, None)
    certificates.issue(authority, "amazonaws.com", names).write(CERTIFICATE, KEY)
