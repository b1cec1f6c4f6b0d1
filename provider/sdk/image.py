"""The resource Image for programs."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from provider.sdk.properties import filled, output


# Pulumi takes names from this class, and leaves the keys inside documents alone only where it has types.
@pulumi.input_type
class _ImageInputs:
    region: pulumi.Input[str]
    version: pulumi.Input[str]
    configuration: pulumi.Input[Mapping[str, Any]]
    image_id: pulumi.Input[str] | None = pulumi.property("imageId", default=None)
    os: pulumi.Input[str] | None = None
    architecture: pulumi.Input[str] | None = None
    suppress_validators: pulumi.Input[Sequence[pulumi.Input[str]]] | None = pulumi.property(
        "suppressValidators", default=None
    )
    validation_failure_level: pulumi.Input[str] | None = pulumi.property("validationFailureLevel", default=None)
    force_delete: pulumi.Input[bool] | None = pulumi.property("forceDelete", default=None)
    retain: pulumi.Input[int] | None = None
    log_retention_in_days: pulumi.Input[int] | None = pulumi.property("logRetentionInDays", default=None)
    log_kms_key_arn: pulumi.Input[str] | None = pulumi.property("logKmsKeyArn", default=None)


class Image(pulumi.CustomResource):
    """A machine image built by ParallelCluster. Other content is another image: every change of content replaces it."""

    def __init__(
        self,
        resource_name: str,
        *,
        region: pulumi.Input[str],
        version: pulumi.Input[str],
        configuration: pulumi.Input[Mapping[str, Any]],
        image_id: pulumi.Input[str] | None = None,
        os: pulumi.Input[str] | None = None,
        architecture: pulumi.Input[str] | None = None,
        suppress_validators: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        validation_failure_level: pulumi.Input[str] | None = None,
        force_delete: pulumi.Input[bool] | None = None,
        retain: pulumi.Input[int] | None = None,
        log_retention_in_days: pulumi.Input[int] | None = None,
        log_kms_key_arn: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """
        :param resource_name: the logical name; the image's id is made of it and of a hash of the content by default.
        :param region: AWS region, such as us-east-1.
        :param version: ParallelCluster version, such as 3.16.1.
        :param configuration: ParallelCluster's document; `Region` is set from `region`.
        :param image_id: 2 to 128 letters, digits and hyphens, a letter first.
        :param os: with `architecture`, selects ParallelCluster's own image as parent where the document names none.
        :param architecture: x86_64 or arm64.
        :param force_delete: delete the image although a cluster uses it or it is shared; default: no.
        :param retain: how many older images stay when one is replaced; default: none.
        :param log_retention_in_days: how long the build's log is kept, in a log group with the image's tags; default: for ever.
        :param log_kms_key_arn: a KMS key for that log group, which CloudWatch Logs has to be let use.
        """
        properties: dict[str, Any] = {
            "image_id": image_id,
            "region": region,
            "version": version,
            "configuration": configuration,
            "os": os,
            "architecture": architecture,
            "suppress_validators": suppress_validators,
            "validation_failure_level": validation_failure_level,
            "force_delete": force_delete,
            "retain": retain,
            "log_retention_in_days": log_retention_in_days,
            "log_kms_key_arn": log_kms_key_arn,
        }
        unknown_yet = ("ami_id", "image_status", "log_group", "stack_arn", "parent_image", "leftover_stack")
        inputs = filled(_ImageInputs, properties, unknown_yet)
        super().__init__("parallelcluster:index:Image", resource_name, inputs, opts)

    @property
    @pulumi.getter(name="imageId")
    def image_id(self) -> pulumi.Output[str]:
        """The image's id in ParallelCluster, not the AMI's."""
        return output(self, "image_id")

    @property
    @pulumi.getter(name="amiId")
    def ami_id(self) -> pulumi.Output[str]:
        """The AMI."""
        return output(self, "ami_id")

    @property
    @pulumi.getter(name="imageStatus")
    def image_status(self) -> pulumi.Output[str]:
        """ParallelCluster's status, such as BUILD_COMPLETE."""
        return output(self, "image_status")

    @property
    @pulumi.getter(name="logGroup")
    def log_group(self) -> pulumi.Output[str]:
        """CloudWatch log group of the build."""
        return output(self, "log_group")

    @property
    @pulumi.getter(name="stackArn")
    def stack_arn(self) -> pulumi.Output[str]:
        """ARN of the build's CloudFormation stack, which goes when the build is done."""
        return output(self, "stack_arn")

    @property
    @pulumi.getter(name="parentImage")
    def parent_image(self) -> pulumi.Output[str]:
        """The image that it was built from."""
        return output(self, "parent_image")

    @property
    @pulumi.getter(name="leftoverStack")
    def leftover_stack(self) -> pulumi.Output[str | None]:
        """ARN of the build's stack if its deletion failed; the next update deletes it."""
        return output(self, "leftover_stack")
