"""The platform's steps: its components in the order of their dependencies."""

from typing import Any

import pulumi

from components.api_host import ApiHost, ApiHostArgs
from components.bucket import Bucket, BucketArgs
from components.cluster import Cluster, ClusterArgs
from components.costs import Costs, CostsArgs
from components.databases import Databases, DatabasesArgs
from components.directory import Directory, DirectoryArgs
from components.image import Image, ImageArgs
from components.job_logs import JobLogs, JobLogsArgs
from components.jump_host import JumpHost, JumpHostArgs
from components.local_users_file import local_users_document
from components.monitoring import Monitoring, MonitoringArgs
from components.network import Network, NetworkArgs
from components.node_access import NodeAccess, NodeAccessArgs
from components.outputs import Parts, outputs
from components.security_groups import SecurityGroups, SecurityGroupsArgs
from components.site import Site
from components.slurm_rest import SlurmRest, SlurmRestArgs
from components.storage import Storage, StorageArgs
from components.team_buckets import TeamBuckets, TeamBucketsArgs
from components.users import Users, UsersArgs
from components.vpc_endpoints import VpcEndpoints, VpcEndpointsArgs
from components.wiring import (
    api_endpoints,
    cluster_endpoints,
    data_paths,
    expiring,
    machine_files,
    script_objects,
    watched,
)
from planning import local_users, security_groups, slurm_rest
from planning.names import job_log_group, object_tags
from planning.vpc_endpoints import interfaces
from settings import Settings
from settings.api_host import ApiHost as ApiHostSettings
from settings.homes import shared_folders
from settings.places import places, service_zones


def declare(site: Site) -> dict[str, Any]:
    """Declare the whole platform; what it exports."""
    parts = add_services(site)
    add_people(site, parts)
    add_watch(site, parts, add_machines(site, parts))
    return outputs(parts)


def add_services(site: Site) -> Parts:
    """Network, security groups, bucket, access of nodes, storage and databases."""
    settings, name, opts = site.settings, site.name, site.opts
    network, groups, ways_out = add_network(site)
    bucket_args = BucketArgs(
        files=machine_files(settings),
        protected=settings.protected,
        expiring=expiring(settings),
        object_tags=object_tags(site.tags),
    )
    bucket = Bucket(name, bucket_args, opts)
    access_args = NodeAccessArgs(
        bucket_arn=bucket.arn,
        ssh=settings.ssh,
        partition=site.partition,
        objects=script_objects(settings),
        keys=[local_users.KEY] if settings.local_users else [],
    )
    access = NodeAccess(name, access_args, opts)
    data_args = TeamBucketsArgs(
        buckets=settings.storage.buckets, partition=site.partition, protected=settings.protected
    )
    data = TeamBuckets(name, data_args, opts) if settings.storage.buckets else None
    storage_args = StorageArgs(
        folders=shared_folders(settings),
        zones=service_zones(settings),
        private_subnet_ids=network.private_subnet_ids,
        security_group_ids=groups.of_file_systems(),
        data_paths=data_paths(settings, data),
        arn_prefix=pulumi.Output.concat("arn:", site.partition, ":elasticfilesystem:", settings.region),
        protected=settings.protected,
    )
    databases_args = DatabasesArgs(
        settings=settings,
        subnet_ids=network.private_subnet_ids,
        applications_security_group_id=groups.applications_database,
        slurm_security_group_id=groups.slurm_database,
    )
    return Parts(
        settings=settings,
        network=network,
        groups=groups,
        ways_out=ways_out,
        bucket=bucket,
        access=access,
        data=data,
        storage=Storage(name, storage_args, opts),
        databases=Databases(name, databases_args, opts),
        slurm_rest=_slurm_rest(site),
    )


def _slurm_rest(site: Site) -> SlurmRest | None:
    """What signs tokens, unless an identity provider does, and the certificate."""
    wanted, settings = site.settings.cluster.slurm_rest_api, site.settings
    if wanted is None or (wanted.jwks and not wanted.tls):
        return None
    args = SlurmRestArgs(
        settings=wanted, team=settings.team, head_name=slurm_rest.head_name(settings), protected=settings.protected
    )
    return SlurmRest(f"{site.name}-slurm-rest", args, site.opts)


def add_network(site: Site) -> tuple[Network, SecurityGroups, list[pulumi.Resource]]:
    """Network and security groups, and with the endpoints all that machines need before they boot."""
    settings, name, opts = site.settings, site.name, site.opts
    network = Network(name, NetworkArgs(settings=settings.network, region=settings.region), opts)
    groups_args = SecurityGroupsArgs(
        vpc_id=network.vpc_id,
        vpc_cidrs=network.cidrs,
        roles=security_groups.needed(settings),
        slurm_rest_port=rest.port if (rest := settings.cluster.slurm_rest_api) else security_groups.SLURM_REST,
        allowed_cidrs=settings.network.allowed_cidrs,
        ssh_to_jump_host=not settings.jump_host.over_ssm,
        api_port=settings.api_host.service.port if settings.api_host and settings.api_host.service else None,
        api_cidrs=settings.api_host.allowed_cidrs if settings.api_host else (),
        desktops=security_groups.desktops(settings),
        site_services=settings.cluster.site_services,
    )
    groups = SecurityGroups(name, groups_args, opts)
    return network, groups, _ways_out(site, network, groups)


def _ways_out(site: Site, network: Network, groups: SecurityGroups) -> list[pulumi.Resource]:
    if groups.endpoints is None:
        return [network, groups]
    args = VpcEndpointsArgs(
        services=interfaces(site.settings),
        region=site.settings.region,
        vpc_id=network.vpc_id,
        subnet_ids=network.private_subnet_ids,
        security_group_id=groups.endpoints,
    )
    return [network, groups, VpcEndpoints(f"{site.name}-endpoint", args, site.opts)]


def add_people(site: Site, parts: Parts) -> None:
    """Directory, jump host and users, as far as the stack file asks for them."""
    settings, network = site.settings, parts.network
    if settings.directory.kind != "none":
        args = DirectoryArgs(
            settings=settings,
            vpc_id=network.vpc_id,
            subnet_ids=network.private_subnet_ids,
            clients=parts.groups.directory_clients(),
            vpc_cidrs=network.cidrs,
            bucket=parts.bucket,
            partition=site.partition,
            needs=parts.ways_out,
        )
        parts.directory = Directory(f"{site.name}-directory", args, site.opts)
    if settings.jump_host.kind != "none":
        args = JumpHostArgs(
            settings=settings.jump_host,
            public=places(settings).jump_host,
            private_key=settings.jump_host_private_key,
            key_name=parts.access.key_name,
            partition=site.partition,
            permissions_boundary=site.settings.cluster.iam.permissions_boundary,
            public_subnet_ids=network.public_subnet_ids,
            private_subnet_ids=network.private_subnet_ids,
            security_group_id=parts.groups.jump_host,
            needs=parts.ways_out,
        )
        parts.jump_host = JumpHost(f"{site.name}-jump-host", args, site.opts)
    if parts.directory and parts.jump_host:
        args = UsersArgs(settings=settings, directory=parts.directory, jump_host=parts.jump_host, bucket=parts.bucket)
        parts.users = Users(f"{site.name}-users", args, site.opts)


def add_machines(site: Site, parts: Parts) -> Cluster:
    """The image, if one is built, and the cluster."""
    needs: list[pulumi.Resource] = [*parts.ways_out, parts.bucket]
    if parts.groups.image is not None:
        args = ImageArgs(
            settings=site.settings,
            subnet_id=_image_subnet(site.settings, parts),
            security_group_id=parts.groups.image,
            tags=site.tags,
            needs=needs,
        )
        parts.image = Image(f"{site.name}-image", args, site.opts)
    if parts.directory:
        needs = [*needs, parts.directory]
    if parts.slurm_rest:
        needs = [*needs, parts.slurm_rest]
    if parts.users and parts.users.service_user:
        needs = [*needs, parts.users.service_user]
    if listed := local_users_document(site.settings):
        needs = [*needs, parts.bucket.place(local_users.KEY, pulumi.Output.from_input(listed))]
    add_job_logs(site, parts)
    endpoints = cluster_endpoints(parts, site.name, site.partition)
    args = ClusterArgs(
        settings=site.settings,
        endpoints=endpoints,
        tags=site.tags,
        vpc_id=parts.network.vpc_id,
        needs=needs,
    )
    parts.cluster = cluster = Cluster(site.name, args, site.opts)
    if site.settings.api_host is not None:
        parts.api_host = _api_host(site, parts, cluster, site.settings.api_host)
    return cluster


def _api_host(site: Site, parts: Parts, cluster: Cluster, host: ApiHostSettings) -> ApiHost:
    assert parts.groups.api is not None
    args = ApiHostArgs(
        settings=site.settings,
        host=host,
        endpoints=api_endpoints(parts),
        bucket=parts.bucket,
        partition=site.partition,
        permissions_boundary=site.settings.cluster.iam.permissions_boundary,
        subnet_id=parts.network.private_subnet_ids[0],
        security_group_id=parts.groups.api,
        policy_arns=[parts.storage.policy_arn] if host.folders and parts.storage.policy_arn else [],
        zone_id=cluster.zone_id,
        needs=[*parts.ways_out, parts.bucket],
    )
    return ApiHost(f"{site.name}-api-host", args, site.opts)


def add_job_logs(site: Site, parts: Parts) -> None:
    """The log group of jobs, if their logs go to CloudWatch."""
    wanted = site.settings.cluster.job_environment
    if wanted is None or not wanted.logs.cloud_watch or not wanted.kept:
        return
    args = JobLogsArgs(
        group_name=job_log_group(site.name),
        retention_days=site.settings.log_retention_days,
        kms_key_arn=site.settings.monitoring.log_kms_key_arn,
    )
    parts.job_logs = JobLogs(f"{site.name}-job-logs", args, site.opts)


def _image_subnet(settings: Settings, parts: Parts) -> pulumi.Output[str]:
    """With a way to package archives."""
    network = parts.network
    return (network.public_subnet_ids if places(settings).compute else network.private_subnet_ids)[0]


def add_watch(site: Site, parts: Parts, cluster: Cluster) -> None:
    """Alarms, dashboard and budget."""
    args = MonitoringArgs(settings=site.settings, watched=watched(parts, cluster), partition=site.partition)
    parts.monitoring = Monitoring(f"{site.name}-monitoring", args, site.opts)
    if site.settings.budget or site.settings.cost_allocation_tags:
        Costs(f"{site.name}-costs", CostsArgs(settings=site.settings), site.opts)
