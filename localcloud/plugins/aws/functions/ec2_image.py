"""Machine images."""

import re

from localcloud.plugins.aws.base import picked
from localcloud.plugins.aws.client import Aws, tag_map
from localcloud.plugins.aws.functions.lookup import filters_of
from localcloud.plugins.resource import Function, PluginError
from localcloud.plugins.values import Plain

_OWNED_FILTERS = {"image-id", "owner-id", "owner-alias"}


class GetAmi(Function[Aws]):
    token = "aws:ec2/getAmi:getAmi"
    inputs = frozenset(
        {
            "owners",
            "filters",
            "mostRecent",
            "nameRegex",
            "executableUsers",
            "includeDeprecated",
            "allowUnsafeFilter",
        }
    )

    def call(self, context: Aws, arguments: Plain) -> Plain:
        filters, recent = filters_of(arguments), arguments.get("mostRecent", False)
        owned = arguments.get("owners") or _OWNED_FILTERS & {one["Name"] for one in filters}
        if recent and not owned and not arguments.get("allowUnsafeFilter"):
            raise PluginError(
                "getAmi: mostRecent without owners would take anybody's image; "
                "set owners, or filter by image-id, owner-id or owner-alias"
            )
        who = {"Owners": "owners", "ExecutableUsers": "executableUsers", "IncludeDeprecated": "includeDeprecated"}
        asked = {api: arguments[key] for api, key in who.items() if key in arguments}
        images = context.client("ec2").describe_images(Filters=filters, **asked)["Images"]
        if pattern := arguments.get("nameRegex"):
            images = [image for image in images if re.search(pattern, image.get("Name", ""))]
        if not images:
            raise PluginError("getAmi: no image matches; change owners, filters or nameRegex")
        if len(images) > 1 and not recent:
            raise PluginError(f"getAmi: {len(images)} images match; narrow the filters or set mostRecent")
        newest = max(images, key=lambda image: image.get("CreationDate", ""))
        return {**arguments, **_image(context, newest)}


def _image(aws: Aws, image: Plain) -> Plain:
    disks = [
        {
            "deviceName": one["DeviceName"],
            "virtualName": one.get("VirtualName", ""),
            "noDevice": one.get("NoDevice", ""),
            "ebs": {_ebs_key(key): str(value).lower() for key, value in one.get("Ebs", {}).items()},
        }
        for one in image.get("BlockDeviceMappings", [])
    ]
    state = picked(
        image,
        id="ImageId",
        imageId="ImageId",
        name="Name",
        description="Description",
        architecture="Architecture",
        creationDate="CreationDate",
        deprecationTime="DeprecationTime",
        enaSupport="EnaSupport",
        hypervisor="Hypervisor",
        imageLocation="ImageLocation",
        imageOwnerAlias="ImageOwnerAlias",
        imageType="ImageType",
        bootMode="BootMode",
        ownerId="OwnerId",
        platformDetails="PlatformDetails",
        public="Public",
        rootDeviceName="RootDeviceName",
        rootDeviceType="RootDeviceType",
        sriovNetSupport="SriovNetSupport",
        state="State",
        usageOperation="UsageOperation",
        virtualizationType="VirtualizationType",
    )
    arn = f"arn:{aws.partition}:ec2:{aws.region}::image/{image['ImageId']}"
    tags = tag_map(image.get("Tags"))
    return state | {"arn": arn, "blockDeviceMappings": disks, "tags": tags, "region": aws.region}


def _ebs_key(key: str) -> str:
    """The name of a disk's property in the provider, whose maps of disks hold text only."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", key).lower()


ALL = (GetAmi,)
