"""The image's document: ParallelCluster's build-image configuration (3.16)."""

from typing import Any

from planning.merge import Document, merge
from planning.names import as_list
from settings import Settings


def image_document(
    settings: Settings, *, subnet_id: Any, security_group_id: Any, script_uris: list[Any], tags: dict[str, str]
) -> Document:
    """The document without `Build/ParentImage`: the provider takes ParallelCluster's own image of the version, OS and architecture.

    `script_uris` are S3 URIs of scripts that run in this order; values may be unresolved.
    """
    image = settings.image
    document: Document = {
        "Image": {"Tags": as_list(tags), "RootVolume": {"Size": image.root_volume_size, "Encrypted": True}},
        "Build": {
            "InstanceType": image.instance_type,
            "SubnetId": subnet_id,
            "SecurityGroupIds": [security_group_id],
            "UpdateOsPackages": {"Enabled": image.update_os_packages},
            "Imds": {"ImdsSupport": "v2.0"},
            "Tags": as_list(tags),
            "Components": [{"Type": "script", "Value": uri} for uri in script_uris],
        },
    }
    return merge(document, image.overrides)
