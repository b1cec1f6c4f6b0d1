"""What Slurm's REST API is called, and whose certificate it shows."""

from settings import Settings
from settings.slurm_rest import SlurmRestTls


def tls(settings: Settings) -> SlurmRestTls | None:
    """None for HTTP, and where there is no such API."""
    return settings.cluster.slurm_rest_api.tls if settings.cluster.slurm_rest_api else None


def signer_is_told(tls: SlurmRestTls) -> bool:
    """Whether clients are told who signed the certificate, so that its secret need not hold those."""
    return tls.certificate_secret_arn is None or tls.ca_certificate is not None


def head_name(settings: Settings) -> str | None:
    """The head node's DNS name, which stays when the cluster is replaced; None without a zone."""
    zone = settings.cluster.dns_zone
    return f"head.{zone}" if zone else None


def scheme(settings: Settings) -> str:
    """Of the API's address."""
    return "https" if tls(settings) else "http"
