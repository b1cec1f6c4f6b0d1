"""Slurm's REST API: one kind of key, and a port of its own."""

from collections.abc import Iterator

from settings.model import Settings
from settings.problem import Path, Problem, weighed

_PLACE: Path = ("cluster", "slurmRestApi")
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


RULES = (one_kind_of_key, lifespan_is_of_own_tokens, port_is_free)
