"""The real ParallelCluster's own validators take the shared storage of every kind, made and existing."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from planning.cluster import Endpoints, NodeGroups
from planning.cluster.storage import shared_storage
from provider.cluster import Cluster
from provider.worker_client import Workers
from settings import load
from tests.emulator.provider_direct import Life, running
from tests.engine import provider_rig as rig

pytestmark = pytest.mark.emulator

_HOME = {"name": "home", "mountDir": "/home", "kind": "efs", "accessPoint": {"path": "/home"}, "iamAuthorization": True}
_LUSTRE = {"kind": "lustre", "mountDir": "/fast"}
_LINKED = {"name": "c", "fileSystemPath": "/c", "bucket": "data", "autoExportPolicy": ["NEW"]}
_VOLUME = "fsvol-0123456789abcdef0"
_EXISTING = (
    _HOME,
    {**_LUSTRE, "name": "fast"},
    {"name": "ontap", "mountDir": "/ontap", "kind": "ontap", "volumeId": _VOLUME},
    {"name": "zfs", "mountDir": "/zfs", "kind": "openzfs", "volumeId": _VOLUME},
)
_MANAGED = (
    {"name": "own", "mountDir": "/own", "managedByCluster": True, "throughputMode": "bursting"},
    {**_LUSTRE, "name": "fast", "managedByCluster": True, "dataRepositoryAssociations": [_LINKED]},
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[rig.Cloud, Workers]]:
    with running(tmp_path_factory.mktemp("cloud")) as found:
        yield found


def made(cloud: rig.Cloud, group: str) -> dict[str, str]:
    """What folders name, by their kinds; all in the subnet of the nodes."""
    efs, fsx, subnets = cloud.client("efs"), cloud.client("fsx"), [cloud.subnet]
    home = efs.create_file_system(CreationToken="home", Encrypted=True)["FileSystemId"]
    efs.create_mount_target(FileSystemId=home, SubnetId=cloud.subnet, SecurityGroups=[group])

    def system(kind: str, **configuration: Any) -> dict[str, Any]:
        asked = {"FileSystemType": kind, "StorageCapacity": 1200, "SubnetIds": subnets, "SecurityGroupIds": [group]}
        return fsx.create_file_system(**asked, **configuration)["FileSystem"]

    ontap = {"DeploymentType": "SINGLE_AZ_1", "ThroughputCapacity": 128}
    machine = fsx.create_storage_virtual_machine(
        FileSystemId=system("ONTAP", OntapConfiguration=ontap)["FileSystemId"], Name="svm"
    )["StorageVirtualMachine"]["StorageVirtualMachineId"]
    volume = {"StorageVirtualMachineId": machine, "JunctionPath": "/vol1", "SizeInMegabytes": 1024}
    zfs = {"DeploymentType": "SINGLE_AZ_1", "ThroughputCapacity": 64}
    return {
        "home": home,
        "point": efs.create_access_point(FileSystemId=home, RootDirectory={"Path": "/home"})["AccessPointId"],
        "fast": system("LUSTRE", LustreConfiguration={"DeploymentType": "SCRATCH_2"})["FileSystemId"],
        "ontap": fsx.create_volume(VolumeType="ONTAP", Name="vol1", OntapConfiguration=volume)["Volume"]["VolumeId"],
        "zfs": system("OPENZFS", OpenZFSConfiguration=zfs)["OpenZFSConfiguration"]["RootVolumeId"],
    }


def group_of(cloud: rig.Cloud) -> str:
    """One whose members reach each other."""
    ec2 = cloud.client("ec2")
    vpc = ec2.describe_subnets(SubnetIds=[cloud.subnet])["Subnets"][0]["VpcId"]
    group = ec2.create_security_group(GroupName="storage", Description="storage", VpcId=vpc)["GroupId"]
    within = [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=within)
    return group


def document(cloud: rig.Cloud, folders: Any, found: dict[str, str], group: str) -> dict[str, Any]:
    """The rig's cluster with the program's SharedStorage."""
    raw = {"hpcstack:team": "genomics", "hpcstack:email": "hpc@example.org", "hpcstack:region": rig.REGION}
    stored = json.dumps(
        {"folders": folders, "buckets": [{"name": "data"}]} | ({} if _HOME in folders else {"home": "cluster"})
    )
    endpoints = Endpoints(
        **dict.fromkeys(("ssm_policy_arn", "vpc_cidr", "ssh_sources", "node_policy_arn"), ""),
        public_subnet_ids=[],
        private_subnet_ids=[],
        security_groups=NodeGroups(head=[], compute=[], login=[], efa=[]),
        file_system_ids=found,
        access_point_ids={"home": found["point"]},
        data_paths={"data/": "s3://rig-data/"},
    )
    cluster = rig.document(cloud.subnet)
    shared = shared_storage(load({**raw, "hpcstack:storage": stored}), endpoints)
    nodes = [cluster["HeadNode"], cluster["LoginNodes"]["Pools"][0], cluster["Scheduling"]["SlurmQueues"][0]]
    for node in nodes:
        node["Networking"] = {**node["Networking"], "AdditionalSecurityGroups": [group]}
    return {**cluster, "SharedStorage": shared}


def test_validators_take_every_kind(place: tuple[rig.Cloud, Workers]) -> None:
    cloud, workers = place
    cloud.client("s3").create_bucket(Bucket="rig-data")
    group = group_of(cloud)
    found = made(cloud, group)
    life = Life(Cluster(workers), "stored")

    def refused(folders: Any, groups: str) -> list[str]:
        given = {"region": rig.REGION, "version": rig.VERSION, "clusterName": "stored"}
        asked = {**given, "configuration": document(cloud, folders, found, groups)}
        return [one.reason for one in life.kind.check("stored", {}, asked, b"seed", life.task()).failures]

    assert refused(_EXISTING, group) == []
    assert refused(_MANAGED, group) == []
    # Nodes outside of the group reach none of them: the validators did look.
    other = cloud.client("ec2").describe_security_groups(GroupNames=["default"])["SecurityGroups"][0]["GroupId"]
    unreachable = " ".join(refused(_EXISTING, other))
    assert all(found[kind] in unreachable for kind in ("home", "fast"))
    assert unreachable.count("does not satisfy mounting requirement") >= 3
