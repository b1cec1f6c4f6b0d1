"""A document that has a key of every update policy, and changes of these keys."""

from typing import Any

from tests.emulator.verdicts.drawing import Document
from tests.emulator.verdicts.rig import Site

GONE = object()
"""The new value of a key that is taken away."""

_ARN = "arn:aws:iam::123456789012"
_SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret"
QUEUE = "Scheduling.SlurmQueues.0"
RESOURCE = f"{QUEUE}.ComputeResources.0"
POOL = "LoginNodes.Pools.0"
_SLURM = "Scheduling.SlurmSettings"


def document(site: Site, strategy: str) -> Document:
    """`strategy` is the QueueUpdateStrategy, which decides what may be changed while nodes run."""
    return {
        "Image": {"Os": "alinux2023"},
        "Imds": {"ImdsSupport": "v2.0"},
        "HeadNode": {
            "InstanceType": "t3.medium",
            "Networking": {"SubnetId": site.subnets[0]},
            "Iam": {"S3Access": [{"BucketName": "team"}]},
            "CustomActions": {"OnNodeUpdated": {"Script": "s3://team/updated.sh"}},
        },
        "LoginNodes": {"Pools": [_pool(site, "login"), _pool(site, "vis")]},
        "Scheduling": {
            "Scheduler": "slurm",
            "SlurmSettings": {"QueueUpdateStrategy": strategy, "ScaledownIdletime": 10},
            "SlurmQueues": [_queue(site, "cpu"), _queue(site, "mpi")],
        },
        "SharedStorage": [
            {"Name": "home", "MountDir": "/home", "StorageType": "Efs", "EfsSettings": {"Encrypted": True}},
            {"Name": "scratch", "MountDir": "/scratch", "StorageType": "FsxLustre", "FsxLustreSettings": _LUSTRE},
        ],
        "DirectoryService": {
            "DomainName": "hpc.example.org",
            "DomainAddr": "ldaps://one.example.org",
            "PasswordSecretArn": f"{_SECRET}:reader",
            "DomainReadOnlyUser": "cn=Reader,dc=hpc,dc=example,dc=org",
        },
        "Monitoring": {"Logs": {"CloudWatch": {"RetentionInDays": 14}}},
        "Tags": [{"Key": "project", "Value": "one"}],
        "DevSettings": {"Cookbook": {"ExtraChefAttributes": '{"a": 1}'}},
    }


_EFS = {"Name": "data", "MountDir": "/data", "StorageType": "Efs"}
_LUSTRE = {"StorageCapacity": 1200, "DeploymentType": "SCRATCH_2"}


def _pool(site: Site, name: str) -> Document:
    return {"Name": name, "InstanceType": "t3.medium", "Count": 1, "Networking": {"SubnetIds": site.subnets[:1]}}


def _queue(site: Site, name: str) -> Document:
    return {
        "Name": name,
        "CapacityType": "ONDEMAND",
        "Networking": {"SubnetIds": site.subnets[:1], "PlacementGroup": {"Enabled": True}},
        "ComputeSettings": {"LocalStorage": {"RootVolume": {"Size": 60}}},
        "ComputeResources": [_resource("one"), _resource("two")],
        "Tags": [{"Key": "queue", "Value": name}],
    }


def _resource(name: str) -> Document:
    types = [{"InstanceType": "c5.xlarge"}, {"InstanceType": "c5a.xlarge"}]
    return {"Name": name, "Instances": types, "MinCount": 1, "MaxCount": 4}


def changes(site: Site) -> list[tuple[str, str, Any]]:
    """Update policy, path of the key with list items by number, new value."""
    return [
        ("LOGIN_NODES_STOP", "LoginNodes", GONE),
        ("LOGIN_NODES_POOLS_UPDATE_POLICY", "LoginNodes.Pools.1", GONE),
        ("LOGIN_NODES_POOLS_UPDATE_POLICY", "LoginNodes.Pools.2", _pool(site, "third")),
        ("LOGIN_NODES_POOL_STOP", f"{POOL}.InstanceType", "m5.large"),
        ("LOGIN_NODES_POOL_STOP", f"{POOL}.Networking.SubnetIds", site.subnets[1:]),
        ("LOGIN_NODES_POOL_STOP", f"{POOL}.Ssh", {"AllowedIps": "10.0.0.0/8"}),
        ("SUPPORTED", f"{POOL}.Count", 2),
        ("SUPPORTED", "HeadNode.Iam.S3Access.1", {"BucketName": "shared"}),
        ("SUPPORTED", "HeadNode.CustomActions.OnNodeUpdated.Script", "s3://team/other.sh"),
        ("SUPPORTED", "Monitoring.Logs.CloudWatch.RetentionInDays", 90),
        ("SUPPORTED", f"{RESOURCE}.CustomSlurmSettings", {"Weight": 5}),
        ("UNSUPPORTED", "HeadNode.InstanceType", "m5.large"),
        ("UNSUPPORTED", "HeadNode.Networking.SubnetId", site.subnets[1]),
        ("UNSUPPORTED", "Imds.ImdsSupport", "v1.0"),
        ("UNSUPPORTED", "SharedStorage.0.EfsSettings.Encrypted", False),
        ("UNSUPPORTED", "HeadNode.SharedStorageType", "Efs"),
        ("IGNORED", f"{_SLURM}.QueueUpdateStrategy", "COMPUTE_FLEET_STOP"),
        ("COMPUTE_FLEET_STOP", f"{_SLURM}.ScaledownIdletime", 5),
        ("COMPUTE_FLEET_STOP", f"{_SLURM}.EnableMemoryBasedScheduling", True),
        ("COMPUTE_FLEET_STOP", "Monitoring.DetailedMonitoring", True),
        ("COMPUTE_AND_LOGIN_NODES_STOP", "DirectoryService.DomainName", "other.example.org"),
        ("COMPUTE_AND_LOGIN_NODES_STOP", "DirectoryService.LdapTlsReqCert", "hard"),
        ("COMPUTE_AND_LOGIN_NODES_STOP", "DirectoryService", GONE),
        ("RESIZE_UPDATE_STRATEGY_ON_REMOVE", f"{RESOURCE}.MaxCount", 3),
        ("RESIZE_UPDATE_STRATEGY_ON_REMOVE", f"{RESOURCE}.MaxCount", 5),
        ("RESIZE_UPDATE_STRATEGY_ON_REMOVE", f"{RESOURCE}.MinCount", 0),
        ("RESIZE_UPDATE_STRATEGY_ON_REMOVE", "Scheduling.SlurmQueues.1", GONE),
        ("RESIZE_UPDATE_STRATEGY_ON_REMOVE", f"{QUEUE}.ComputeResources.1", GONE),
        ("QUEUE_UPDATE_STRATEGY", f"{QUEUE}.CapacityType", "SPOT"),
        ("QUEUE_UPDATE_STRATEGY", f"{QUEUE}.ComputeSettings.LocalStorage.RootVolume.Size", 80),
        ("QUEUE_UPDATE_STRATEGY", f"{QUEUE}.Tags.0.Value", "other"),
        ("QUEUE_UPDATE_STRATEGY", f"{RESOURCE}.SchedulableMemory", 1000),
        ("COMPUTE_FLEET_STOP_ON_REMOVE", f"{RESOURCE}.Instances.1", GONE),
        ("COMPUTE_FLEET_STOP_ON_REMOVE", f"{RESOURCE}.Instances.2", {"InstanceType": "m5.xlarge"}),
        ("MANAGED_PLACEMENT_GROUP", f"{QUEUE}.Networking.PlacementGroup.Enabled", False),
        ("MANAGED_PLACEMENT_GROUP", f"{RESOURCE}.Networking", {"PlacementGroup": {"Enabled": False}}),
        ("MANAGED_FSX", f"{QUEUE}.Networking.SubnetIds", site.subnets[1:]),
        ("SHARED_STORAGE_UPDATE_POLICY", "SharedStorage.2", {**_EFS, "EfsSettings": {"FileSystemId": "fs-01234567"}}),
        ("SHARED_STORAGE_UPDATE_POLICY", "SharedStorage.2", _EFS),
        ("SHARED_STORAGE_UPDATE_POLICY", "SharedStorage.1", GONE),
        ("SUPPORTED_UNLESS_ADC", "Tags.0.Value", "two"),
        ("SUPPORTED_UNLESS_ADC", "Tags.1", {"Key": "cost", "Value": "1"}),
        ("READ_ONLY_RESOURCE_BUCKET", "CustomS3Bucket", "team"),
        ("EXTRA_CHEF_ATTRIBUTES", "DevSettings.Cookbook.ExtraChefAttributes", '{"a": 2}'),
    ]
