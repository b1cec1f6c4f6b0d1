"""Queues and their compute resources."""

from planning.cluster.actions import custom_actions
from planning.cluster.overlay import overlay
from planning.cluster.parts import iam, local_storage, only, proxy
from planning.endpoints import Endpoints
from planning.merge import Document
from planning.names import as_list
from settings import Settings
from settings.compute_resources import CapacityReservationTarget, ComputeResource, Machines
from settings.queues import Queue


def queue(wanted: Queue, settings: Settings, endpoints: Endpoints) -> Document:
    """An item of ParallelCluster's `SlurmQueues`."""
    # In the short form the placement group stands with the queue, else with each compute resource.
    group = None if wanted.compute_resources else _placement_group(wanted)
    storage = local_storage(wanted.root_volume, wanted.ephemeral_mount_dir)
    lines = {**wanted.limits.lines(), **wanted.custom_slurm_settings}
    base = {
        "Name": wanted.name,
        "CapacityType": wanted.capacity_type,
        **only(AllocationStrategy=wanted.allocation_strategy),
        "Networking": {
            "SubnetIds": [endpoints.compute_subnet_ids[zone - 1] for zone in wanted.zones],
            "AdditionalSecurityGroups": endpoints.security_groups.queue(efa=wanted.with_efa),
            **only(AssignPublicIp=endpoints.compute_public or None, PlacementGroup=group, Proxy=proxy(wanted.proxy)),
        },
        **only(
            ComputeSettings={"LocalStorage": storage} if storage else None,
            JobExclusiveAllocation=wanted.job_exclusive_allocation or None,
            CustomSlurmSettings=lines or None,
            Tags=as_list(wanted.tags) or None,
        ),
        "ComputeResources": [_resource(one, within=wanted) for one in wanted.resources],
        "Iam": iam(endpoints, wanted.iam),
        **custom_actions("compute", settings, endpoints, wanted.custom_actions),
    }
    return overlay(base, wanted.overrides)


def _resource(wanted: ComputeResource, *, within: Queue) -> Document:
    group = _placement_group(wanted) if within.compute_resources else None
    gpu = wanted.health_checks.gpu
    template = wanted.launch_template_overrides
    base = {
        "Name": wanted.name,
        "Instances": [{"InstanceType": instance_type} for instance_type in wanted.instance_types],
        "MinCount": wanted.min_count,
        "MaxCount": wanted.max_count,
        **only(
            Efa={"Enabled": True} if wanted.efa else None,
            Networking={"PlacementGroup": group} if group else None,
            SchedulableMemory=wanted.schedulable_memory,
            DisableSimultaneousMultithreading=wanted.disable_simultaneous_multithreading or None,
            SpotPrice=wanted.spot_price,
            CapacityReservationTarget=_reservation(wanted.capacity_reservation_target),
            HealthChecks=None if gpu is None else {"Gpu": {"Enabled": gpu}},
            CustomSlurmSettings=wanted.custom_slurm_settings or None,
            Tags=as_list(wanted.tags) or None,
            LaunchTemplateOverrides=template
            and {"LaunchTemplateId": template.launch_template_id, "Version": template.version},
        ),
    }
    return overlay(base, wanted.overrides)


def _placement_group(wanted: Machines) -> Document | None:
    """ParallelCluster takes EFA only with a word about placement groups, be it no (3.16, EfaPlacementGroupValidator)."""
    if wanted.placement_group_name:
        return {"Enabled": True, "Name": wanted.placement_group_name}
    if wanted.placement_group:
        return {"Enabled": True}
    return {"Enabled": False} if wanted.efa else None


def _reservation(wanted: CapacityReservationTarget) -> Document | None:
    found = only(
        CapacityReservationId=wanted.capacity_reservation_id,
        CapacityReservationResourceGroupArn=wanted.capacity_reservation_resource_group_arn,
    )
    return found or None
