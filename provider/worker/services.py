"""Calls of AWS that a cluster's or an image's life needs and that ParallelCluster's library has no function for."""

# This file belongs to another environment: no types of `pcluster`, boto3 or marshmallow are at hand where it is checked.
# pyright: reportMissingImports=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingTypeStubs=false
# pyright: reportUnknownLambdaType=false, reportAttributeAccessIssue=false

import json
import os
import time
import urllib.request
import uuid
from typing import Any

import boto3
import pcluster.lib
import yaml
from botocore.exceptions import ClientError

Json = dict[str, Any]

FORMER = "PULUMI_FORMER_STATE"
"""Key of the item in the cluster's own table that says what ran before an update stopped it."""


def _client(service: str) -> Any:
    return boto3.client(service, region_name=os.environ["AWS_DEFAULT_REGION"])


def make_creations_repeatable() -> None:
    """Give every creation of a stack a token, by which CloudFormation answers a second try as it answered the first.

    boto3 tries again when an answer is lost. Without a token that try is refused as a duplicate, and ParallelCluster then
    deletes what it had uploaded for the stack that is being made.
    """

    def with_token(params: Json, **_: Any) -> None:
        params.setdefault("ClientRequestToken", str(uuid.uuid4()))

    # The library makes its clients from the default session.
    boto3.setup_default_session()
    boto3.DEFAULT_SESSION.events.register("provide-client-params.cloudformation.CreateStack", with_token)


def credentials() -> Json:
    """Whether there are AWS credentials, and what tells one account from another; whether they are good is not asked."""
    found = boto3.Session().get_credentials()
    if found is None:
        return {"found": False}
    return {"found": True, "accessKeyId": found.access_key, "service": _client("ec2").meta.endpoint_url}


def tag_ami(ami_id: str, changed: Json, dropped: list[str]) -> Json:
    """Set and remove tags of an AMI; ParallelCluster itself has no call for it."""
    ec2 = _client("ec2")
    if changed:
        ec2.create_tags(Resources=[ami_id], Tags=[{"Key": key, "Value": value} for key, value in changed.items()])
    if dropped:
        ec2.delete_tags(Resources=[ami_id], Tags=[{"Key": key} for key in dropped])
    return {"amiId": ami_id}


def cluster_configuration(cluster_name: str) -> Json | None:
    """The document that a cluster was last made or updated with, from ParallelCluster's own bucket; None if it is gone."""
    region = os.environ["AWS_DEFAULT_REGION"]
    url = pcluster.lib.describe_cluster(cluster_name=cluster_name, region=region)["clusterConfiguration"]["url"]
    if not url.startswith(("https://", "http://")):
        return None
    with urllib.request.urlopen(url, timeout=60) as answer:
        return yaml.safe_load(answer.read())


def keep_former_state(cluster_name: str, state: Json) -> Json:
    """Write down what runs, unless an unfinished update has done so before; returns what is written down."""
    try:
        boto3.resource("dynamodb", region_name=os.environ["AWS_DEFAULT_REGION"]).Table(
            f"parallelcluster-{cluster_name}"
        ).put_item(Item={"Id": FORMER, "Data": json.dumps(state)}, ConditionExpression="attribute_not_exists(Id)")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return former_state(cluster_name) or state
    return state


def former_state(cluster_name: str) -> Json | None:
    """What an unfinished update has written down; None if there is none, or no table."""
    try:
        found = _client("dynamodb").get_item(
            TableName=f"parallelcluster-{cluster_name}", Key={"Id": {"S": FORMER}}, ConsistentRead=True
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return None
    return json.loads(found["Item"]["Data"]["S"]) if "Item" in found else None


def forget_former_state(cluster_name: str) -> Json:
    """The former state is restored."""
    _client("dynamodb").delete_item(TableName=f"parallelcluster-{cluster_name}", Key={"Id": {"S": FORMER}})
    return {}


def continue_rollback(cluster_name: str) -> Json:
    """Go on with the rollback of a failed update that failed itself."""
    _client("cloudformation").continue_update_rollback(StackName=cluster_name)
    return {}


def stack_status(cluster_name: str) -> str:
    """CloudFormation's status, which says more than ParallelCluster's."""
    return str(_client("cloudformation").describe_stacks(StackName=cluster_name)["Stacks"][0]["StackStatus"])


def run_on_head_node(instance_id: str, script: str, seconds: int) -> Json:
    """Run a shell script as root through Systems Manager: {"status", "output", "error"} with Run Command's own status."""
    ssm = _client("ssm")
    sent = ssm.send_command(
        InstanceIds=[instance_id],
        DocumentName="AWS-RunShellScript",
        Comment="pulumi-parallelcluster",
        TimeoutSeconds=max(30, seconds),
        Parameters={"commands": script.splitlines(), "executionTimeout": [str(seconds)]},
    )
    wanted = {"CommandId": sent["Command"]["CommandId"], "InstanceId": instance_id}
    deadline = time.monotonic() + seconds
    while True:
        try:
            found = ssm.get_command_invocation(**wanted)
        except ClientError as error:
            # The invocation appears a moment after the command.
            if error.response["Error"]["Code"] != "InvocationDoesNotExist":
                raise
            found = {"Status": "Pending"}
        if found["Status"] not in ("Pending", "InProgress", "Delayed") or time.monotonic() > deadline:
            break
        time.sleep(0.5)
    output, fault = found.get("StandardOutputContent", ""), found.get("StandardErrorContent", "")
    return {"status": found["Status"], "output": output, "error": fault}
