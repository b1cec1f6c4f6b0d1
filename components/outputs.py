"""What `pulumi stack output` shows: flat, snake_case, documented in docs/outputs.md. Never a secret's value."""

from dataclasses import dataclass
from typing import Any

import pulumi

from components.api_host import ApiHost
from components.bucket import Bucket
from components.cluster import Cluster
from components.databases import Databases
from components.directory import Directory
from components.image import Image
from components.job_logs import JobLogs
from components.jump_host import JumpHost
from components.monitoring import Monitoring
from components.network import Network
from components.node_access import NodeAccess
from components.security_groups import SecurityGroups
from components.slurm_rest import SlurmRest
from components.storage import Storage
from components.team_buckets import TeamBuckets
from components.users import Users
from planning import slurm_rest
from settings import Settings
from settings.homes import shared_folders


@dataclass(kw_only=True)
class Parts:
    """The components of one platform. None stands for what the stack file does not ask for."""

    settings: Settings
    network: Network
    groups: SecurityGroups
    ways_out: list[pulumi.Resource]
    """What machines need before they boot: routes, rules, endpoints."""
    bucket: Bucket
    access: NodeAccess
    data: TeamBuckets | None
    storage: Storage
    databases: Databases
    slurm_rest: SlurmRest | None = None
    directory: Directory | None = None
    jump_host: JumpHost | None = None
    users: Users | None = None
    job_logs: JobLogs | None = None
    image: Image | None = None
    cluster: Cluster | None = None
    monitoring: Monitoring | None = None
    api_host: ApiHost | None = None


def outputs(parts: Parts) -> dict[str, Any]:
    """All outputs by name. What the platform does not have is left out."""
    found: dict[str, Any] = {
        "region": parts.settings.region,
        "vpc_id": parts.network.vpc_id,
        "vpc_subnet": parts.network.private_subnet_ids[0],
        "bucket": parts.bucket.bucket_name,
        "key_pair_id": parts.access.key_pair_id or parts.settings.ssh.key_name,
        "storage_mounts": {
            folder.mount_dir: parts.storage.file_system_ids.get(folder.name, "made by ParallelCluster")
            for folder in shared_folders(parts.settings)
        }
        or None,
        "data_buckets": parts.data.bucket_names if parts.data else None,
        **_directory(parts),
        **_jump_host(parts),
        **_databases(parts.databases),
        "job_log_group": parts.job_logs.group_name if parts.job_logs else None,
        **_cluster(parts),
        **_api_host(parts),
        "dashboard_url": parts.monitoring.dashboard_url if parts.monitoring else None,
    }
    return {key: value for key, value in found.items() if value is not None}


def _directory(parts: Parts) -> dict[str, Any]:
    directory, users = parts.directory, parts.settings.users
    if directory is None:
        return {}
    return {
        "domain_name": directory.domain_name,
        "directory_servers": directory.servers,
        "ad_dns_1": directory.servers.apply(lambda servers: servers[0] if servers else ""),
        "ad_dns_2": directory.servers.apply(lambda servers: servers[1] if len(servers) > 1 else ""),
        "ad_access_url": directory.access_url,
        "directory_admin_user": directory.admin_user,
        "DomainPWARN": directory.admin_secret_arn,
        "directory_admin_secret_arn": directory.admin_secret_arn,
        "directory_users_ou": directory.users_ou,
        # For the tool, which speaks to the controllers themselves.
        "directory_ca_certificate": parts.settings.directory.ca_certificate
        if parts.settings.directory.server_name
        else None,
        "ldaps_uri": ",".join(f"ldaps://{name}" for name in directory.ldaps_servers),
        "ldaps_ca_certificate": directory.ca_certificate,
        "users": {
            "prefix": users.prefix,
            "count": users.count,
            "start": users.start,
            "width": users.width,
            "group": users.group,
            **({"file": users.file} if users.file else {}),
        },
        "new_passwords_secret_arn": parts.users.new_passwords_secret_arn if parts.users else None,
        "new_passwords_uri": parts.users.new_passwords_uri if parts.users else None,
    }


def _jump_host(parts: Parts) -> dict[str, Any]:
    jump = parts.jump_host
    if jump is None:
        return {}
    return {
        "jump_host_dns": jump.dns_name,
        "ad_jump_host_public_dns": jump.dns_name,
        "ad_jump_host_public_ip": jump.public_ip,
        "jump_host_access": jump.access,
        "jump_host_host": jump.host,
        "jump_host_port": jump.port,
        "jump_host_user": jump.user,
        "jump_host_host_key": jump.host_key,
        "jump_host_instance_id": jump.instance_id,
    }


def _databases(databases: Databases) -> dict[str, Any]:
    applications, slurm = databases.applications, databases.slurm
    found: dict[str, Any] = {}
    if applications:
        found |= {
            "db_address": applications.address,
            "db_endpoint": applications.endpoint,
            "db_port": applications.port,
            "db_secret_arn": databases.applications_secret_arn,
        }
    if slurm:
        found |= {"slurm_db_endpoint": slurm.endpoint, "slurm_db_secret_arn": databases.slurm_secret_arn}
    return found


def _cluster(parts: Parts) -> dict[str, Any]:
    cluster, settings = parts.cluster, parts.settings
    if cluster is None:
        return {}
    found: dict[str, Any] = {
        "cluster_name": cluster.cluster_name,
        "cluster_status": cluster.cluster_status,
        "head_node_ip": cluster.head_node_ip,
        "login_address": cluster.login_address if settings.cluster.login_nodes.all_pools else None,
        "ami_id": parts.image.ami_id if parts.image else settings.image.ami,
    }
    if settings.cluster.dns_zone:
        found["head_node_name"] = cluster.head_node_name
        if settings.cluster.login_nodes.all_pools:
            found["login_name"] = cluster.login_name
    if wanted := settings.cluster.slurm_rest_api:
        host = cluster.head_node_name if settings.cluster.dns_zone else cluster.head_node_private_ip
        found["slurmrest_url"] = pulumi.Output.concat(slurm_rest.scheme(settings), "://", host, f":{wanted.port}")
    if wanted and parts.slurm_rest:
        found["slurmrest_ca_certificate"] = parts.slurm_rest.ca_certificate
        found["slurmrest_key_secret_arn"] = parts.slurm_rest.key_arn
        found["slurmrest_max_token_lifespan"] = None if wanted.jwks else wanted.max_token_lifespan
    found["ssh_command"] = cluster.ssh_command
    return found


def _api_host(parts: Parts) -> dict[str, Any]:
    host = parts.api_host
    if host is None:
        return {}
    return {"api_host_id": host.instance_id, "api_host_private_ip": host.private_ip, "api_host_name": host.fqdn}
