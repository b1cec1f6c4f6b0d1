"""FSx for NetApp ONTAP and for OpenZFS: file systems, storage virtual machines, volumes."""

from typing import Any

from tests.engine.acceptance.case import Case, Kept, Values
from tests.engine.acceptance.ground import Clients, Ground
from tests.engine.acceptance.table.common import TAGS_CHANGED, TAGS_FIRST, found, listed


def _system(aws: Clients, it: Kept) -> dict[str, Any]:
    (system,) = aws("fsx").describe_file_systems(FileSystemIds=[it.id])["FileSystems"]
    return system


def _ontap(aws: Clients, it: Kept) -> Values:
    system = _system(aws, it)
    told = found(
        [system["OntapConfiguration"]], deploymentType="DeploymentType", throughputCapacity="ThroughputCapacity"
    )
    return {**told, **found([system], storageCapacity="StorageCapacity"), "tags": listed(system["Tags"])}


def _zfs(aws: Clients, it: Kept) -> Values:
    system = _system(aws, it)
    zfs = system["OpenZFSConfiguration"]
    (root,) = aws("fsx").describe_volumes(VolumeIds=[zfs["RootVolumeId"]])["Volumes"]
    volume = found([root["OpenZFSConfiguration"]], dataCompressionType="DataCompressionType")
    told = found([zfs], deploymentType="DeploymentType", throughputCapacity="ThroughputCapacity")
    return {**told, "rootVolumeConfiguration": volume, "tags": listed(system["Tags"])}


def _machine(aws: Clients, it: Kept) -> Values:
    fsx = aws("fsx")
    (one,) = fsx.describe_storage_virtual_machines(StorageVirtualMachineIds=[it.id])["StorageVirtualMachines"]
    return {**found([one], fileSystemId="FileSystemId", name="Name"), "tags": listed(one["Tags"])}


def _volume(aws: Clients, it: Kept) -> Values:
    (one,) = aws("fsx").describe_volumes(VolumeIds=[it.id])["Volumes"]
    names = {"storageVirtualMachineId": "StorageVirtualMachineId", "junctionPath": "JunctionPath"}
    told = found([one["OntapConfiguration"]], sizeInMegabytes="SizeInMegabytes", **names)
    return {**told, **found([one], name="Name"), "tags": listed(one["Tags"])}


def _place(ground: Ground) -> dict[str, Any]:
    return {"subnetIds": ground.subnets[:1], "securityGroupIds": ground.groups[:1], "deploymentType": "SINGLE_AZ_1"}


def _slower(aws: Clients, it: Kept) -> None:
    aws("fsx").update_file_system(FileSystemId=it.id, OntapConfiguration={"ThroughputCapacity": 512})


def _uncompressed(aws: Clients, it: Kept) -> None:
    root = it.outputs["rootVolumeId"]
    aws("fsx").update_volume(VolumeId=root, OpenZFSConfiguration={"DataCompressionType": "NONE"})


def _compressed(kind: str) -> dict[str, Any]:
    return {"rootVolumeConfiguration": {"dataCompressionType": kind}}


CASES = [
    Case(
        token="aws:fsx/ontapFileSystem:OntapFileSystem",
        inputs=lambda g: {
            **_place(g),
            "preferredSubnetId": g.subnets[0],
            "storageCapacity": 1024,
            "throughputCapacity": 128,
            **TAGS_FIRST,
        },
        change=lambda g: {"storageCapacity": 2048, "throughputCapacity": 256, **TAGS_CHANGED},
        replace=lambda g: {"securityGroupIds": g.groups[1:]},
        look=_ontap,
        drift=_slower,
        vanish=lambda aws, it: aws("fsx").delete_file_system(FileSystemId=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:fsx/ontapStorageVirtualMachine:OntapStorageVirtualMachine",
        inputs=lambda g: {"fileSystemId": g.ontap, "name": "team", **TAGS_FIRST},
        change=lambda g: TAGS_CHANGED,
        replace=lambda g: {"name": "other"},
        look=_machine,
        drift=lambda aws, it: aws("fsx").untag_resource(ResourceARN=it.outputs["arn"], TagKeys=["purpose"]),
        vanish=lambda aws, it: aws("fsx").delete_storage_virtual_machine(StorageVirtualMachineId=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:fsx/ontapVolume:OntapVolume",
        inputs=lambda g: {
            "storageVirtualMachineId": g.storage_machines[0],
            "name": "lab",
            "junctionPath": "/lab",
            "sizeInMegabytes": 1024,
            "storageEfficiencyEnabled": True,
            **TAGS_FIRST,
        },
        change=lambda g: {"sizeInMegabytes": 2048, **TAGS_CHANGED},
        replace=lambda g: {"storageVirtualMachineId": g.storage_machines[1]},
        look=_volume,
        drift=lambda aws, it: aws("fsx").update_volume(VolumeId=it.id, OntapConfiguration={"JunctionPath": "/moved"}),
        vanish=lambda aws, it: aws("fsx").delete_volume(VolumeId=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:fsx/openZfsFileSystem:OpenZfsFileSystem",
        inputs=lambda g: {
            **_place(g),
            "storageCapacity": 64,
            "throughputCapacity": 64,
            **_compressed("LZ4"),
            **TAGS_FIRST,
        },
        change=lambda g: {"throughputCapacity": 128, **_compressed("ZSTD"), **TAGS_CHANGED},
        replace=lambda g: {"deploymentType": "SINGLE_AZ_HA_1"},
        look=_zfs,
        drift=_uncompressed,
        vanish=lambda aws, it: aws("fsx").delete_file_system(FileSystemId=it.id),
        import_id=lambda it: it.id,
    ),
]
