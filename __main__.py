"""A team's Slurm platform on AWS: settings, components in the order of their dependencies, outputs."""

import pulumi
import pulumi_aws as aws

from components.bucket import Bucket, BucketArgs
from components.cluster import Cluster, ClusterArgs
from components.databases import Databases, DatabasesArgs
from components.directory import Directory, DirectoryArgs
from components.image import Image, ImageArgs
from components.jump_host import JumpHost, JumpHostArgs
from components.network import Network, NetworkArgs
from components.node_access import NodeAccess, NodeAccessArgs
from components.outputs import Parts, outputs
from components.security_groups import SecurityGroups, SecurityGroupsArgs
from components.stack_file import settings_of_stack
from components.storage import Storage, StorageArgs
from components.users import Users, UsersArgs
from components.wiring import cluster_endpoints, machine_files
from planning import names
from settings import Settings


def platform(settings: Settings, stack: str) -> Parts:
    """Declares all resources of one team's platform."""
    name, tags = names.platform(stack, settings), names.tags(stack, settings)
    provider = aws.Provider("aws", region=settings.region, default_tags={"tags": tags})
    opts = pulumi.ResourceOptions(providers=[provider])
    partition = aws.get_partition_output(opts=pulumi.InvokeOutputOptions(provider=provider)).partition

    network = Network(name, NetworkArgs(settings=settings.network, region=settings.region), opts)
    groups = SecurityGroups(
        name, SecurityGroupsArgs(vpc_id=network.vpc_id, allowed_cidrs=settings.network.allowed_cidrs), opts
    )
    bucket = Bucket(name, BucketArgs(files=machine_files(settings), protected=settings.protected), opts)
    access = NodeAccess(name, NodeAccessArgs(bucket_arn=bucket.arn, ssh=settings.ssh), opts)
    storage = Storage(
        name,
        StorageArgs(
            folders=settings.storage.folders,
            zones=len(settings.network.private_subnet_ids) or settings.network.zones,
            private_subnet_ids=network.private_subnet_ids,
            security_group_id=groups.storage,
            protected=settings.protected,
        ),
        opts,
    )
    databases = Databases(
        name,
        DatabasesArgs(
            settings=settings,
            subnet_ids=network.private_subnet_ids,
            applications_security_group_id=groups.applications_database,
            slurm_security_group_id=groups.slurm_database,
        ),
        opts,
    )
    parts = Parts(
        settings=settings, network=network, bucket=bucket, access=access, storage=storage, databases=databases
    )
    if settings.directory.kind != "none":
        parts.directory = Directory(
            f"{name}-directory",
            DirectoryArgs(settings=settings, vpc_id=network.vpc_id, subnet_ids=network.private_subnet_ids),
            opts,
        )
    if settings.jump_host.kind != "none":
        parts.jump_host = JumpHost(
            f"{name}-jump-host",
            JumpHostArgs(
                settings=settings.jump_host,
                private_key=settings.jump_host_private_key,
                key_name=access.key_name,
                partition=partition,
                public_subnet_ids=network.public_subnet_ids,
                private_subnet_ids=network.private_subnet_ids,
                security_group_id=groups.jump_host,
                needs=[network],
            ),
            opts,
        )
    if parts.directory and parts.jump_host:
        parts.users = Users(
            f"{name}-users", UsersArgs(settings=settings, directory=parts.directory, jump_host=parts.jump_host), opts
        )
    if settings.image.build:
        parts.image = Image(
            f"{name}-image",
            ImageArgs(
                settings=settings,
                subnet_id=network.private_subnet_ids[0],
                security_group_id=groups.nodes,
                script_uris=[uri for key, uri in bucket.uris.items() if key.startswith("image/")],
                tags=tags,
                needs=[network, groups, bucket],
            ),
            opts,
        )
    needs: list[pulumi.Resource] = [network, groups, bucket]
    if parts.users and parts.users.service_user:
        needs.append(parts.users.service_user)
    endpoints = cluster_endpoints(parts, groups, partition)
    parts.cluster = Cluster(name, ClusterArgs(settings=settings, endpoints=endpoints, tags=tags, needs=needs), opts)
    return parts


for key, value in outputs(platform(settings_of_stack(), pulumi.get_stack())).items():
    pulumi.export(key, value)
