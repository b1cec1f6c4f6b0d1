"""The machine image, built by ParallelCluster from its official image and the scripts of scripts/image/."""

from dataclasses import dataclass

import pulumi

from planning.image_document import image_document
from provider.sdk import Image as ParallelClusterImage
from settings import Settings


@dataclass(frozen=True, kw_only=True)
class ImageArgs:
    settings: Settings
    subnet_id: pulumi.Input[str]
    security_group_id: pulumi.Input[str]
    script_uris: list[pulumi.Output[str]]
    tags: dict[str, str]
    needs: list[pulumi.Resource]
    """What the machine that builds needs: the way out to package repositories, the scripts."""


class Image(pulumi.ComponentResource):
    ami_id: pulumi.Output[str]
    image_id: pulumi.Output[str]

    def __init__(self, name: str, args: ImageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:Image", name, None, opts)
        image = ParallelClusterImage(
            name,
            region=args.settings.region,
            version=args.settings.cluster.version,
            os=args.settings.image.os,
            architecture=args.settings.image.architecture,
            configuration=image_document(
                args.settings,
                subnet_id=args.subnet_id,
                security_group_id=args.security_group_id,
                script_uris=list(args.script_uris),
                tags=args.tags,
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=args.needs),
        )
        self.ami_id, self.image_id = image.ami_id, image.image_id
        self.register_outputs({"ami_id": self.ami_id, "image_id": self.image_id})
