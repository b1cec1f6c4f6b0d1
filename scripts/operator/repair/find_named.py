"""Objects whose names or places are in the inputs: IAM, Image Builder, RDS, S3, Secrets Manager, EFS, directories."""

from collections.abc import Iterator

from scripts.operator.repair.finding import Finder, Wanted, pages
from scripts.operator.repair.plan import Found


def role(wanted: Wanted) -> Iterator[Found]:
    for one in pages(wanted.client("iam"), "list_roles", "Roles"):
        if wanted.named(one["RoleName"]):
            tags = wanted.client("iam").list_role_tags(RoleName=one["RoleName"])["Tags"]
            yield Found(one["RoleName"], wanted.bears(tags))


def policy(wanted: Wanted) -> Iterator[Found]:
    for one in pages(wanted.client("iam"), "list_policies", "Policies", Scope="Local"):
        if wanted.named(one["PolicyName"]):
            tags = wanted.client("iam").list_policy_tags(PolicyArn=one["Arn"])["Tags"]
            yield Found(one["Arn"], wanted.bears(tags))


def instance_profile(wanted: Wanted) -> Iterator[Found]:
    for one in pages(wanted.client("iam"), "list_instance_profiles", "InstanceProfiles"):
        if wanted.named(name := one["InstanceProfileName"]):
            tags = wanted.client("iam").list_instance_profile_tags(InstanceProfileName=name)["Tags"]
            yield Found(name, wanted.bears(tags))


def role_policy(wanted: Wanted) -> Iterator[Found]:
    role, name = wanted.text("role"), wanted.text("name")
    wanted.client("iam").get_role_policy(RoleName=role, PolicyName=name)
    yield Found(f"{role}:{name}")


def attachment(wanted: Wanted) -> Iterator[Found]:
    role, arn = wanted.text("role"), wanted.text("policyArn")
    attached = pages(wanted.client("iam"), "list_attached_role_policies", "AttachedPolicies", RoleName=role)
    if any(one["PolicyArn"] == arn for one in attached):
        yield Found(f"{role}/{arn}")


def rds(call: str, key: str, argument: str, arn: str, own: str = "name") -> Finder:
    """Finds an object of RDS by its name, the input `own`."""

    def find(wanted: Wanted) -> Iterator[Found]:
        asked = {} if wanted.automatic(own) else {argument: wanted.text(own)}
        for one in pages(wanted.client("rds"), call, key, **asked):
            if wanted.named(name := one[argument], own):
                tags = wanted.client("rds").list_tags_for_resource(ResourceName=one[arn])["TagList"]
                yield Found(name, wanted.bears(tags), {own: name})

    return find


def secret(wanted: Wanted) -> Iterator[Found]:
    for one in pages(wanted.client("secretsmanager"), "list_secrets", "SecretList"):
        if wanted.named(one["Name"]):
            yield Found(one["ARN"], wanted.bears(one.get("Tags")))


def secret_version(wanted: Wanted) -> Iterator[Found]:
    arn = wanted.text("secretId")
    stages = wanted.client("secretsmanager").describe_secret(SecretId=arn).get("VersionIdsToStages", {})
    for version, names in stages.items():
        if "AWSCURRENT" in names:
            yield Found(f"{arn}|{version}")


def file_system(wanted: Wanted) -> Iterator[Found]:
    for one in pages(wanted.client("efs"), "describe_file_systems", "FileSystems"):
        if one["LifeCycleState"] not in ("deleting", "deleted") and wanted.bears(one.get("Tags")):
            yield Found(one["FileSystemId"])


def mount_target(wanted: Wanted) -> Iterator[Found]:
    system, subnet = wanted.text("fileSystemId"), wanted.text("subnetId")
    for one in pages(wanted.client("efs"), "describe_mount_targets", "MountTargets", FileSystemId=system):
        if one["SubnetId"] == subnet and one["LifeCycleState"] not in ("deleting", "deleted"):
            yield Found(one["MountTargetId"])


def directory(wanted: Wanted) -> Iterator[Found]:
    ds, vpc = wanted.client("ds"), (wanted.inputs.get("vpcSettings") or {}).get("vpcId")
    for one in pages(ds, "describe_directories", "DirectoryDescriptions"):
        same = one["Name"] == wanted.text("name") and one.get("VpcSettings", {}).get("VpcId") == vpc
        if same and one["Stage"] not in ("Deleted", "Deleting", "Failed"):
            tags = ds.list_tags_for_resource(ResourceId=one["DirectoryId"])["Tags"]
            yield Found(one["DirectoryId"], wanted.bears(tags))


def image_component(wanted: Wanted) -> Iterator[Found]:
    builder, name, version = wanted.client("imagebuilder"), wanted.text("name"), wanted.text("version")
    filters = [{"name": "name", "values": [name]}]
    for one in pages(builder, "list_components", "componentVersionList", owner="Self", filters=filters):
        if (one["name"], one["version"]) == (name, version):
            builds = pages(
                builder, "list_component_build_versions", "componentSummaryList", componentVersionArn=one["arn"]
            )
            for build in builds:
                tags = [{"Key": key, "Value": value} for key, value in build.get("tags", {}).items()]
                yield Found(build["arn"], wanted.bears(tags))


FINDERS: dict[str, Finder] = {
    "aws:imagebuilder/component:Component": image_component,
    "aws:iam/role:Role": role,
    "aws:iam/policy:Policy": policy,
    "aws:iam/instanceProfile:InstanceProfile": instance_profile,
    "aws:iam/rolePolicy:RolePolicy": role_policy,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": attachment,
    "aws:rds/subnetGroup:SubnetGroup": rds(
        "describe_db_subnet_groups", "DBSubnetGroups", "DBSubnetGroupName", "DBSubnetGroupArn"
    ),
    "aws:rds/parameterGroup:ParameterGroup": rds(
        "describe_db_parameter_groups", "DBParameterGroups", "DBParameterGroupName", "DBParameterGroupArn"
    ),
    "aws:rds/instance:Instance": rds(
        "describe_db_instances", "DBInstances", "DBInstanceIdentifier", "DBInstanceArn", "identifier"
    ),
    "aws:secretsmanager/secret:Secret": secret,
    "aws:secretsmanager/secretVersion:SecretVersion": secret_version,
    "aws:efs/fileSystem:FileSystem": file_system,
    "aws:efs/mountTarget:MountTarget": mount_target,
    "aws:directoryservice/directory:Directory": directory,
}
