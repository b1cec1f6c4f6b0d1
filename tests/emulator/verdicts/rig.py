"""A running cluster whose document and state can be set at will, and ParallelCluster's own answer to an update of it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
import yaml

from provider.verdict import Live, compare
from provider.worker_client import ParallelClusterError, Worker
from tests.emulator.rig import REGION, Emulator, until

Document = dict[str, Any]
NAME = "judged"
POOLS = ("login", "vis")
_UNVALIDATED: dict[str, Any] = {"suppress_validators": ["ALL"]}
"""The judgement of an update is not that of validators, which ask for what does not exist here (AMIs, volumes, secrets)."""


@dataclass(frozen=True)
class Change:
    """One changed key as `update-cluster` prints it, and why it is refused; empty if it is not."""

    parameter: str
    requested: str
    current: str
    refusal: str


@dataclass(frozen=True)
class Site:
    """Ids of what a document may name: two subnets in two zones of a VPC, and images of the cluster's system."""

    subnets: list[str]
    amis: list[str]


@dataclass
class Judged:
    """A cluster with the login pools of POOLS, the emulator that it is in, and the worker that asks about it."""

    emulator: Emulator
    worker: Worker
    site: Site

    def create(self, document: Document) -> None:
        """Make the cluster and await it."""
        self.worker.call("create_cluster", REGION, cluster_name=NAME, cluster_configuration=document, **_UNVALIDATED)
        until(lambda: self._stack()["StackStatus"] == "CREATE_COMPLETE", 300)
        until(lambda: self._fleet_record() == "RUNNING")
        self._targets = dict(self._registered())

    def set_document(self, document: Document) -> None:
        """Have ParallelCluster find this document as the one in force.

        It lies in ParallelCluster's bucket, and a parameter of the stack names the version of the object (3.16,
        `Cluster._get_cluster_config`).
        """
        bucket, folder = self._parameter("ResourcesS3Bucket"), self._parameter("ArtifactS3RootDirectory")
        written = self.emulator.client("s3").put_object(
            Bucket=bucket, Key=f"{folder}/configs/cluster-config.yaml", Body=yaml.safe_dump(document).encode()
        )
        in_force = {p["ParameterKey"]: p["ParameterValue"] for p in self._stack()["Parameters"]}
        in_force["ConfigVersion"] = written["VersionId"]
        parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in in_force.items()]
        self._client("cloudformation").update_stack(
            StackName=NAME, UsePreviousTemplate=True, Parameters=parameters, Capabilities=["CAPABILITY_NAMED_IAM"]
        )
        until(lambda: "IN_PROGRESS" not in self._stack()["StackStatus"])
        assert self._parameter("ConfigVersion") == written["VersionId"]

    def set_live(self, live: Live) -> None:
        """Bring the fleet's record and the login nodes into the state that `live` says."""
        status = "STOPPED" if live.fleet_stopped else "RUNNING"
        moment = time.strftime("%Y-%m-%d %H:%M:%S.000000+00:00", time.gmtime())
        self._fleet.put_item(Item={"Id": "COMPUTE_FLEET", "Data": {"status": status, "lastStatusUpdatedTime": moment}})
        elb = self._client("elbv2")
        for pool, (group, nodes) in self._targets.items():
            wanted = live.running_pools is None or pool in live.running_pools
            if wanted:
                elb.register_targets(TargetGroupArn=group, Targets=nodes)
            elif elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]:
                elb.deregister_targets(TargetGroupArn=group, Targets=nodes)

    def asked(self, target: Document) -> list[Change]:
        """ParallelCluster's own dry run of an update to `target`, as the cluster is now."""
        arguments = {"cluster_name": NAME, "cluster_configuration": target, "dryrun": True, **_UNVALIDATED}
        try:
            self.worker.call("update_cluster", REGION, **arguments)
        except ParallelClusterError as error:
            return sorted(_read(error), key=repr)
        raise AssertionError("a dry run ends with an error, also if the update would succeed")

    def computed(self, base: Document, target: Document, live: Live) -> list[Change]:
        """The provider's verdict, which asks no service."""
        rows = compare(self.worker, REGION, base, target, live)
        found = [Change(".".join([*r.path, r.key]), _shown(r.new), _shown(r.old), r.message) for r in rows]
        return sorted(found, key=repr)

    def _client(self, service: str) -> Any:
        return self.emulator.client(service)

    def _stack(self) -> dict[str, Any]:
        return self._client("cloudformation").describe_stacks(StackName=NAME)["Stacks"][0]

    def _parameter(self, key: str) -> str:
        return next(p["ParameterValue"] for p in self._stack()["Parameters"] if p["ParameterKey"] == key)

    @cached_property
    def _fleet(self) -> Any:
        credentials = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        dynamodb = boto3.resource("dynamodb", REGION, endpoint_url=self.emulator.endpoint, **credentials)
        return dynamodb.Table(f"parallelcluster-{NAME}")

    def _fleet_record(self) -> str | None:
        return self._fleet.get_item(Key={"Id": "COMPUTE_FLEET"}).get("Item", {}).get("Data", {}).get("status")

    def _registered(self) -> Iterator[tuple[str, tuple[str, list[dict[str, Any]]]]]:
        """Each pool's target group with the login nodes in it."""
        elb, tagging = self._client("elbv2"), self._client("resourcegroupstaggingapi")
        for pool in POOLS:
            tags = {"parallelcluster:cluster-name": NAME, "parallelcluster:login-nodes-pool": pool}
            (balancer,) = tagging.get_resources(
                TagFilters=[{"Key": key, "Values": [value]} for key, value in tags.items()],
                ResourceTypeFilters=["elasticloadbalancing:loadbalancer"],
            )["ResourceTagMappingList"]
            groups = elb.describe_target_groups(LoadBalancerArn=balancer["ResourceARN"])["TargetGroups"]
            arn = groups[0]["TargetGroupArn"]
            health = until(lambda arn=arn: elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"])
            yield pool, (arn, [target["Target"] for target in health])


def _shown(value: Any) -> str:
    return "-" if value is None else str(value)


def _read(error: ParallelClusterError) -> Iterator[Change]:
    """The changes in an answer: would succeed, refused, or no change."""
    content = error.content
    if "No changes found" in content.get("message", ""):
        return
    refused = {
        (e["parameter"], e["requestedValue"], e["currentValue"]): e["message"]
        for e in content.get("updateValidationErrors") or []
    }
    assert "changeSet" in content, content
    for change in content["changeSet"]:
        key = (change["parameter"], change["requestedValue"], change["currentValue"])
        yield Change(*key, refused.get(key, ""))
