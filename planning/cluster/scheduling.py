"""Slurm's settings."""

from planning import slurm_settings
from planning.cluster.parts import only
from planning.cluster.queues import queue
from planning.endpoints import Endpoints
from planning.merge import Document
from planning.slurm_fragments import fragments
from settings import Settings


def scheduling(settings: Settings, endpoints: Endpoints) -> Document:
    """ParallelCluster's `Scheduling`."""
    cluster = settings.cluster
    slurm: Document = {
        "ScaledownIdletime": cluster.scaledown_idletime,
        "QueueUpdateStrategy": cluster.queue_update_strategy,
        **only(EnableMemoryBasedScheduling=cluster.enable_memory_based_scheduling or None),
    }
    if settings.network.layout == "isolated":
        # Route 53 has no endpoint inside a VPC, so that nodes cannot be entered in a zone of the cluster's own
        # (ParallelCluster User Guide, "AWS ParallelCluster in a single subnet with no internet access").
        slurm["Dns"] = {"DisableManagedDns": True, "UseEc2Hostnames": True}
    if settings.databases.slurm:
        slurm["Database"] = {
            "Uri": endpoints.slurm_database_uri,
            "UserName": settings.databases.slurm.username,
            "PasswordSecretArn": endpoints.slurm_database_secret_arn,
            "DatabaseName": database_name(settings),
        }
    slurm.update(slurm_settings.placed(settings, endpoints.slurm_settings_uri, fragments(settings)))
    return {
        "Scheduler": "slurm",
        **only(ScalingStrategy=cluster.scaling_strategy),
        "SlurmSettings": slurm,
        "SlurmQueues": [queue(one, settings, endpoints) for one in cluster.queues],
    }


def database_name(settings: Settings) -> str:
    """The accounting database, named after the team: by ParallelCluster's own default it would be named after the cluster, and
    one that replaces another would begin with an empty history. Lower-case letters, digits and _ (ParallelCluster 3.16).
    """
    return f"slurm_{settings.team.replace('-', '_')}"
