"""From the components' outputs to what the cluster's document places."""

from pathlib import Path

import pulumi

from components import api_host
from components.bucket import Bucket
from components.cluster import Cluster
from components.domain_controllers import BACKUPS, PROGRAM
from components.node_programs import placed, program_files
from components.outputs import Parts
from components.script_files import name as script_name
from components.script_files import script_files
from components.team_buckets import TeamBuckets
from planning import directory as planned
from planning import local_users, slurm_settings
from planning.api_host import ApiEndpoints
from planning.cluster import DirectoryEndpoints, Endpoints
from planning.node_settings import key, node_settings, version
from planning.slurm_fragments import fragments
from planning.watched import Watched, WatchedDatabase, WatchedFileSystem
from scripts.api_host import bundle as api_bundle
from scripts.domain_controller import bundle
from settings import Settings
from settings.folders import EfsFolder
from settings.homes import shared_folders
from settings.lustre import LustreFolder
from settings.nfs import OntapFolder, OpenZfsFolder
from settings.places import places, public_zones, service_zones
from settings.rules.actions import all_actions

_BUILD = Path(__file__).parent.parent / ".build"
_CA_CERTIFICATE = "directory-ca.pem"
_SLURM_SETTINGS = "slurm-settings.conf"


def machine_files(settings: Settings) -> dict[str, Path]:
    """What nodes, domain controllers and the API host fetch from the bucket, by name."""
    scripts = program_files(settings)
    if settings.directory.kind == "samba-ad":
        scripts[PROGRAM] = bundle.write(_BUILD)
    if settings.api_host is not None:
        scripts[api_host.PROGRAM] = api_bundle.write(_BUILD)
    return {**scripts, **script_files(settings)}


def script_objects(settings: Settings) -> list[tuple[str, str]]:
    """(bucket, key) of scripts in buckets of the team's own, which nodes must be let read."""
    scripts = sorted({one.script for _, one in all_actions(settings)})
    found = (one.removeprefix("s3://").partition("/") for one in scripts if one.startswith("s3://"))
    return [(bucket, key) for bucket, _, key in found]


def expiring(settings: Settings) -> dict[str, int]:
    """What the bucket keeps for some days only, by prefix."""
    directory = settings.directory
    return {BACKUPS: directory.backup_retention_days} if directory.kind == "samba-ad" else {}


def cluster_endpoints(parts: Parts, name: str, partition: pulumi.Output[str]) -> Endpoints:
    """What exists besides the cluster, in the shape that planning.cluster takes."""
    settings, databases, groups = parts.settings, parts.databases, parts.groups
    lines = slurm_settings.file(settings, fragments(settings))
    found = Endpoints(
        ssm_policy_arn=pulumi.Output.concat("arn:", partition, ":iam::aws:policy/AmazonSSMManagedInstanceCore"),
        public_subnet_ids=_items(parts.network.public_subnet_ids, public_zones(settings)),
        private_subnet_ids=_items(parts.network.private_subnet_ids, service_zones(settings)),
        compute_public=places(settings).compute,
        vpc_cidr=parts.network.cidr,
        ssh_sources=groups.ssh_sources,
        security_groups=groups.of_nodes(),
        node_policy_arn=parts.access.policy_arn,
        key_name=parts.access.key_name,
        slurm_rest_key_arn=parts.slurm_rest.key_arn if parts.slurm_rest else None,
        slurm_rest_certificate_arn=parts.slurm_rest.certificate_arn if parts.slurm_rest else None,
        head_policy_arns=[one.policy_arn for one in (parts.slurm_rest, parts.job_logs) if one],
        node_settings={
            program: (_placed(parts.bucket, program, text), version(text))
            for program, text in node_settings(settings, name).items()
        },
        script_uris={
            one.file: parts.bucket.uris[script_name(one.file)] for _, one in all_actions(settings) if one.file
        },
        local_users_uri=pulumi.Output.concat("s3://", parts.bucket.bucket_name, "/", local_users.KEY),
        slurm_settings_uri=parts.bucket.add(_SLURM_SETTINGS, pulumi.Output.from_input(lines)) if lines else None,
        slurm_database_uri=databases.slurm.endpoint if databases.slurm else None,
        slurm_database_secret_arn=databases.slurm_secret_arn,
        file_system_ids=dict(parts.storage.file_system_ids),
        access_point_ids=dict(parts.storage.access_point_ids),
        data_paths=dict(data_paths(settings, parts.data)),
        data_policy_arns=[arn for arn in (parts.data and parts.data.policy_arn, parts.storage.policy_arn) if arn],
        directory=_directory(parts),
        ami_id=parts.image.ami_id if parts.image else settings.image.ami,
    )
    return placed(parts.bucket, settings, found)


def api_endpoints(parts: Parts) -> ApiEndpoints:
    """What the API host is told of."""
    return ApiEndpoints(
        file_system_ids=dict(parts.storage.file_system_ids),
        access_point_ids=dict(parts.storage.access_point_ids),
        jwt_key_secret_arn=parts.slurm_rest.key_arn if parts.slurm_rest else None,
        slurm_ca_certificate=parts.slurm_rest.ca_certificate if parts.slurm_rest else None,
    )


def _placed(bucket: Bucket, program: str, text: str) -> pulumi.Output[str]:
    """A program's settings, under one key whatever they say; where they lie, once they are there."""
    return bucket.uri(bucket.place(key(program), pulumi.Output.from_input(text)))


def watched(parts: Parts, cluster: Cluster) -> Watched:
    """What alarms and the dashboard look at."""
    databases, settings = parts.databases, parts.settings.databases
    found: dict[str, WatchedDatabase] = {}
    if databases.applications and settings.applications:
        size = settings.applications.storage
        found["applications"] = WatchedDatabase(identifier=databases.applications.identifier, storage=size)
    if databases.slurm and settings.slurm:
        found["slurm"] = WatchedDatabase(identifier=databases.slurm.identifier, storage=settings.slurm.storage)
    return Watched(
        cluster_name=cluster.cluster_name,
        head_node_id=cluster.head_node_id,
        databases=found,
        file_systems=_watched_file_systems(parts),
    )


def data_paths(settings: Settings, data: TeamBuckets | None) -> dict[str, pulumi.Output[str]]:
    """`s3://…` of what folders show of the team's buckets, by bucket and prefix."""
    shown = [folder for folder in settings.storage.folders if isinstance(folder, LustreFolder)]
    links = [link for folder in shown for link in folder.data_repository_associations]
    named = {(link.bucket, link.prefix or "") for link in links if link.bucket}
    return {f"{bucket}/{prefix}": data.path(bucket, prefix) for bucket, prefix in sorted(named)} if data else {}


def _watched_file_systems(parts: Parts) -> dict[str, WatchedFileSystem]:
    """Not those that ParallelCluster makes: nobody but it knows their ids. Nor existing volumes, whose file system is not named."""
    ids, servers, found = parts.storage.file_system_ids, parts.storage.server_ids, dict[str, WatchedFileSystem]()
    for folder in shared_folders(parts.settings):
        name = folder.name
        match folder:
            case EfsFolder() if name in ids:
                found[name] = WatchedFileSystem(id=ids[name], kind="efs")
            case LustreFolder() if name in ids:
                size = folder.storage_capacity if folder.made else None
                found[name] = WatchedFileSystem(id=ids[name], kind="lustre", size=size)
            case OntapFolder() if name in servers:
                found[name] = WatchedFileSystem(id=servers[name], kind="ontap", volume=ids[name])
            case OpenZfsFolder() if name in servers:
                found[name] = WatchedFileSystem(id=servers[name], kind="openzfs", size=folder.storage_capacity)
            case _:
                pass
    return found


def _items(values: pulumi.Output[list[str]], count: int) -> list[pulumi.Output[str]]:
    """A list of known length, so that the document's shape is known at preview."""
    return [values[index] for index in range(count)]


def _directory(parts: Parts) -> DirectoryEndpoints | None:
    directory, settings = parts.directory, parts.settings.directory
    if directory is None:
        return None
    domain = settings.domain_name
    container = directory.users_ou or f"cn=Users,{planned.base(domain)}"
    return DirectoryEndpoints(
        domain_name=domain,
        uri=",".join(f"ldaps://{name}" for name in directory.ldaps_servers),
        search_base=directory.search_base,
        access_filter=planned.access_filter(settings.allowed_groups, container),
        generate_ssh_keys=settings.generate_ssh_keys,
        read_only_user=directory.read_only_user,
        secret_arn=directory.read_only_secret_arn,
        ca_certificate_uri=parts.bucket.add(_CA_CERTIFICATE, directory.ca_certificate)
        if directory.ca_certificate
        else None,
    )
