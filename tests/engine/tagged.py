"""What of a stack that is up lacks tags of the one map: in the engine's state, and in the cloud where ParallelCluster made it."""

import json
from collections.abc import Iterator
from typing import Any

from tests.engine.local_cloud import LocalCloud

Tags = dict[str, str]


def untagged(cloud: LocalCloud, stack: str, tags: Tags) -> list[str]:
    """Names of things that lack a tag.

    Not asked about: volumes, network interfaces and log groups of the cluster's CloudFormation stack, on which CloudFormation lays
    the stack's tags at AWS and the emulator does not. The stack's own tags stand for them.
    """
    found = [*_of_the_state(cloud, stack), *_of_parallelcluster(cloud)]
    assert len(found) > 40, found
    return [name for name, borne in found if not tags.items() <= borne.items()]


def _of_the_state(cloud: LocalCloud, stack: str) -> Iterator[tuple[str, Tags]]:
    file = cloud.state / f"backend/.pulumi/stacks/hpcstack/{stack}.json"
    for one in json.loads(file.read_text())["checkpoint"]["latest"]["resources"]:
        # As the cloud told them: an output of every type that can have tags.
        if "tagsAll" in one.get("outputs", {}):
            yield one["urn"].rpartition("::")[2] + " " + one["type"], one["outputs"]["tagsAll"]


def _of_parallelcluster(cloud: LocalCloud) -> Iterator[tuple[str, Tags]]:
    ec2 = cloud.client("ec2")
    for group in ec2.describe_instances()["Reservations"]:
        yield from ((one["InstanceId"], _map(one.get("Tags"))) for one in group["Instances"])
    for one in ec2.describe_images(Owners=["self"])["Images"]:
        yield one["ImageId"], _map(one.get("Tags"))
    for one in ec2.describe_launch_templates()["LaunchTemplates"]:
        named = [{"Name": "resource-id", "Values": [one["LaunchTemplateId"]]}]
        yield one["LaunchTemplateName"], _map(ec2.describe_tags(Filters=named)["Tags"])
        yield from _launched(ec2, one["LaunchTemplateId"])
    for one in cloud.client("cloudformation").describe_stacks()["Stacks"]:
        yield one["StackName"], _map(one.get("Tags"))
    logs = cloud.client("logs")
    for one in logs.describe_log_groups(logGroupNamePrefix="/aws/imagebuilder/")["logGroups"]:
        yield one["logGroupName"], logs.list_tags_for_resource(resourceArn=one["arn"].removesuffix(":*"))["tags"]


def _launched(ec2: Any, template: str) -> Iterator[tuple[str, Tags]]:
    """What instances and volumes of a template will bear."""
    for version in ec2.describe_launch_template_versions(LaunchTemplateId=template)["LaunchTemplateVersions"]:
        for one in version["LaunchTemplateData"].get("TagSpecifications", []):
            yield f"{version['LaunchTemplateName']}: its {one['ResourceType']}s", _map(one["Tags"])


def _map(tags: list[dict[str, str]] | None) -> Tags:
    return {tag["Key"]: tag["Value"] for tag in tags or []}
