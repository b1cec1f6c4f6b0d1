"""The resource Cluster for programs."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from provider.sdk.properties import filled, output


# Pulumi takes names from this class, and leaves the keys inside documents alone only where it has types.
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
    log_kms_key_arn: pulumi.Input[str] | None = pulumi.property("logKmsKeyArn", default=None)


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
        log_kms_key_arn: pulumi.Input[str] | None = None,
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
            (60); `loginNodes` refuse (default) or recreate; `home` refuse (default) or replace. What it refuses is an
            error at preview.
        :param log_kms_key_arn: a KMS key that the cluster's log groups get once it is up; CloudWatch Logs has to be let use it.
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
            "log_kms_key_arn": log_kms_key_arn,
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
        inputs = filled(_ClusterInputs, properties, unknown_yet)
        super().__init__("parallelcluster:index:Cluster", resource_name, inputs, opts)

    @property
    @pulumi.getter(name="clusterName")
    def cluster_name(self) -> pulumi.Output[str]:
        """The cluster's name."""
        return output(self, "cluster_name")

    @property
    @pulumi.getter
    def region(self) -> pulumi.Output[str]:
        """AWS region."""
        return output(self, "region")

    @property
    @pulumi.getter
    def version(self) -> pulumi.Output[str]:
        """ParallelCluster version."""
        return output(self, "version")

    @property
    @pulumi.getter
    def configuration(self) -> pulumi.Output[dict[str, Any]]:
        """The document that is in force, as of the last change or refresh."""
        return output(self, "configuration")

    @property
    @pulumi.getter(name="clusterStatus")
    def cluster_status(self) -> pulumi.Output[str]:
        """ParallelCluster's status, such as CREATE_COMPLETE."""
        return output(self, "cluster_status")

    @property
    @pulumi.getter(name="stackArn")
    def stack_arn(self) -> pulumi.Output[str]:
        """ARN of the cluster's CloudFormation stack."""
        return output(self, "stack_arn")

    @property
    @pulumi.getter(name="fleetStatus")
    def fleet_status(self) -> pulumi.Output[str]:
        """Status of the compute fleet, such as RUNNING or STOPPED."""
        return output(self, "fleet_status")

    @property
    @pulumi.getter(name="headNode")
    def head_node(self) -> pulumi.Output[dict[str, Any] | None]:
        """instanceId, instanceType, privateIpAddress, publicIpAddress where there is one, state, launchTime."""
        return output(self, "head_node")

    @property
    @pulumi.getter(name="loginNodes")
    def login_nodes(self) -> pulumi.Output[list[dict[str, Any]]]:
        """Each pool: poolName, status, address and scheme where there is a load balancer, healthyNodes, unhealthyNodes."""
        return output(self, "login_nodes")

    @property
    @pulumi.getter
    def updates(self) -> pulumi.Output[dict[str, Any] | None]:
        """What an update may do to running work."""
        return output(self, "updates")

    @property
    @pulumi.getter(name="formerState")
    def former_state(self) -> pulumi.Output[dict[str, Any] | None]:
        """What an update that did not come to its end has stopped; the next update starts it again."""
        return output(self, "former_state")

    @property
    @pulumi.getter(name="validationMessages")
    def validation_messages(self) -> pulumi.Output[list[dict[str, Any]]]:
        """What ParallelCluster's validators remarked at the last change: level, type, message."""
        return output(self, "validation_messages")
