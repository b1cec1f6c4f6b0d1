"""Slurm's settings and its queues."""

from planning.cluster.actions import custom_actions
from planning.cluster.endpoints import Endpoints
from planning.cluster.overlay import overlay
from planning.cluster.parts import iam, only
from planning.merge import Document
from settings import Settings
from settings.queues import Queue


def scheduling(settings: Settings, endpoints: Endpoints) -> Document:
    slurm: Document = {"ScaledownIdletime": settings.cluster.scaledown_idletime, "QueueUpdateStrategy": "DRAIN"}
    if settings.network.layout == "isolated":
        # Route 53 has no endpoint inside a VPC, so that nodes cannot be entered in a zone of the cluster's own
        # (ParallelCluster User Guide, "AWS ParallelCluster in a single subnet with no internet access").
        slurm["Dns"] = {"DisableManagedDns": True, "UseEc2Hostnames": True}
    if settings.databases.slurm:
        slurm["Database"] = {
            "Uri": endpoints.slurm_database_uri,
            "UserName": settings.databases.slurm.username,
            "PasswordSecretArn": endpoints.slurm_database_secret_arn,
        }
    if settings.cluster.custom_slurm_settings:
        slurm["CustomSlurmSettings"] = [{key: value} for key, value in settings.cluster.custom_slurm_settings.items()]
    queues = [_queue(queue, endpoints) for queue in settings.cluster.queues]
    return {"Scheduler": "slurm", "SlurmSettings": slurm, "SlurmQueues": queues}


def _queue(queue: Queue, endpoints: Endpoints) -> Document:
    # EFA and placement groups keep all nodes of a queue in one zone (ParallelCluster's validators).
    subnets = endpoints.compute_subnet_ids[:1]
    resource = {
        "Name": queue.name,
        "Instances": [{"InstanceType": instance_type} for instance_type in queue.instance_types],
        "MinCount": queue.min_count,
        "MaxCount": queue.max_count,
        **only(Efa={"Enabled": True} if queue.efa else None),
    }
    base = {
        "Name": queue.name,
        "CapacityType": queue.capacity_type,
        **only(AllocationStrategy=queue.allocation_strategy),
        "Networking": {
            "SubnetIds": subnets,
            **only(AssignPublicIp=endpoints.compute_public or None),
            "AdditionalSecurityGroups": endpoints.security_groups.queue(efa=queue.efa),
            **only(PlacementGroup={"Enabled": True} if queue.placement_group else None),
        },
        "ComputeResources": [resource],
        "Iam": iam(endpoints),
        **custom_actions(endpoints, queue.custom_actions),
    }
    return overlay(base, queue.overrides)
