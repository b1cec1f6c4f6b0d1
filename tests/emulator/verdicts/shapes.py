"""The shape of a cluster's document as ParallelCluster 3.16 has it, with a few values for each key."""

from tests.emulator.verdicts.drawing import Items, One, Section
from tests.emulator.verdicts.rig import POOLS, Site

_FLAG = (True, False)
_GROUPS = (["sg-0123456789abcdef0"], ["sg-0123456789abcdef0", "sg-0123456789abcdef1"])
_CIDRS = ("10.0.0.0/8", "192.0.2.0/24")
_ARN = "arn:aws:iam::123456789012"
_SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret"
_SCRIPTS = ("s3://team/one.sh", "s3://team/two.sh")


def _script() -> Section:
    return Section({"Script": One(_SCRIPTS, 1), "Args": One((["a"], ["a", "b"]))})


def _custom_actions() -> Section:
    return Section({"OnNodeStart": _script(), "OnNodeConfigured": _script(), "OnNodeUpdated": _script()}, 0.3)


def _policies() -> Items:
    return Items("Policy", tuple(f"{_ARN}:policy/{name}" for name in ("a", "b", "c")), Section({}))


def _access() -> Items:
    return Items("BucketName", ("team", "shared"), Section({"EnableWriteAccess": One(_FLAG)}))


def _tags() -> Items:
    return Items("Key", ("project", "owner", "cost"), Section({"Value": One(("1", "2"), 1)}))


def _placement() -> Section:
    return Section({"Enabled": One(_FLAG, 0.8), "Name": One(("near", "nearer"), 0.3)}, 0.4)


def _root_volume() -> Section:
    return Section(
        {"Size": One((60, 80)), "Encrypted": One(_FLAG), "VolumeType": One(("gp3", "io2")), "Iops": One((3000,))}
    )


def _head_node(site: Site) -> Section:
    networking = {
        "SubnetId": One((*site.subnets[:1] * 3, site.subnets[1]), 1),
        "AdditionalSecurityGroups": One(_GROUPS),
    }
    return Section(
        {
            "InstanceType": One(("t3.medium", "t3.medium", "m5.large"), 1),
            "Networking": Section(networking, 1),
            "DisableSimultaneousMultithreading": One(_FLAG, 0.1),
            "Ssh": Section({"KeyName": One(("team",), 0.9), "AllowedIps": One(_CIDRS)}),
            "LocalStorage": Section({"RootVolume": _root_volume()}),
            "SharedStorageType": One(("Ebs", "Efs"), 0.1),
            "Dcv": Section({"Enabled": One(_FLAG, 1), "AllowedIps": One(_CIDRS)}, 0.2),
            "CustomActions": _custom_actions(),
            "Iam": Section({"AdditionalIamPolicies": _policies(), "S3Access": _access()}),
            "Imds": Section({"Secured": One(_FLAG, 1)}, 0.2),
        },
        1,
    )


def _login_pool(site: Site) -> Section:
    return Section(
        {
            "InstanceType": One(("t3.medium", "m5.large"), 1),
            "Count": One((0, 1, 2), 1),
            "Networking": Section(
                {"SubnetIds": One((site.subnets[:1],), 1), "AdditionalSecurityGroups": One(_GROUPS)}, 1
            ),
            "GracetimePeriod": One((10, 20)),
            "Image": Section({"CustomAmi": One(site.amis, 1)}, 0.2),
            "Ssh": Section({"AllowedIps": One(_CIDRS, 1)}, 0.2),
            "Iam": Section({"AdditionalIamPolicies": _policies()}),
            "CustomActions": _custom_actions(),
        }
    )


def _compute_resource() -> Section:
    instances = Items("InstanceType", ("c5.xlarge", "c5a.xlarge", "m5.xlarge"), Section({}), least=1, likely=1)
    return Section(
        {
            "Instances": instances,
            "MinCount": One((0, 1, 2), 0.7),
            "MaxCount": One((4, 6, 8), 0.8),
            "SpotPrice": One((1.1, 2.2), 0.2),
            "SchedulableMemory": One((1000, 2000), 0.2),
            "Efa": Section({"Enabled": One(_FLAG, 1)}, 0.2),
            "DisableSimultaneousMultithreading": One(_FLAG, 0.2),
            "Networking": Section({"PlacementGroup": _placement()}, 0.3),
            "HealthChecks": Section({"Gpu": Section({"Enabled": One(_FLAG, 1)}, 1)}, 0.2),
            "CustomSlurmSettings": One(({"Weight": 2}, {"Weight": 3}), 0.2),
            "StaticNodePriority": One((1, 2), 0.2),
            "Tags": _tags(),
        }
    )


def _queue(site: Site) -> Section:
    networking = {
        "SubnetIds": One((site.subnets[:1], site.subnets[:1], site.subnets), 1),
        "PlacementGroup": _placement(),
        "AdditionalSecurityGroups": One(_GROUPS),
        "AssignPublicIp": One(_FLAG, 0.1),
    }
    return Section(
        {
            "CapacityType": One(("ONDEMAND", "SPOT"), 0.6),
            "AllocationStrategy": One(("lowest-price", "capacity-optimized")),
            "Networking": Section(networking, 1),
            "ComputeResources": Items("Name", ("one", "two", "three"), _compute_resource(), least=1, likely=1),
            "ComputeSettings": Section({"LocalStorage": Section({"RootVolume": _root_volume()}, 1)}),
            "CustomActions": _custom_actions(),
            "Iam": Section({"AdditionalIamPolicies": _policies(), "S3Access": _access()}),
            "Image": Section({"CustomAmi": One(site.amis, 1)}, 0.2),
            "CustomSlurmSettings": One(({"GraceTime": 10}, {"GraceTime": 20}), 0.2),
            "JobExclusiveAllocation": One(_FLAG, 0.2),
            "HealthChecks": Section({"Gpu": Section({"Enabled": One(_FLAG, 1)}, 1)}, 0.2),
            "Tags": _tags(),
        }
    )


def _slurm_settings() -> Section:
    database = {
        "Uri": One(("db.example.org:3306", "other.example.org:3306"), 1),
        "UserName": One(("slurm", "admin"), 1),
        "PasswordSecretArn": One((f"{_SECRET}:one", f"{_SECRET}:two"), 1),
        "DatabaseName": One(("slurm_a", "slurm_b")),
    }
    return Section(
        {
            "ScaledownIdletime": One((5, 10)),
            "QueueUpdateStrategy": One(("DRAIN", "TERMINATE", "COMPUTE_FLEET_STOP"), 0.6),
            "EnableMemoryBasedScheduling": One(_FLAG),
            "CustomSlurmSettings": One(
                ([{"PriorityType": "priority/multifactor"}], [{"PriorityType": "priority/basic"}])
            ),
            "Database": Section(database, 0.3),
            "Dns": Section({"DisableManagedDns": One(_FLAG, 1)}, 0.1),
        }
    )


def _storage() -> Section:
    efs = {
        "ThroughputMode": One(("provisioned", "bursting")),
        "ProvisionedThroughput": One((64, 128)),
        "Encrypted": One(_FLAG, 0.2),
        "DeletionPolicy": One(("Delete", "Retain")),
    }
    return Section(
        {
            "StorageType": One(("Efs",), 1),
            "MountDir": One(("/shared",), 1),
            "EfsSettings": Section(efs, 0.7),
        }
    )


def _directory() -> Section:
    return Section(
        {
            "DomainName": One(("hpc.example.org", "dc=hpc,dc=example,dc=org"), 1),
            "DomainAddr": One(("ldaps://one.example.org", "ldaps://two.example.org"), 1),
            "PasswordSecretArn": One((f"{_SECRET}:reader", f"{_SECRET}:other"), 1),
            "DomainReadOnlyUser": One(("cn=Reader,dc=hpc,dc=example,dc=org",), 1),
            "LdapTlsReqCert": One(("hard", "demand")),
            "GenerateSshKeysForUsers": One(_FLAG),
            "AdditionalSssdConfigs": One(({"override_homedir": "/home/%u"}, {"override_homedir": "/work/%u"})),
        },
        0.3,
    )


def cluster(site: Site) -> Section:
    """The whole document; `site` is where the cluster is."""
    logs = {"Enabled": One(_FLAG, 0.1), "RetentionInDays": One((14, 90)), "DeletionPolicy": One(("Delete", "Retain"))}
    monitoring = {
        "DetailedMonitoring": One(_FLAG, 0.2),
        "Logs": Section({"CloudWatch": Section(logs, 1)}, 0.5),
        "Dashboards": Section({"CloudWatch": Section({"Enabled": One(_FLAG, 1)}, 1)}, 0.2),
        "Alarms": Section({"Enabled": One(_FLAG, 1)}, 0.2),
    }
    scheduling = {
        "Scheduler": One(("slurm",), 1),
        "ScalingStrategy": One(("all-or-nothing", "best-effort"), 0.2),
        "SlurmSettings": _slurm_settings(),
        "SlurmQueues": Items("Name", ("cpu", "gpu", "mpi", "spot"), _queue(site), least=1, likely=1),
    }
    timeouts = {"HeadNodeBootstrapTimeout": One((1800, 2400)), "ComputeNodeBootstrapTimeout": One((1800, 2400))}
    return Section(
        {
            "Image": Section({"Os": One(("alinux2023",), 1), "CustomAmi": One(site.amis, 0.1)}, 1),
            "HeadNode": _head_node(site),
            "LoginNodes": Section({"Pools": Items("Name", POOLS, _login_pool(site), least=1, likely=1)}, 0.7),
            "Scheduling": Section(scheduling, 1),
            "SharedStorage": Items("Name", ("home", "work"), _storage(), likely=0.4),
            "DirectoryService": _directory(),
            "Monitoring": Section(monitoring),
            "Iam": Section(
                {"PermissionsBoundary": One((f"{_ARN}:policy/limit",)), "ResourcePrefix": One(("team",), 0.1)}, 0.2
            ),
            "Imds": Section({"ImdsSupport": One(("v1.0", "v2.0"), 1)}, 0.2),
            "Tags": _tags(),
            "DevSettings": Section({"Timeouts": Section(timeouts, 1)}, 0.1),
            "DeploymentSettings": Section(
                {"DefaultUserHome": One(("Shared", "Local"), 0.5), "DisableSudoAccessForDefaultUser": One(_FLAG, 0.5)},
                0.1,
            ),
        }
    )
