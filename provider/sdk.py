"""The resources of the provider for Pulumi programs in Python.

`configuration` is ParallelCluster's own document, key by key; keys inside it and inside outputs are never translated.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pulumi

Document = dict[str, Any]


class Provider(pulumi.ProviderResource):
    """The provider itself, which has no configuration. Without one, Pulumi makes one when the first resource is declared."""

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        """:param resource_name: the logical name."""
        super().__init__("parallelcluster", resource_name, {}, opts)


# Pulumi takes names from these classes, and leaves the keys inside documents alone only where it has types.
@pulumi.input_type
class _ClusterInputs:
    region: pulumi.Input[str]
    version: pulumi.Input[str]
    configuration: pulumi.Input[Mapping[str, Any]]
    cluster_name: pulumi.Input[str] | None = pulumi.property("clusterName", default=None)
    suppress_validators: pulumi.Input[Sequence[pulumi.Input[str]]] | None = pulumi.property(
        "suppressValidators", default=None
    )
    validation_failure_level: pulumi.Input[str] | None = pulumi.property("validationFailureLevel", default=None)
    rollback_on_failure: pulumi.Input[bool] | None = pulumi.property("rollbackOnFailure", default=None)
    updates: pulumi.Input[Mapping[str, Any]] | None = None


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


class Cluster(pulumi.CustomResource):
    """A ParallelCluster cluster, made, updated and deleted to the end, with its progress shown.

    A change that ParallelCluster can make is an update; one that it cannot make replaces the cluster, beside the old one if
    the name is automatic. A change that needs the compute fleet stopped or login nodes gone is refused at preview, unless
    `updates` allows it.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        region: pulumi.Input[str],
        version: pulumi.Input[str],
        configuration: pulumi.Input[Mapping[str, Any]],
        cluster_name: pulumi.Input[str] | None = None,
        suppress_validators: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        validation_failure_level: pulumi.Input[str] | None = None,
        rollback_on_failure: pulumi.Input[bool] | None = None,
        updates: pulumi.Input[Mapping[str, Any]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """
        :param resource_name: the logical name; the cluster's name is made of it when `cluster_name` is absent.
        :param region: AWS region, such as us-east-1.
        :param version: ParallelCluster version, such as 3.16.1; one that cannot be had is an error at preview.
        :param configuration: ParallelCluster's document; `Region` is set from `region`.
        :param cluster_name: 2 to 40 letters, digits and hyphens, a letter first.
        :param suppress_validators: names of ParallelCluster's validators to leave out.
        :param validation_failure_level: INFO, WARNING or ERROR (default): the level from which validators fail.
        :param rollback_on_failure: whether a failed creation takes its resources down; default: no, for a look at them.
        :param updates: what an update may do to running work: `computeFleet` refuse (default), drain or stop; `drainMinutes`
            (60); `loginNodes` refuse (default) or recreate. What it refuses is an error at preview.
        """
        properties: dict[str, Any] = {
            "cluster_name": cluster_name,
            "region": region,
            "version": version,
            "configuration": configuration,
            "suppress_validators": suppress_validators,
            "validation_failure_level": validation_failure_level,
            "rollback_on_failure": rollback_on_failure,
            "updates": updates,
        }
        unknown_yet = (
            "cluster_status",
            "stack_arn",
            "fleet_status",
            "head_node",
            "login_nodes",
            "former_state",
            "validation_messages",
        )
        inputs = _filled(_ClusterInputs, properties, unknown_yet)
        super().__init__("parallelcluster:index:Cluster", resource_name, inputs, opts)

    @property
    @pulumi.getter(name="clusterName")
    def cluster_name(self) -> pulumi.Output[str]:
        """The cluster's name."""
        return _output(self, "cluster_name")

    @property
    @pulumi.getter
    def region(self) -> pulumi.Output[str]:
        """AWS region."""
        return _output(self, "region")

    @property
    @pulumi.getter
    def version(self) -> pulumi.Output[str]:
        """ParallelCluster version."""
        return _output(self, "version")

    @property
    @pulumi.getter
    def configuration(self) -> pulumi.Output[dict[str, Any]]:
        """The document that is in force, as of the last change or refresh."""
        return _output(self, "configuration")

    @property
    @pulumi.getter(name="clusterStatus")
    def cluster_status(self) -> pulumi.Output[str]:
        """ParallelCluster's status, such as CREATE_COMPLETE."""
        return _output(self, "cluster_status")

    @property
    @pulumi.getter(name="stackArn")
    def stack_arn(self) -> pulumi.Output[str]:
        """ARN of the cluster's CloudFormation stack."""
        return _output(self, "stack_arn")

    @property
    @pulumi.getter(name="fleetStatus")
    def fleet_status(self) -> pulumi.Output[str]:
        """Status of the compute fleet, such as RUNNING or STOPPED."""
        return _output(self, "fleet_status")

    @property
    @pulumi.getter(name="headNode")
    def head_node(self) -> pulumi.Output[dict[str, Any] | None]:
        """instanceId, instanceType, privateIpAddress, publicIpAddress where there is one, state, launchTime."""
        return _output(self, "head_node")

    @property
    @pulumi.getter(name="loginNodes")
    def login_nodes(self) -> pulumi.Output[list[dict[str, Any]]]:
        """Each pool: poolName, status, address and scheme where there is a load balancer, healthyNodes, unhealthyNodes."""
        return _output(self, "login_nodes")

    @property
    @pulumi.getter
    def updates(self) -> pulumi.Output[dict[str, Any] | None]:
        """What an update may do to running work."""
        return _output(self, "updates")

    @property
    @pulumi.getter(name="formerState")
    def former_state(self) -> pulumi.Output[dict[str, Any] | None]:
        """What an update that did not come to its end has stopped; the next update starts it again."""
        return _output(self, "former_state")

    @property
    @pulumi.getter(name="validationMessages")
    def validation_messages(self) -> pulumi.Output[list[dict[str, Any]]]:
        """What ParallelCluster's validators remarked at the last change: level, type, message."""
        return _output(self, "validation_messages")


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
        }
        unknown_yet = ("ami_id", "image_status", "log_group", "stack_arn", "parent_image", "leftover_stack")
        inputs = _filled(_ImageInputs, properties, unknown_yet)
        super().__init__("parallelcluster:index:Image", resource_name, inputs, opts)

    @property
    @pulumi.getter(name="imageId")
    def image_id(self) -> pulumi.Output[str]:
        """The image's id in ParallelCluster, not the AMI's."""
        return _output(self, "image_id")

    @property
    @pulumi.getter(name="amiId")
    def ami_id(self) -> pulumi.Output[str]:
        """The AMI."""
        return _output(self, "ami_id")

    @property
    @pulumi.getter(name="imageStatus")
    def image_status(self) -> pulumi.Output[str]:
        """ParallelCluster's status, such as BUILD_COMPLETE."""
        return _output(self, "image_status")

    @property
    @pulumi.getter(name="logGroup")
    def log_group(self) -> pulumi.Output[str]:
        """CloudWatch log group of the build."""
        return _output(self, "log_group")

    @property
    @pulumi.getter(name="stackArn")
    def stack_arn(self) -> pulumi.Output[str]:
        """ARN of the build's CloudFormation stack, which goes when the build is done."""
        return _output(self, "stack_arn")

    @property
    @pulumi.getter(name="parentImage")
    def parent_image(self) -> pulumi.Output[str]:
        """The image that it was built from."""
        return _output(self, "parent_image")

    @property
    @pulumi.getter(name="leftoverStack")
    def leftover_stack(self) -> pulumi.Output[str | None]:
        """ARN of the build's stack if its deletion failed; the next update deletes it."""
        return _output(self, "leftover_stack")


def official_images(
    *,
    region: pulumi.Input[str],
    version: pulumi.Input[str],
    os: pulumi.Input[str] | None = None,
    architecture: pulumi.Input[str] | None = None,
) -> pulumi.Output[list[dict[str, Any]]]:
    """ParallelCluster's own images of a version, each with amiId, name, os, architecture, version."""
    given = {"region": region, "version": version, "os": os, "architecture": architecture}
    return _asked("officialImages", given).apply(lambda found: found["images"])


def describe_cluster(
    *, region: pulumi.Input[str], cluster_name: pulumi.Input[str], version: pulumi.Input[str] | None = None
) -> pulumi.Output[dict[str, Any]]:
    """A cluster as it is now, whoever made it: clusterName, region, version, clusterStatus, stackArn, fleetStatus, headNode and
    loginNodes, as the outputs of a Cluster. An error if there is none. `version` chooses who asks; by default the newest.
    """
    return _asked("describeCluster", {"region": region, "clusterName": cluster_name, "version": version})


def update_policy(*, version: pulumi.Input[str], path: pulumi.Input[str]) -> pulumi.Output[dict[str, Any]]:
    """What a change of a key, such as Scheduling/SlurmQueues/CapacityType, needs: path, policy, meaning in plain words, and needs:
    what must stop ("fleet", "login"), "replacement", or "depends" where the values decide.
    """
    return _asked("updatePolicy", {"version": version, "path": path})


def _asked(function: str, given: dict[str, Any]) -> pulumi.Output[dict[str, Any]]:
    arguments = {key: value for key, value in given.items() if value is not None}
    return pulumi.runtime.invoke_output(f"parallelcluster:index:{function}", arguments)


def _filled(kind: type, inputs: dict[str, Any], outputs: Sequence[str]) -> Any:
    """All properties of a resource in its input class: those that only the provider can fill are named with no value."""
    filled: Any = cast(Any, object).__new__(kind)
    filled.__dict__.update({**inputs, **dict.fromkeys(outputs)})
    return filled


def _output(resource: pulumi.Resource, name: str) -> Any:
    return pulumi.get(resource, name)  # pyright: ignore[reportUnknownMemberType] - untyped in Pulumi
