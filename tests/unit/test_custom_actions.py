"""The team's scripts on nodes: after the platform's own, and never instead of them."""

import json
from typing import Any

import pytest

from planning.cluster.overlay import overlay
from tests.unit.recorder import run
from tests.unit.test_planning import JOINED, document

_CA = "install-ca-certificate.sh"
ONE = {"script": "https://example.org/one.sh"}
TWO = {"script": "s3://scripts/two.sh", "args": ["--fast", "a b"]}
PREPARE = "tests/unit/script_files/prepare.sh"
CLUSTER = "parallelcluster:index:Cluster"


def each_kind(custom_actions: dict[str, Any]) -> dict[str, Any]:
    """A cluster whose head node, login nodes and only queue have the same scripts."""
    queue = {"name": "a", "customActions": custom_actions}
    return {
        "headNode": {"customActions": custom_actions},
        "loginNodes": {"count": 1, "customActions": custom_actions},
        "queues": [queue],
    }


def sections(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [found["HeadNode"], found["LoginNodes"]["Pools"][0], found["Scheduling"]["SlurmQueues"][0]]


def own(section: dict[str, Any]) -> dict[str, Any]:
    """The platform's action at a node's start: of a queue with a hash, which may change."""
    kind = "compute" if "ComputeResources" in section else "login" if "Name" in section else "head"
    pinned = ["--sha256", f"sha-{kind}"] if kind == "compute" else []
    return {"Script": "s3://bucket/boot.pyz", "Args": [f"s3://bucket/{kind}.json", "OnNodeStart", _CA, *pinned]}


def test_scripts_stand_in_their_order_after_the_platforms_own_on_all_nodes() -> None:
    found = document(JOINED, cluster=each_kind({"onNodeStart": [ONE, TWO]}))
    one, two = {"Script": ONE["script"]}, {"Script": TWO["script"], "Args": TWO["args"]}
    for section in sections(found):
        assert section["CustomActions"]["OnNodeStart"] == {"Sequence": [own(section), one, two]}


def test_one_script_alone_is_no_sequence() -> None:
    found = document(cluster=each_kind({"onNodeConfigured": [ONE]}))
    for section in sections(found):
        assert section["CustomActions"] == {"OnNodeConfigured": {"Script": ONE["script"]}}


def test_scripts_after_updates_are_the_head_nodes_and_login_nodes() -> None:
    found = document(cluster={"headNode": {"customActions": {"onNodeUpdated": [ONE]}}})
    assert found["HeadNode"]["CustomActions"] == {"OnNodeUpdated": {"Script": ONE["script"]}}


@pytest.mark.parametrize("override", [{"Script": "s3://b/x.sh"}, {"Sequence": [{"Script": "s3://b/x.sh"}]}])
def test_scripts_of_overrides_follow_the_platforms_own(override: dict[str, Any]) -> None:
    actions = {"CustomActions": {"OnNodeStart": override}}
    nodes = {"headNode": {"overrides": actions}, "loginNodes": {"count": 1, "overrides": actions}}
    found = document(JOINED, cluster={**nodes, "queues": [{"name": "a", "overrides": actions}]})
    for section in sections(found):
        assert section["CustomActions"]["OnNodeStart"] == {"Sequence": [own(section), {"Script": "s3://b/x.sh"}]}


def test_policies_of_overrides_follow_the_platforms_own() -> None:
    iam = {"Iam": {"AdditionalIamPolicies": [{"Policy": "arn:more"}]}}
    own = document()["HeadNode"]["Iam"]["AdditionalIamPolicies"]
    assert len(own) == 2
    found = document(cluster={"headNode": {"overrides": iam}})["HeadNode"]["Iam"]
    assert found == {"AdditionalIamPolicies": [*own, {"Policy": "arn:more"}]}
    whole = document(cluster={"overrides": {"HeadNode": iam}})["HeadNode"]["Iam"]
    assert whole == found


def test_an_override_of_a_wrong_form_is_left_for_the_schema() -> None:
    first = {"Script": "s3://bucket/boot.pyz"}
    base = {"OnNodeStart": first, "AdditionalIamPolicies": [{"Policy": "arn:own"}]}
    assert overlay(base, {"OnNodeStart": "x.sh"})["OnNodeStart"] == {"Sequence": [first, "x.sh"]}
    assert overlay(base, {"AdditionalIamPolicies": "arn:x"})["AdditionalIamPolicies"] == [
        {"Policy": "arn:own"},
        "arn:x",
    ]


def test_files_go_into_the_bucket_once_and_nodes_may_read_what_they_run() -> None:
    wanted = {"onNodeStart": [{"script": PREPARE}, TWO]}
    made = run(cluster=each_kind(wanted))
    uploads = [one for one in made.named("aws:s3/bucketObjectv2:BucketObjectv2") if "prepare.sh" in one.name]
    assert len(uploads) == 1
    script = made.one(CLUSTER).inputs["configuration"]["HeadNode"]["CustomActions"]["OnNodeStart"]["Sequence"][0]
    assert script["Script"].startswith("s3://")
    assert script["Script"].endswith(uploads[0].inputs["key"])
    policy = json.loads(
        next(one for one in made.named("aws:iam/policy:Policy") if one.name.endswith("-scripts")).inputs["policy"]
    )
    assert policy["Statement"][0]["Resource"][1:] == ["arn:aws:s3:::scripts/two.sh"]
