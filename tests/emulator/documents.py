"""What a cluster needs beforehand, and documents of ParallelCluster for it."""

from dataclasses import dataclass
from typing import Any

from tests.emulator.rig import REGION, Emulator

BUCKET = "team-scripts"
_SCRIPT = {"OnNodeConfigured": {"Script": f"s3://{BUCKET}/configured.sh", "Args": ["a"]}}


@dataclass(frozen=True)
class Site:
    """Ids of a subnet, of a security group whose members reach each other, and of file systems."""

    subnet: str
    group: str
    home: str
    scratch: str


def prepare(emulator: Emulator) -> Site:
    """Make a private subnet, file systems, a key pair and a script."""
    ec2, efs, s3 = (emulator.client(service) for service in ("ec2", "efs", "s3"))
    vpc = ec2.create_vpc(CidrBlock="10.30.0.0/16")["Vpc"]["VpcId"]
    for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
        ec2.modify_vpc_attribute(VpcId=vpc, **{attribute: {"Value": True}})
    zone = {"VpcId": vpc, "AvailabilityZone": f"{REGION}a"}
    subnet = ec2.create_subnet(CidrBlock="10.30.0.0/20", **zone)["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="nodes", Description="nodes", VpcId=vpc)["GroupId"]
    within = [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=within)
    ec2.create_key_pair(KeyName="team", KeyType="ed25519")
    home = efs.create_file_system(CreationToken="home", Encrypted=True)["FileSystemId"]
    efs.create_mount_target(FileSystemId=home, SubnetId=subnet, SecurityGroups=[group])
    scratch = emulator.client("fsx").create_file_system(
        FileSystemType="LUSTRE",
        StorageCapacity=1200,
        SubnetIds=[subnet],
        SecurityGroupIds=[group],
        LustreConfiguration={"DeploymentType": "SCRATCH_2"},
    )["FileSystem"]["FileSystemId"]
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="configured.sh", Body=b"#!/bin/sh\n")
    return Site(subnet, group, home, scratch)


def image(site: Site, parent: str) -> dict[str, Any]:
    build = {
        "InstanceType": "c5.xlarge",
        "ParentImage": parent,
        "SubnetId": site.subnet,
        "SecurityGroupIds": [site.group],
    }
    return {"Region": REGION, "Image": {"Name": "team-image", "RootVolume": {"Size": 60}}, "Build": build}


def cluster(site: Site, ami: str | None = None) -> dict[str, Any]:
    """One login pool, a queue of two instance types and one with EFA, EFS and FSx for Lustre, a script on every node."""
    return {
        "Region": REGION,
        "Image": {"Os": "alinux2023", **({"CustomAmi": ami} if ami else {})},
        "HeadNode": {
            "InstanceType": "t3.large",
            "Networking": {"SubnetId": site.subnet, "AdditionalSecurityGroups": [site.group]},
            "Ssh": {"KeyName": "team"},
            "CustomActions": _SCRIPT,
            "Iam": {"S3Access": [{"BucketName": BUCKET}]},
        },
        "LoginNodes": {"Pools": [_pool(site)]},
        "Scheduling": {"Scheduler": "slurm", "SlurmQueues": [_mixed_queue(site), _efa_queue(site)]},
        "SharedStorage": _storage(site),
    }


def _networking(site: Site) -> dict[str, Any]:
    return {"SubnetIds": [site.subnet], "AdditionalSecurityGroups": [site.group]}


def _pool(site: Site) -> dict[str, Any]:
    return {
        "Name": "login",
        "InstanceType": "t3.medium",
        "Count": 1,
        "Networking": _networking(site),
        "CustomActions": _SCRIPT,
    }


def _mixed_queue(site: Site) -> dict[str, Any]:
    types = [{"InstanceType": "c5.xlarge"}, {"InstanceType": "c5a.xlarge"}]
    return {
        "Name": "mixed",
        "Networking": _networking(site),
        "CustomActions": _SCRIPT,
        "ComputeResources": [{"Name": "mixed", "Instances": types, "MaxCount": 4}],
    }


def _efa_queue(site: Site) -> dict[str, Any]:
    types = [{"InstanceType": "c5n.18xlarge"}]
    return {
        "Name": "mpi",
        "Networking": {**_networking(site), "PlacementGroup": {"Enabled": True}},
        "ComputeResources": [{"Name": "mpi", "Instances": types, "MaxCount": 2, "Efa": {"Enabled": True}}],
    }


def _storage(site: Site) -> list[dict[str, Any]]:
    home = {"Name": "home", "StorageType": "Efs", "MountDir": "/home", "EfsSettings": {"FileSystemId": site.home}}
    lustre = {"FileSystemId": site.scratch}
    return [home, {"Name": "scratch", "StorageType": "FsxLustre", "MountDir": "/scratch", "FsxLustreSettings": lustre}]
