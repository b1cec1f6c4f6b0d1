"""Calls of AWS that a cluster's or an image's life needs and that ParallelCluster's library has no function for."""

# This file belongs to another environment: no types of `pcluster`, boto3 or marshmallow are at hand where it is checked.
# pyright: reportMissingImports=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingTypeStubs=false
# pyright: reportUnknownLambdaType=false, reportAttributeAccessIssue=false

import json
import os
import time
import urllib.error
import urllib.request
from typing import Any

import boto3
import judging
import pcluster.lib
import yaml
from botocore.exceptions import ClientError

Json = dict[str, Any]

FORMER = "PULUMI_FORMER_STATE"
"""Key of the item in the cluster's own table that says what ran before an update stopped it."""


def client(service: str) -> Any:
    return boto3.client(service, region_name=os.environ["AWS_DEFAULT_REGION"])


def credentials() -> Json:
    """Whether there are AWS credentials, and what tells one account from another; whether they are good is not asked."""
    found = boto3.Session().get_credentials()
    if found is None:
        return {"found": False}
    return {"found": True, "accessKeyId": found.access_key, "service": client("ec2").meta.endpoint_url}


def images_of(key: str, value: str) -> list[Json]:
    """The account's ParallelCluster images with a tag: [{"imageId", "amiId", "created"}]."""
    pages = client("ec2").get_paginator("describe_images")
    filters = [{"Name": f"tag:{key}", "Values": [value]}, {"Name": "tag-key", "Values": ["parallelcluster:image_id"]}]
    found: list[Json] = []
    for page in pages.paginate(Owners=["self"], Filters=filters):
        for image in page["Images"]:
            tags = {tag["Key"]: tag["Value"] for tag in image["Tags"]}
            name = tags["parallelcluster:image_id"]
            found.append({"imageId": name, "amiId": image["ImageId"], "created": image["CreationDate"]})
    return found


def users_of(ami_id: str) -> list[str]:
    """Who would miss an image: clusters of the account and region whose document names it; else instances and launch templates."""
    ec2, found = client("ec2"), [f"cluster {name}" for name in _clusters_naming(ami_id)]
    if found:
        return found
    for page in ec2.get_paginator("describe_instances").paginate(Filters=[{"Name": "image-id", "Values": [ami_id]}]):
        for instance in (one for reservation in page["Reservations"] for one in reservation["Instances"]):
            if instance["State"]["Name"] not in ("shutting-down", "terminated"):
                found.append(f"instance {instance['InstanceId']}")
    for page in ec2.get_paginator("describe_launch_templates").paginate():
        for template in page["LaunchTemplates"]:
            wanted = {"LaunchTemplateId": template["LaunchTemplateId"], "Versions": ["$Latest", "$Default"]}
            try:
                versions = ec2.describe_launch_template_versions(**wanted)["LaunchTemplateVersions"]
            except ClientError as error:
                # Its cluster is being deleted at this moment.
                if error.response["Error"]["Code"] != "InvalidLaunchTemplateId.NotFound":
                    raise
                continue
            if any(version["LaunchTemplateData"].get("ImageId") == ami_id for version in versions):
                found.append(f"launch template {template['LaunchTemplateName']}")
    return found


def _clusters_naming(ami_id: str) -> list[str]:
    region, names, token = os.environ["AWS_DEFAULT_REGION"], list[str](), None
    while True:
        page = pcluster.lib.list_clusters(region=region, **({"next_token": token} if token else {}))
        names += [item["clusterName"] for item in page["clusters"]]
        token = page.get("nextToken")
        if not token:
            break
    return [name for name in names if ami_id in json.dumps(cluster_configuration(name), default=str)]


def drop_snapshots(ami_id: str) -> Json:
    """Delete the snapshots of an image that is gone. ParallelCluster does so after it deregistered the image; ended in between, it
    finds no image the next time, and leaves them.

    EC2 writes into a snapshot's description which image it was made for (EC2 User Guide, "Create an Amazon EBS-backed AMI").
    """
    ec2 = client("ec2")
    wanted = [{"Name": "description", "Values": [f"Created by CreateImage(*) for {ami_id}*"]}]
    for page in ec2.get_paginator("describe_snapshots").paginate(OwnerIds=["self"], Filters=wanted):
        for snapshot in page["Snapshots"]:
            try:
                ec2.delete_snapshot(SnapshotId=snapshot["SnapshotId"])
            except ClientError as error:
                if error.response["Error"]["Code"] != "InvalidSnapshot.NotFound":
                    raise
    return {}


def build_stack(image_id: str) -> Json | None:
    """The stack of an image's build: {"arn", "status"}; None if it is gone, as it should be once the image is there."""
    try:
        (stack,) = client("cloudformation").describe_stacks(StackName=image_id)["Stacks"]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        return None
    return {"arn": stack["StackId"], "status": stack["StackStatus"]}


def delete_stack(arn: str) -> Json:
    """Delete a stack; one that is gone is no error."""
    client("cloudformation").delete_stack(StackName=arn)
    return {}


def tag_ami(ami_id: str, changed: Json, dropped: list[str]) -> Json:
    """Set and remove tags of an AMI; ParallelCluster itself has no call for it."""
    ec2 = client("ec2")
    if changed:
        ec2.create_tags(Resources=[ami_id], Tags=[{"Key": key, "Value": value} for key, value in changed.items()])
    if dropped:
        ec2.delete_tags(Resources=[ami_id], Tags=[{"Key": key} for key in dropped])
    return {"amiId": ami_id}


def cluster_configuration(cluster_name: str) -> Json:
    """The document that a cluster was last made or updated with, from ParallelCluster's own bucket. Raises Refused 410 if it is
    no longer there.
    """
    region = os.environ["AWS_DEFAULT_REGION"]
    url = pcluster.lib.describe_cluster(cluster_name=cluster_name, region=region)["clusterConfiguration"]["url"]
    if not url.startswith(("https://", "http://")):
        raise judging.Refused(
            {"message": f"ParallelCluster does not say where the document of {cluster_name} is: {url}"}, 410
        )
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return yaml.safe_load(answer.read())
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        raise judging.Refused(
            {"message": f"the document of {cluster_name} is no longer at {url.partition('?')[0]}"}, 410
        ) from error


def keep_former_state(cluster_name: str, state: Json, before: Json | None) -> Json:
    """Write down what runs, in place of `before`, which an unfinished update may have written; nobody else's note is replaced."""
    unchanged = {"ConditionExpression": "attribute_not_exists(Id)"}
    if before is not None:
        there = {":before": json.dumps(before)}
        unchanged = {"ConditionExpression": "#d = :before", "ExpressionAttributeNames": {"#d": "Data"}}
        unchanged |= {"ExpressionAttributeValues": there}
    table = boto3.resource("dynamodb", region_name=os.environ["AWS_DEFAULT_REGION"]).Table(
        f"parallelcluster-{cluster_name}"
    )
    try:
        table.put_item(Item={"Id": FORMER, "Data": json.dumps(state)}, **unchanged)
    except ClientError as error:
        # A second try after a lost answer finds its own note.
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException" or former_state(cluster_name) != state:
            raise
    return state


def former_state(cluster_name: str) -> Json | None:
    """What an unfinished update has written down; None if there is none, or no table."""
    try:
        found = client("dynamodb").get_item(
            TableName=f"parallelcluster-{cluster_name}", Key={"Id": {"S": FORMER}}, ConsistentRead=True
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return None
    return json.loads(found["Item"]["Data"]["S"]) if "Item" in found else None


def forget_former_state(cluster_name: str) -> Json:
    """The former state is restored."""
    client("dynamodb").delete_item(TableName=f"parallelcluster-{cluster_name}", Key={"Id": {"S": FORMER}})
    return {}


def continue_rollback(cluster_name: str) -> Json:
    """Go on with the rollback of a failed update that failed itself."""
    client("cloudformation").continue_update_rollback(StackName=cluster_name)
    return {}


def stack_status(cluster_name: str) -> str:
    """CloudFormation's status, which says more than ParallelCluster's."""
    return str(client("cloudformation").describe_stacks(StackName=cluster_name)["Stacks"][0]["StackStatus"])


def run_on_head_node(instance_id: str, script: str, seconds: int) -> Json:
    """Run a shell script as root through Systems Manager: {"status", "output", "error"} with Run Command's own status."""
    ssm = client("ssm")
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
