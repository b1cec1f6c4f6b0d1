"""The machine image, built by ParallelCluster from its official image and the chosen components."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from planning.image_components import Planned, planned
from planning.image_document import image_document
from planning.names import distinct
from provider.sdk import Image as ParallelClusterImage
from settings import Settings


@dataclass(frozen=True, kw_only=True)
class ImageArgs:
    settings: Settings
    subnet_id: pulumi.Input[str]
    security_group_id: pulumi.Input[str]
    tags: dict[str, str]
    needs: list[pulumi.Resource]
    """What the machine that builds needs: the way out to package repositories."""


class Image(pulumi.ComponentResource):
    """Components of EC2 Image Builder, and the image that is built with them.

    A component's version follows its content, and the image's name that of everything that goes into it. So an unchanged stack
    builds nothing, and a changed one builds beside the image that is in use.
    """

    ami_id: pulumi.Output[str]
    image_id: pulumi.Output[str]

    def __init__(self, name: str, args: ImageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:Image", name, None, opts)
        self._name, self._tags, self._child = name, args.tags, pulumi.ResourceOptions(parent=self)
        settings = args.settings
        image = ParallelClusterImage(
            name,
            region=settings.region,
            version=settings.cluster.version,
            os=settings.image.os,
            architecture=settings.image.architecture,
            retain=settings.image.retain,
            log_retention_in_days=settings.image.log_retention_days,
            log_kms_key_arn=settings.monitoring.log_kms_key_arn,
            configuration=image_document(
                settings,
                subnet_id=args.subnet_id,
                security_group_id=args.security_group_id,
                component_arns=[self._arn(one) for one in planned(settings)],
                tags=args.tags,
            ),
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(depends_on=args.needs)),
        )
        self.ami_id, self.image_id = image.ami_id, image.image_id
        self.register_outputs({"ami_id": self.ami_id, "image_id": self.image_id})

    def _arn(self, one: Planned) -> pulumi.Input[str]:
        if one.arn:
            return one.arn
        component = aws.imagebuilder.Component(
            f"{self._name}-{one.name}",
            name=distinct(f"{self._name}-{one.name}", self._tags),
            description=one.description,
            platform="Linux",
            version=one.version,
            data=one.data,
            opts=self._child,
        )
        return component.arn
