"""Root volumes of machine images have the size and the type that they have on AWS.

Replaces `Ami.block_device_mappings`. Without it: every image has a root volume of 15 GiB on magnetic disk, so that ParallelCluster
accepts a root volume that is too small for its images.
"""

from typing import Any

from moto.ec2.models.amis import Ami

from localcloud.emulator.additions.instances import ROOT_GIB
from localcloud.emulator.seed import CANONICAL

_CANONICAL_GIB = 8


def _mappings(image: Any) -> list[dict[str, Any]]:
    volume = {
        "SnapshotId": image.ebs_snapshot.id,
        "VolumeSize": _CANONICAL_GIB if image.owner_id == CANONICAL else ROOT_GIB,
        "DeleteOnTermination": True,
        "VolumeType": "gp3",
        "Encrypted": False,
    }
    return [{"DeviceName": image.root_device_name, "Ebs": volume}]


def install() -> None:
    Ami.block_device_mappings = property(_mappings)
