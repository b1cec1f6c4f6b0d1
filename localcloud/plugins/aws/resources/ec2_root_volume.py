"""The root volume of EC2 instances, which an instance takes with it."""

from typing import Any

from localcloud.plugins.aws.base import first, given, picked, tag_ec2
from localcloud.plugins.aws.client import Aws, tag_map
from localcloud.plugins.resource import PluginError
from localcloud.plugins.values import Plain

CHANGED = {"volumeSize": "VolumeSize", "volumeType": "VolumeType", "iops": "Iops", "throughput": "Throughput"}
"""What can be changed in place."""
CREATED = {"encrypted": "Encrypted", "kmsKeyId": "KmsKeyId", "deleteOnTermination": "DeleteOnTermination"}


def asked(aws: Aws, inputs: Plain) -> dict[str, Any]:
    """What a launch says of the volume. Raises PluginError if there is no image to tell its device."""
    if "rootBlockDevice" not in inputs:
        return {}
    images = aws.client("ec2").describe_images(ImageIds=[inputs["ami"]])["Images"]
    if not images:
        raise PluginError(f"the image {inputs['ami']} does not exist in {aws.region}")
    wanted = {"deleteOnTermination": True, **inputs["rootBlockDevice"]}
    disk = given(wanted, **{api: key for key, api in {**CHANGED, **CREATED}.items()})
    return {"BlockDeviceMappings": [{"DeviceName": images[0]["RootDeviceName"], "Ebs": disk}]}


def tags(aws: Aws, inputs: Plain) -> dict[str, str]:
    """The tags that the volume should have."""
    return aws.all_tags(inputs.get("rootBlockDevice", {}).get("tags"))


def state(aws: Aws, instance: Plain) -> Plain | None:
    """The volume as the instance's output has it; None without one."""
    volume = _found(aws, instance)
    if not volume:
        return None
    names = {**CHANGED, **CREATED, "volumeSize": "Size", "deviceName": "DeviceName", "volumeId": "VolumeId"}
    live = tag_map(volume.get("Tags"))
    own = {key: value for key, value in live.items() if aws.default_tags.get(key) != value}
    return picked(volume, **names) | {"tagsAll": live, "tags": own}


def alter(aws: Aws, instance: Plain, new: Plain, changed: bool) -> None:
    """Bring the tags to what they should be and, if the input changed, the volume too."""
    ec2, volume = aws.client("ec2"), _found(aws, instance)
    if not volume:
        return
    wanted = given(new.get("rootBlockDevice", {}), **{api: key for key, api in CHANGED.items()})
    live = {**picked(volume, **{api: api for api in CHANGED.values()}), "VolumeSize": volume["Size"]}
    # EC2 knows the size of a volume by another name when it asks for it.
    if different := {api: value for api, value in wanted.items() if live.get(api) != value} if changed else {}:
        size = {"Size": different.pop("VolumeSize")} if "VolumeSize" in different else {}
        ec2.modify_volume(VolumeId=volume["VolumeId"], **size, **different)
    should, current = tags(aws, new), tag_map(volume.get("Tags"))
    drop = [key for key in current if key not in should]
    tag_ec2(aws, volume["VolumeId"], {key: value for key, value in should.items() if current.get(key) != value}, drop)


def _found(aws: Aws, instance: Plain) -> Plain:
    """The mapping of the root device together with its volume; empty without one."""
    mappings = instance.get("BlockDeviceMappings", [])
    mapping = next((one for one in mappings if one["DeviceName"] == instance.get("RootDeviceName")), None)
    if mapping is None:
        return {}
    volume = first(aws.client("ec2").describe_volumes(VolumeIds=[mapping["Ebs"]["VolumeId"]])["Volumes"])
    return {**volume, "DeviceName": mapping["DeviceName"], **mapping["Ebs"]}
