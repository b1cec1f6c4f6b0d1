"""What the look at existing file systems finds in an account, and what is said of it."""

from collections.abc import Iterator
from typing import Any

import pytest

from components import existing_folders
from planning.existing_folders import ExistingFolders, Place
from planning.mountable import problems, remarks
from settings import Settings
from tests.emulator.rig import REGION, shared
from tests.unit.test_settings import load_with

pytestmark = pytest.mark.emulator

_TAGS = [("hpcstack:team", "genomics"), ("hpcstack:stack", "looked"), ("Name", "genomics-looked")]
_ABSENT = {"fileSystemId": "fs-0123456789abcdef0", "volumeId": "fsvol-0123456789abcdef0"}


@pytest.fixture(scope="module")
def ground() -> dict[str, str]:
    """The network of the stack `looked`, and file systems in it that nodes can mount."""
    aws = shared()
    ec2, efs, fsx = aws.client("ec2"), aws.client("efs"), aws.client("fsx")
    vpc = ec2.create_vpc(CidrBlock="10.71.0.0/16")["Vpc"]["VpcId"]
    subnet = _subnet(ec2, vpc, "10.71.1.0/24", "a")
    ec2.create_tags(Resources=[vpc, subnet], Tags=[{"Key": key, "Value": value} for key, value in _TAGS])
    group = ec2.create_security_group(GroupName="looked-at", Description="files", VpcId=vpc)["GroupId"]
    ranges = [{"CidrIp": "10.71.0.0/16"}]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {"IpProtocol": kind, "FromPort": 0, "ToPort": 65535, "IpRanges": ranges} for kind in ("tcp", "udp")
        ],
    )

    home = efs.create_file_system(CreationToken="looked-at", Encrypted=False)["FileSystemId"]
    efs.create_mount_target(FileSystemId=home, SubnetId=subnet, SecurityGroups=[group])
    point = efs.create_access_point(FileSystemId=home, RootDirectory={"Path": "/home"})["AccessPointId"]

    def system(kind: str, **configuration: Any) -> dict[str, Any]:
        asked = {"FileSystemType": kind, "StorageCapacity": 1200, "SubnetIds": [subnet], "SecurityGroupIds": [group]}
        return fsx.create_file_system(**asked, **configuration)["FileSystem"]

    ontap = system("ONTAP", OntapConfiguration={"DeploymentType": "SINGLE_AZ_1", "ThroughputCapacity": 128})
    made = fsx.create_storage_virtual_machine(FileSystemId=ontap["FileSystemId"], Name="svm")
    machine = made["StorageVirtualMachine"]["StorageVirtualMachineId"]

    def volume(name: str, **place: str) -> str:
        asked = {"StorageVirtualMachineId": machine, "SizeInMegabytes": 1024, **place}
        return fsx.create_volume(VolumeType="ONTAP", Name=name, OntapConfiguration=asked)["Volume"]["VolumeId"]

    zfs = system("OPENZFS", OpenZFSConfiguration={"DeploymentType": "SINGLE_AZ_1", "ThroughputCapacity": 64})
    return {
        "vpc": vpc,
        "subnet": subnet,
        "group": group,
        "home": home,
        "point": point,
        "fast": system("LUSTRE", LustreConfiguration={"DeploymentType": "SCRATCH_2"})["FileSystemId"],
        "server": ontap["FileSystemId"],
        "ontap": volume("lab", JunctionPath="/lab"),
        "loose": volume("loose"),
        "zfs": zfs["OpenZFSConfiguration"]["RootVolumeId"],
    }


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in shared().environment().items():
        monkeypatch.setenv(name, value)


def _subnet(ec2: Any, vpc: str, cidr: str, zone: str) -> str:
    made = ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=f"{REGION}{zone}")
    return made["Subnet"]["SubnetId"]


def _folder(name: str, kind: str = "efs", **named: str) -> dict[str, str]:
    return {"name": name, "mountDir": f"/{name}", "kind": kind, **named}


def _fitting(ground: dict[str, str]) -> list[dict[str, str]]:
    return [
        _folder("home", fileSystemId=ground["home"], accessPointId=ground["point"]),
        _folder("fast", "lustre", fileSystemId=ground["fast"]),
        _folder("lab", "ontap", volumeId=ground["ontap"]),
        _folder("zfs", "openzfs", volumeId=ground["zfs"]),
    ]


def _look(folders: list[dict[str, str]], stack: str = "looked", **sections: Any) -> tuple[Settings, ExistingFolders]:
    settings = load_with(region=REGION, storage={"folders": folders}, **sections)
    return settings, existing_folders.begin(settings, stack)()


def test_what_nodes_can_mount_is_found_and_has_no_fault(ground: dict[str, str]) -> None:
    settings, found = _look(_fitting(ground))
    systems = [one for one in found.systems.values() if one]
    assert [(one.kind, one.vpc_id) for one in systems] == [
        (kind, ground["vpc"]) for kind in ("efs", "lustre", "ontap", "openzfs")
    ]
    assert found.ground
    assert found.ground.private == (Place(f"{REGION}a", "10.71.1.0/24"),)
    assert list(problems(settings, found, found.ground)) == []
    (line,) = remarks(settings, found)
    assert f"folders[0].fileSystemId: {ground['home']} is not encrypted at rest" in line
    (line,) = remarks(*_look([_folder("home", "lustre", fileSystemId=ground["fast"])]))
    assert f"{ground['fast']} is scratch" in line


def test_what_is_wrong_with_real_file_systems_is_all_told(ground: dict[str, str]) -> None:
    folders = [
        _folder("gone", fileSystemId=_ABSENT["fileSystemId"]),
        _folder("away", "openzfs", volumeId=_ABSENT["volumeId"]),
        _folder("swapped", fileSystemId=ground["fast"]),
        _folder("mixed", "lustre", fileSystemId=ground["server"]),
        _folder("other", "ontap", volumeId=ground["zfs"]),
        _folder("loose", "ontap", volumeId=ground["loose"]),
        _folder("home", fileSystemId=ground["home"], accessPointId="fsap-0123456789abcdef0"),
    ]
    settings, found = _look(folders, cluster={"queues": [{"name": "a", "zones": [1]}]})
    assert [(one.rule, one.path) for one in problems(settings, found, found.ground)] == [
        ("existing-folder-absent", "storage.folders[0].fileSystemId"),
        ("existing-folder-absent", "storage.folders[1].volumeId"),
        ("existing-folder-kind", "storage.folders[2].fileSystemId"),
        ("existing-folder-kind", "storage.folders[3].fileSystemId"),
        ("existing-folder-kind", "storage.folders[4].volumeId"),
        ("existing-volume-junction", "storage.folders[5].volumeId"),
        ("existing-access-point", "storage.folders[6].accessPointId"),
    ]


def test_a_stack_without_a_network_yet_cannot_reach_them(ground: dict[str, str]) -> None:
    settings, found = _look(_fitting(ground), "unmade")
    assert {one.rule for one in problems(settings, found, found.ground)} == {"existing-folder-vpc"}


@pytest.fixture
def shut(ground: dict[str, str]) -> Iterator[None]:
    """The group lets nobody in, but for a group."""
    ec2 = shared().client("ec2")
    listed = ec2.describe_security_groups(GroupIds=[ground["group"]])["SecurityGroups"][0]["IpPermissions"]
    ec2.revoke_security_group_ingress(GroupId=ground["group"], IpPermissions=listed)
    pair = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": ground["group"]}]}
    ec2.authorize_security_group_ingress(GroupId=ground["group"], IpPermissions=[pair])
    yield
    ec2.revoke_security_group_ingress(GroupId=ground["group"], IpPermissions=[pair])
    ec2.authorize_security_group_ingress(GroupId=ground["group"], IpPermissions=listed)


@pytest.mark.usefixtures("shut")
def test_groups_that_keep_nodes_out_are_told_until_they_let_the_stacks_own_in(ground: dict[str, str]) -> None:
    settings, found = _look(_fitting(ground))
    assert [one.rule for one in problems(settings, found, found.ground)] == ["existing-folder-groups"] * 4
    # The group that is let in is itself; with the stack's tags it is one of the nodes'.
    ec2, tags = shared().client("ec2"), [{"Key": key, "Value": value} for key, value in _TAGS[:2]]
    ec2.create_tags(Resources=[ground["group"]], Tags=tags)
    settings, found = _look(_fitting(ground))
    ec2.delete_tags(Resources=[ground["group"]], Tags=tags)
    assert list(problems(settings, found, found.ground)) == []


def test_an_account_that_does_not_answer_is_one_line(ground: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    settings, found = _look(_fitting(ground)[:1])
    (line, *_) = remarks(settings, found)
    assert line.startswith(f"hpcstack:storage.folders[0].fileSystemId: {ground['home']} was not checked: AWS did not")
    assert list(problems(settings, found, found.ground)) == []
