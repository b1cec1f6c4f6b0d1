"""Clusters and images of ParallelCluster, by their names and the provider's mark (docs/provider.md)."""

import re
from collections.abc import Iterator

from botocore.exceptions import ClientError

from scripts.operator.repair.finding import Finder, Wanted, pages
from scripts.operator.repair.plan import Found

MARK = "pulumi-parallelcluster:urn"


def mark(urn: str) -> str:
    """The value of the provider's tag: project, stack and logical name."""
    parts = urn.split("::")
    text = "/".join([parts[1], parts[0].removeprefix("urn:pulumi:"), parts[-1]])
    return re.sub(r"[^a-zA-Z0-9 +=._:/@-]", "_", text)[:256]


def cluster(wanted: Wanted) -> Iterator[Found]:
    """A cluster is the CloudFormation stack of its name."""
    yield from _stack(wanted, wanted.text("clusterName"))


def image(wanted: Wanted) -> Iterator[Found]:
    """An image is a stack while it is built, and then an AMI with its id as a tag."""
    name = wanted.text("imageId")
    tagged = [{"Name": "tag:parallelcluster:image_id", "Values": [name]}]
    images = list(pages(wanted.client("ec2"), "describe_images", "Images", Owners=["self"], Filters=tagged))
    for one in images:
        yield Found(_identity(wanted, name), _ours(wanted, one.get("Tags", [])))
    if not images:
        yield from _stack(wanted, name)


def _stack(wanted: Wanted, name: str) -> Iterator[Found]:
    try:
        found = wanted.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        # CloudFormation's word for a stack that does not exist.
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        return
    for stack in found:
        if stack["StackStatus"] != "DELETE_COMPLETE":
            yield Found(_identity(wanted, name), _ours(wanted, stack.get("Tags", [])))


def _identity(wanted: Wanted, name: str) -> str:
    return f"{wanted.text('region')}/{name}"


def _ours(wanted: Wanted, tags: list[dict[str, str]]) -> bool:
    return {"Key": MARK, "Value": mark(wanted.urn)} in tags


FINDERS: dict[str, Finder] = {
    "parallelcluster:index:Cluster": cluster,
    "parallelcluster:index:Image": image,
}
