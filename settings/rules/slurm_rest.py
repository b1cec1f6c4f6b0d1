"""Slurm's REST API: one kind of key, and a port of its own."""

from collections.abc import Iterator

from settings.model import Settings
from settings.problem import Path, Problem, weighed

_PLACE: Path = ("cluster", "slurmRestApi")
_TLS: Path = (*_PLACE, "tls")
_OF_SLURM = {6817, 6818, 6819, *range(6820, 6830)}
"""slurmd, slurmdbd and slurmctld of ParallelCluster (3.16, slurm.conf: SlurmctldPort=6820-6829)."""
_OF_OTHERS = {2049: "NFS", 20048: "NFS", 3306: "MySQL", 8443: "Amazon DCV"}


def one_kind_of_key(settings: Settings) -> Iterator[Problem]:
    wanted = settings.cluster.slurm_rest_api
    if wanted and wanted.jwks and wanted.signing_key_secret_arn:
        yield weighed(
            "slurm-rest-keys",
            (*_PLACE, "signingKeySecretArn"),
            wanted.signing_key_secret_arn,
            "is for tokens of the cluster's own, and cluster.slurmRestApi.jwks for those of an identity provider",
            "one of both",
            "remove one of them",
            (*_PLACE, "jwks"),
        )


def lifespan_is_of_own_tokens(settings: Settings) -> Iterator[Problem]:
    wanted = settings.cluster.slurm_rest_api
    if wanted and wanted.jwks and "max_token_lifespan" in wanted.model_fields_set:
        yield weighed(
            "slurm-rest-lifespan",
            (*_PLACE, "maxTokenLifespan"),
            wanted.max_token_lifespan,
            "is for tokens that Slurm makes, and with jwks it makes none",
            "no maxTokenLifespan beside jwks",
            "remove it; how long tokens live is the identity provider's to say",
            (*_PLACE, "jwks"),
        )


def port_is_free(settings: Settings) -> Iterator[Problem]:
    wanted = settings.cluster.slurm_rest_api
    if wanted is None:
        return
    dcv = settings.cluster.head_node.dcv
    taken = {**dict.fromkeys(_OF_SLURM, "Slurm's daemons"), **_OF_OTHERS}
    if dcv.enabled:
        taken[dcv.port] = "Amazon DCV"
    if wanted.port in taken:
        yield weighed(
            "slurm-rest-port",
            (*_PLACE, "port"),
            wanted.port,
            f"is the port of {taken[wanted.port]} on the head node",
            "a free port from 1024 to 65535",
            "leave it out for 8082, or take another one",
        )


def tls_has_a_name_that_stays(settings: Settings) -> Iterator[Problem]:
    """An address would be another one's after the head node's replacement. With an API host there is a rule already."""
    wanted = settings.cluster.slurm_rest_api
    if wanted and wanted.tls and settings.cluster.dns_zone is None and settings.api_host is None:
        yield weighed(
            "slurm-rest-tls-name",
            ("cluster", "dnsZone"),
            None,
            "stands there, and the certificate of cluster.slurmRestApi.tls bears the head node's name in this zone",
            "a private DNS zone such as cluster.internal; for a public authority's certificate below a domain of your own",
            "set cluster.dnsZone",
            _TLS,
        )


def the_certificate_is_issued_or_given(settings: Settings) -> Iterator[Problem]:
    wanted = settings.cluster.slurm_rest_api
    tls = wanted.tls if wanted else None
    if tls is None:
        return
    if tls.ca_certificate and not tls.certificate_secret_arn:
        yield weighed(
            "slurm-rest-ca",
            (*_TLS, "caCertificate"),
            tls.ca_certificate,
            "is of no certificate here: the stack's own authority issues the one of the API",
            "caCertificate with certificateSecretArn",
            "remove caCertificate, or name the secret with the certificate that this authority signed",
            (*_TLS, "certificateSecretArn"),
        )
    if tls.certificate_secret_arn and "certificate_edition" in tls.model_fields_set:
        yield weighed(
            "slurm-rest-edition",
            (*_TLS, "certificateEdition"),
            tls.certificate_edition,
            "is of a certificate that the stack issues, and it issues none here",
            "certificateEdition without certificateSecretArn",
            "remove it; the head node fetches what you put into the secret by itself",
            (*_TLS, "certificateSecretArn"),
        )


RULES = (
    one_kind_of_key,
    lifespan_is_of_own_tokens,
    port_is_free,
    tls_has_a_name_that_stays,
    the_certificate_is_issued_or_given,
)
