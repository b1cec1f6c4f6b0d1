"""Slurm's REST API: the key before Slurm starts, the daemon once it runs, and what slurm.conf says of its tokens."""

from planning.endpoints import Endpoints
from planning.node_actions.action import Integration, NodeAction, and_updated
from planning.slurm_rest import head_name, signer_is_told
from planning.slurm_settings import Fragment
from settings import Settings
from settings.problem import Path
from settings.slurm_rest import SlurmRestApi

_PROGRAM = "slurmrestd"
_PLACE: Path = ("cluster", "slurmRestApi")
_STATE = "/var/spool/slurm.state"
"""ParallelCluster's StateSaveLocation (3.16). The program puts key and key set there, under these names."""


def _programs(settings: Settings) -> list[str]:
    return [_PROGRAM] if settings.cluster.slurm_rest_api else []


def _actions(settings: Settings, endpoints: Endpoints) -> list[NodeAction]:
    """slurmctld does not start without the key, and ParallelCluster starts it before OnNodeConfigured, and in an update before
    OnNodeUpdated: so the kind of key is for the cluster's life. So is TLS: clients and the API host have another URL with it. After
    updates `serve` has a changed key known to Slurm.
    """
    wanted = settings.cluster.slurm_rest_api
    if wanted is None:
        return []
    key = ["--key-secret", endpoints.slurm_rest_key_arn]
    if wanted.jwks:
        key = ["--jwks-url", wanted.jwks.url, "--user-claim", wanted.jwks.user_claim]
    port = ["--port", str(wanted.port), "--refresh-minutes", str(wanted.refresh_minutes)]
    tls = ["--tls-secret", endpoints.slurm_rest_certificate_arn, "--tls-name", head_name(settings)]
    if wanted.tls and signer_is_told(wanted.tls):
        tls.append("--tls-alone")
    prepare = NodeAction(
        event="OnNodeStart",
        kinds=("head",),
        program=_PROGRAM,
        args=("prepare", *key),
        variant=("jwks" if wanted.jwks else "key") + ("-tls" if wanted.tls else ""),
    )
    serve = NodeAction(
        event="OnNodeConfigured",
        kinds=("head",),
        program=_PROGRAM,
        args=("serve", *key, *port, *(tls if wanted.tls else ())),
    )
    return [prepare, *and_updated(serve)]


def _lines(settings: Settings) -> list[Fragment]:
    wanted = settings.cluster.slurm_rest_api
    if wanted is None:
        return []
    values = {"AuthAltTypes": "auth/jwt", "AuthAltParameters": _parameters(wanted)}
    return [Fragment(origin="cluster.slurmRestApi", path=_PLACE, key=key, value=value) for key, value in values.items()]


def _parameters(wanted: SlurmRestApi) -> str:
    """slurm.conf(5), AuthAltParameters."""
    if wanted.jwks:
        return f"jwks={_STATE}/jwks.json,disable_token_creation,userclaimfield={wanted.jwks.user_claim}"
    return f"jwt_key={_STATE}/jwt_hs256.key,max_token_lifespan={wanted.max_token_lifespan}"


SLURM_REST = Integration(programs=_programs, actions=_actions, lines=_lines)
