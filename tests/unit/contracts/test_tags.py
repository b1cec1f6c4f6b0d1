"""One tag map reaches everything that can carry tags."""

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from tests.unit.contracts.aws_types import inputs_of, is_aws, takes_default_tags
from tests.unit.contracts.stack_files import STACK_FILES, every_stack_file, made
from tests.unit.recorder import Recorder, record, run

_DOCUMENTS = {
    "parallelcluster:index:Cluster": (("Tags",),),
    "parallelcluster:index:Image": (("Image", "Tags"), ("Build", "Tags")),
}
"""Where ParallelCluster's documents keep tags: it lays the cluster's on its CloudFormation stack, and so on launch templates,
volumes, log groups and all else; the image's on the AMI, the build's on what builds it."""


def faults(recorder: Recorder, tags: dict[str, str]) -> list[str]:
    providers = {one.urn: one.inputs for one in recorder.named("pulumi:providers:aws")}
    found: list[str] = []
    for one in recorder.resources:
        if is_aws(one.token) and "tags" in inputs_of(one.token):
            reached = one.inputs.get("tags") or {}
            if takes_default_tags(one.token):
                reached = {**_default_tags(providers, one.options.get("provider", "")), **reached}
            found += _missing(one.urn, tags, reached)
        for path in _DOCUMENTS.get(one.token, ()):
            found += _missing(f"{one.urn} {'/'.join(path)}", tags, _listed(one.inputs["configuration"], path))
    return found


def _default_tags(providers: dict[str, dict[str, Any]], reference: str) -> dict[str, str]:
    """A reference is `<urn>::<id>`; none means the SDK's default provider, which knows no tags."""
    default = providers.get(reference.rpartition("::")[0], {}).get("defaultTags", "{}")
    return (json.loads(default) if isinstance(default, str) else default).get("tags", {})


def _listed(document: Any, path: tuple[str, ...]) -> dict[str, str]:
    for key in path:
        document = document.get(key, {})
    return {tag["Key"]: tag["Value"] for tag in document}


def _missing(where: str, tags: dict[str, str], reached: dict[str, str]) -> list[str]:
    lost = sorted(key for key, value in tags.items() if reached.get(key) != value)
    return [f"{where}: lacks {', '.join(lost)}"] if lost else []


@every_stack_file
def test_every_taggable_resource_carries_every_tag(name: str) -> None:
    file = STACK_FILES[name]
    owner = {"team": "genomics", "environment": "dev", "stack": file.stack, "owner": "hpc@example.org"}
    own = {key: file.sections.get({"owner": "email"}.get(key, key), value) for key, value in owner.items()}
    tags = {f"hpcstack:{key}": value for key, value in own.items()} | file.sections.get("tags", {})
    assert faults(made(name).recorder, tags) == []
    taggable = [one for one in made(name).recorder.resources if is_aws(one.token) and "tags" in inputs_of(one.token)]
    assert len(taggable) >= 5


TAGS = {"hpcstack:team": "genomics", "purpose": "test"}


def _with_default_provider() -> None:
    aws.ec2.Vpc("vpc", tags={"hpcstack:team": "genomics"})


def _with_a_provider_of_fewer_tags() -> None:
    provider = aws.Provider("aws", default_tags={"tags": {"hpcstack:team": "genomics"}})
    aws.s3.Bucket("bucket", opts=pulumi.ResourceOptions(provider=provider))


def _with_a_tag_overwritten() -> None:
    provider = aws.Provider("aws", default_tags={"tags": TAGS})
    aws.ec2.Vpc("vpc", tags={"purpose": "other"}, opts=pulumi.ResourceOptions(provider=provider))


def _with_an_untagged_cluster() -> None:
    pulumi.CustomResource("parallelcluster:index:Cluster", "cluster", {"configuration": {"Tags": []}})


@pytest.mark.parametrize(
    ("wrong", "lost"),
    [
        (_with_default_provider, "purpose"),
        (_with_a_provider_of_fewer_tags, "purpose"),
        (_with_a_tag_overwritten, "purpose"),
        (_with_an_untagged_cluster, "hpcstack:team, purpose"),
    ],
)
def test_a_resource_that_tags_do_not_reach_is_found(wrong: Callable[[], None], lost: str) -> None:
    (fault,) = faults(record(wrong), TAGS)
    assert fault.endswith(f"lacks {lost}")


def test_a_type_without_tags_is_left_alone() -> None:
    assert "tags" not in inputs_of("aws:ec2/route:Route")
    assert faults(record(lambda: aws.ec2.Route("route", route_table_id="rtb-1") and None), TAGS) == []


def test_an_object_of_s3_takes_ten_tags_the_platforms_own_first() -> None:
    """Every other thing has all of them."""
    many = {f"key{number}": "value" for number in range(8)}
    object_, bucket = "aws:s3/bucketObjectv2:BucketObjectv2", "aws:s3/bucket:Bucket"
    recorder = run(tags=many, directory={"kind": "simple-ad"}, jumpHost={"kind": "ec2"})
    for one in recorder.named(object_):
        assert len(one.inputs["tags"]) == 10
        assert {"hpcstack:team", "hpcstack:owner", "key5"} <= set(one.inputs["tags"])
        assert one.inputs["overrideProvider"] == {"defaultTags": {"tags": {}}}
    assert recorder.named(object_)
    assert "tags" not in recorder.one(bucket).inputs
    assert not [one for one in run(tags=dict(list(many.items())[:6])).named(object_) if "tags" in one.inputs]
