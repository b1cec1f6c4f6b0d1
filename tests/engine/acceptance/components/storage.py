"""Bucket, storage, secrets, databases."""

import hashlib
from typing import Any

import pulumi

from tests.engine.acceptance.case import No
from tests.engine.acceptance.component import Component, Parts
from tests.engine.acceptance.components.common import settings
from tests.engine.acceptance.ground import Clients, Ground


def _bucket(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.bucket import Bucket, BucketArgs

    bucket = Bucket(name, BucketArgs(files={}, expiring={}, protected=False), opts)
    bucket.add("node/a.sh", pulumi.Output.from_input(arguments["script"]))
    return bucket


def _script(aws: Clients, parts: Parts) -> str:
    stored = parts["BucketObjectv2::bucket-node-a.sh"].outputs
    return aws("s3").get_object(Bucket=stored["bucket"], Key=stored["key"])["Body"].read().decode()


def _suspend(aws: Clients, parts: Parts) -> None:
    suspended = {"Status": "Suspended"}
    aws("s3").put_bucket_versioning(Bucket=parts["Bucket::bucket"].id, VersioningConfiguration=suspended)


def _storage(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.storage import Storage, StorageArgs

    home = {"name": "home", "mountDir": "/home", "backup": True, "accessPoint": {"path": "/home"}}
    link = {"name": "in", "fileSystemPath": "/in", "bucket": "data", "autoImportPolicy": ("NEW",)}
    scratch = {"name": "fast", "mountDir": "/fast", "kind": "lustre", "dataRepositoryAssociations": (link,)}
    lab = {"name": "lab", "mountDir": "/lab", "kind": "ontap"}
    work = {"name": "work", "mountDir": "/work", "kind": "openzfs"}
    wanted = settings(storage={"folders": (home, scratch, lab, work), "buckets": ({"name": "data"},)})
    args = StorageArgs(
        folders=wanted.storage.folders,
        zones=1,
        private_subnet_ids=pulumi.Output.from_input(arguments["subnets"]),
        security_group_ids={
            **dict.fromkeys(("lustre", "ontap", "openzfs"), ground.groups[0]),
            "efs": arguments["group"],
        },
        data_paths={"data/": pulumi.Output.from_input(f"s3://{ground.buckets[0]}/")},
        protected=False,
    )
    return Storage(name, args, opts)


def _mount_target(aws: Clients, parts: Parts) -> list[str]:
    target = parts["MountTarget::storage-home-0"].id
    (found,) = aws("efs").describe_mount_targets(MountTargetId=target)["MountTargets"]
    groups = aws("efs").describe_mount_target_security_groups(MountTargetId=target)["SecurityGroups"]
    return [found["SubnetId"], *groups]


def _regroup(aws: Clients, parts: Parts) -> None:
    other = aws("ec2").describe_security_groups(GroupNames=["ground-0"])["SecurityGroups"][0]["GroupId"]
    aws("efs").modify_mount_target_security_groups(
        MountTargetId=parts["MountTarget::storage-home-0"].id, SecurityGroups=[other]
    )


def _team_buckets(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.team_buckets import TeamBuckets, TeamBucketsArgs

    made = {"name": "results", "access": arguments["access"], "noncurrentDays": arguments["days"], "prefixes": ("a/",)}
    existing = {"name": "reference", "bucketName": ground.buckets[0]}
    wanted = settings(storage={"buckets": (made, existing)})
    return TeamBuckets(name, TeamBucketsArgs(buckets=wanted.storage.buckets, partition="aws", protected=False), opts)


def _team_data(aws: Clients, parts: Parts) -> list[Any]:
    """Days that older versions are kept, and the right to write, if nodes have it."""
    bucket, policy = parts["Bucket::teambuckets-results"].id, parts["Policy::teambuckets-data"].id
    (rule,) = aws("s3").get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    version = aws("iam").get_policy(PolicyArn=policy)["Policy"]["DefaultVersionId"]
    document = aws("iam").get_policy_version(PolicyArn=policy, VersionId=version)["PolicyVersion"]["Document"]
    below = [one["Action"] for one in document["Statement"] if one["Resource"] == [f"arn:aws:s3:::{bucket}/a/*"]]
    writes = next((action for actions in below for action in actions if action == "s3:PutObject"), None)
    return [rule["NoncurrentVersionExpiration"]["NoncurrentDays"], writes]


def _unversioned(aws: Clients, parts: Parts) -> None:
    suspended = {"Status": "Suspended"}
    aws("s3").put_bucket_versioning(Bucket=parts["Bucket::teambuckets-results"].id, VersioningConfiguration=suspended)


_KEY_POLICY = "Policy::slurmrest-key"


def _key_arn(name: str) -> str:
    return f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{name}-AbCdEf"


def _slurm_rest(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.slurm_rest import SlurmRest, SlurmRestArgs
    from settings.slurm_rest import SlurmRestApi

    settings = SlurmRestApi.model_validate({"signingKeySecretArn": _key_arn(arguments["secret"])})
    return SlurmRest(name, SlurmRestArgs(settings=settings, protected=False), opts)


def _readable_key(aws: Clients, parts: Parts) -> object:
    arn = parts[_KEY_POLICY].id
    version = aws("iam").get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = aws("iam").get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    return document["Statement"][0]["Resource"]


def _widen_key(aws: Clients, parts: Parts) -> None:
    everything = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
    aws("iam").create_policy_version(PolicyArn=parts[_KEY_POLICY].id, PolicyDocument=everything, SetAsDefault=True)


def _delete_key_policy(aws: Clients, parts: Parts) -> None:
    arn = parts[_KEY_POLICY].id
    for version in aws("iam").list_policy_versions(PolicyArn=arn)["Versions"]:
        if not version["IsDefaultVersion"]:
            aws("iam").delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
    aws("iam").delete_policy(PolicyArn=arn)


def _secret(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from pydantic import SecretStr

    from components.secret import Secret, SecretArgs

    return Secret(
        name,
        SecretArgs(
            secret_name="acceptance",
            description=arguments["description"],
            given=SecretStr(arguments["value"]),
            protected=False,
        ),
        opts,
    )


def _secret_value(aws: Clients, parts: Parts) -> dict[str, str]:
    arn = parts["Secret::secret"].id
    manager = aws("secretsmanager")
    described = manager.describe_secret(SecretId=arn)["Description"]
    return {"description": described, "value": manager.get_secret_value(SecretId=arn)["SecretString"]}


def _delete_secret(aws: Clients, arn: str) -> None:
    aws("secretsmanager").delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)


def _authority(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.certificate_authority import CertificateAuthority, CertificateAuthorityArgs

    edition = arguments["edition"]
    args = CertificateAuthorityArgs(common_name="acceptance", protected=False, edition=edition)
    made = CertificateAuthority(name, args, opts)
    made.issue("server", dns_names=[_SERVER])
    return made


def _issued(aws: Clients, parts: Parts) -> int:
    """The edition of the certificate in force, which is one of this authority."""
    from components import x509

    server, authority = (_current(aws, parts[f"Secret::{name}"].id) for name in (_LEAF, "certificateauthority"))
    assert x509.misfit(server["SecretString"], authority["SecretString"], [_SERVER], []) == ""
    editions = {parts[name].outputs["versionId"]: edition for edition, name in _EDITIONS.items() if name in parts}
    return editions[server["VersionId"]]


def _current(aws: Clients, arn: str) -> dict[str, Any]:
    return aws("secretsmanager").get_secret_value(SecretId=arn)


_SERVER, _LEAF = "ldaps.acceptance.internal", "certificateauthority-server"
_EDITIONS = {
    edition: f"SecretVersion::{_LEAF}-{edition}-{hashlib.sha256(_SERVER.encode()).hexdigest()[:8]}"
    for edition in (1, 2)
}


def _database(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.database import Database, DatabaseArgs, mysql

    return Database(
        name,
        DatabaseArgs(
            engine=mysql("8.4.6"),
            instance_class="db.t4g.micro",
            storage=arguments["storage"],
            max_storage=100,
            database=None,
            username=arguments["username"],
            password=pulumi.Output.secret("a-long-password"),
            subnet_ids=ground.subnets,
            security_group_id=ground.groups[0],
            backup_days=7,
            protected=False,
        ),
        opts,
    )


def _instance(aws: Clients, parts: Parts) -> dict[str, Any]:
    (found,) = aws("rds").describe_db_instances(DBInstanceIdentifier="database")["DBInstances"]
    return {"storage": found["AllocatedStorage"], "username": found["MasterUsername"]}


def _databases(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.databases import Databases, DatabasesArgs

    args = DatabasesArgs(
        settings=settings(databases={"slurm": {}, "applications": {}, "backupDays": arguments["days"]}),
        subnet_ids=ground.subnets,
        applications_security_group_id=ground.groups[0],
        slurm_security_group_id=ground.groups[1],
    )
    return Databases(name, args, opts)


def _days(aws: Clients, parts: Parts) -> list[int]:
    found = aws("rds").describe_db_instances()["DBInstances"]
    mine = [one for one in found if one["DBInstanceIdentifier"].startswith("databases-")]
    return [one["BackupRetentionPeriod"] for one in mine]


_SLURM = "databases-slurm"

ROWS = [
    Component(
        token="hpcstack:index:Bucket",
        make=_bucket,
        first=lambda g: {"script": "one"},
        change=No("an object lies under the hash of its content, so that another content is another object"),
        replace=lambda g: {"script": "two"},
        replaced=frozenset({"BucketObjectv2::bucket-node-a.sh"}),
        look=_script,
        looks=lambda a: a["script"],
        drift=_suspend,
        drifted="BucketVersioning::bucket",
        vanish=lambda aws, parts: aws("s3").delete_bucket_policy(Bucket=parts["Bucket::bucket"].id),
        vanished=frozenset({"BucketPolicy::bucket"}),
    ),
    Component(
        token="hpcstack:index:Storage",
        make=_storage,
        first=lambda g: {"subnets": [g.subnets[0]], "group": g.groups[0]},
        change=lambda g: {"group": g.groups[1]},
        changed={"MountTarget::storage-home-0": frozenset({"securityGroups"})},
        replace=lambda g: {"subnets": [g.subnets[1]]},
        replaced=frozenset(
            {
                "MountTarget::storage-home-0",
                "LustreFileSystem::storage-fast",
                "DataRepositoryAssociation::storage-fast-in",
                "OntapFileSystem::storage-lab",
                "OntapStorageVirtualMachine::storage-lab",
                "OntapVolume::storage-lab",
                "OpenZfsFileSystem::storage-work",
            }
        ),
        look=_mount_target,
        looks=lambda a: [a["subnets"][0], a["group"]],
        drift=_regroup,
        drifted="MountTarget::storage-home-0",
        vanish=lambda aws, parts: aws("efs").delete_mount_target(MountTargetId=parts["MountTarget::storage-home-0"].id),
        vanished=frozenset({"MountTarget::storage-home-0"}),
    ),
    Component(
        token="hpcstack:index:TeamBuckets",
        make=_team_buckets,
        first=lambda g: {"days": 30, "access": "read"},
        change=lambda g: {"days": 60, "access": "write"},
        changed={
            "BucketLifecycleConfiguration::teambuckets-results": frozenset({"rules"}),
            "Policy::teambuckets-data": frozenset({"policy"}),
        },
        replace=No("nothing of a bucket is replaced but by its name, which makes another bucket"),
        look=_team_data,
        looks=lambda a: [a["days"], "s3:PutObject" if a["access"] == "write" else None],
        drift=_unversioned,
        drifted="BucketVersioning::teambuckets-results",
        vanish=lambda aws, parts: aws("s3").delete_bucket_policy(Bucket=parts["Bucket::teambuckets-results"].id),
        vanished=frozenset({"BucketPolicy::teambuckets-results"}),
    ),
    Component(
        token="hpcstack:index:Secret",
        make=_secret,
        first=lambda g: {"description": "first", "value": "correct-horse"},
        change=lambda g: {"description": "changed"},
        changed={"Secret::secret": frozenset({"description"})},
        replace=lambda g: {"value": "battery-staple"},
        replaced=frozenset({"SecretVersion::secret"}),
        look=_secret_value,
        looks=lambda a: a,
        drift=lambda aws, parts: aws("secretsmanager").update_secret(
            SecretId=parts["Secret::secret"].id, Description="by hand"
        ),
        drifted="Secret::secret",
        vanish=lambda aws, parts: _delete_secret(aws, parts["Secret::secret"].id),
        vanished=frozenset({"Secret::secret", "SecretVersion::secret"}),
    ),
    Component(
        token="hpcstack:index:SlurmRest",
        make=_slurm_rest,
        first=lambda g: {"secret": "one"},
        change=lambda g: {"secret": "two"},
        changed={_KEY_POLICY: frozenset({"policy"})},
        replace=No("nothing of it has to be made anew"),
        look=_readable_key,
        looks=lambda a: [_key_arn(a["secret"])],
        drift=_widen_key,
        drifted=_KEY_POLICY,
        vanish=_delete_key_policy,
        vanished=frozenset({_KEY_POLICY}),
    ),
    Component(
        token="hpcstack:index:CertificateAuthority",
        make=_authority,
        first=lambda g: {"edition": 1},
        change=No("nothing of it changes in place"),
        replace=lambda g: {"edition": 2},
        replaced=frozenset(),  # another edition is another version of the secret, beside the first
        look=_issued,
        looks=lambda a: a["edition"],
        drift=No("its secrets are the component Secret's"),
        vanish=lambda aws, parts: _delete_secret(aws, parts[f"Secret::{_LEAF}"].id),
        vanished=frozenset({f"Secret::{_LEAF}", _EDITIONS[2]}),
    ),
    Component(
        token="hpcstack:index:Database",
        make=_database,
        first=lambda g: {"storage": 20, "username": "first"},
        change=lambda g: {"storage": 40},
        changed={"Instance::database": frozenset({"allocatedStorage"})},
        replace=lambda g: {"username": "other"},
        replaced=frozenset({"Instance::database"}),
        look=_instance,
        looks=lambda a: a,
        drift=lambda aws, parts: aws("rds").modify_db_instance(
            DBInstanceIdentifier="database", BackupRetentionPeriod=1, ApplyImmediately=True
        ),
        drifted="Instance::database",
        vanish=lambda aws, parts: aws("rds").delete_db_instance(
            DBInstanceIdentifier="database", SkipFinalSnapshot=True
        ),
        vanished=frozenset({"Instance::database"}),
    ),
    Component(
        token="hpcstack:index:Databases",
        make=_databases,
        first=lambda g: {"days": 3},
        change=lambda g: {"days": 5},
        changed={
            "Instance::databases-applications": frozenset({"backupRetentionPeriod"}),
            "Instance::databases-slurm": frozenset({"backupRetentionPeriod"}),
        },
        replace=No("what replaces a database is proved of the component Database"),
        look=_days,
        looks=lambda a: [a["days"]] * 2,
        drift=lambda aws, parts: aws("secretsmanager").update_secret(
            SecretId=parts[f"Secret::{_SLURM}-db"].id, Description="by hand"
        ),
        drifted=f"Secret::{_SLURM}-db",
        vanish=lambda aws, parts: aws("rds").delete_db_instance(DBInstanceIdentifier=_SLURM, SkipFinalSnapshot=True),
        vanished=frozenset({f"Instance::{_SLURM}"}),
    ),
]
