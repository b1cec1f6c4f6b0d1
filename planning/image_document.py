"""The image's document: ParallelCluster's build-image configuration (3.16)."""

from typing import Any

from planning.image_components import by_parallelcluster
from planning.merge import Document, merge
from planning.names import as_list
from settings import Settings


def image_document(
    settings: Settings, *, subnet_id: Any, security_group_id: Any, component_arns: list[Any], tags: dict[str, str]
) -> Document:
    """The document. Without `image.parent` the provider takes ParallelCluster's own image of the version, OS and architecture.

    `component_arns` run in this order; values may be unresolved.
    """
    image, boundary = settings.image, settings.cluster.iam.permissions_boundary
    document: Document = {
        "Image": {"Tags": as_list(tags), "RootVolume": {"Size": image.root_volume_size, "Encrypted": True}},
        "Build": {
            "InstanceType": image.instance_type,
            "SubnetId": subnet_id,
            "SecurityGroupIds": [security_group_id],
            "UpdateOsPackages": {"Enabled": image.update_os_packages},
            "Imds": {"ImdsSupport": "v2.0"},
            "Tags": as_list(tags),
            "Components": [{"Type": "arn", "Value": arn} for arn in component_arns],
            **({"ParentImage": image.parent} if image.parent else {}),
            **({"Iam": {"PermissionsBoundary": boundary}} if boundary else {}),
            **by_parallelcluster(settings),
        },
    }
    return merge(document, image.overrides)
