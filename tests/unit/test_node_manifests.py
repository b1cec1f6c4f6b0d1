"""What a changed program or argument changes in a cluster's document: nothing that an update could not bring."""

import re
from dataclasses import replace
from typing import Any

import pytest

from planning.endpoints import Endpoints
from planning.node_actions import INTEGRATIONS, manifest, node_actions, programs
from planning.node_actions.action import ALL_KINDS, Kind
from settings import Settings
from tests.unit.node_manifests import CLUSTER as CLUSTER_TYPE
from tests.unit.node_manifests import sections, steps
from tests.unit.recorder import run
from tests.unit.test_planning import ENDPOINTS, JOINED, document
from tests.unit.test_settings import load_with

OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2"
URI, ARN = "s3://bucket/x.json", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:rest-AbCdEf"
CLUSTER: dict[str, Any] = {
    "slurmRestApi": {},
    "jobEnvironment": {"folder": "data"},
    "sshd": {"acceptEnv": ["TEAM"]},
    "siteServices": [{"name": "one", "command": "/data/one", "user": "one"}],
    "containers": {},
    "loginNodes": {"count": 1},
}
DIRECTORY: dict[str, Any] = {"directory": {"kind": "simple-ad"}, "jumpHost": {"kind": "ec2"}}
ALL: dict[str, Any] = {
    "cluster": CLUSTER,
    "storage": {"folders": [{"name": "data", "mountDir": "/data"}]},
    "image": {"os": "ubuntu2404", "components": [{"name": "podman"}]},
}


def everything() -> tuple[Settings, Endpoints]:
    """All integrations at once, users and directory too, which a stack file has one or the other of."""
    users = {"localUsers": {"file": "examples/bluebrain-users.json", "passwordlessSudo": True}}
    settings = load_with(**ALL, **users).model_copy(update={"directory": load_with(**DIRECTORY).directory})
    names = programs(settings)
    assert len(names) == len(INTEGRATIONS)
    found = {**ENDPOINTS, **JOINED, "slurm_rest_key_arn": ARN, "local_users_uri": URI}
    found["node_settings"] = dict.fromkeys(("job_environment", "sshd", "site_service"), (URI, "v1"))
    found["program_uris"] = {name: f"s3://bucket/{name}" for name in names}
    found["program_hashes"] = dict.fromkeys(names, "0" * 64)
    return settings, Endpoints(**found)


def test_what_runs_at_the_start_of_nodes_that_stay_runs_after_updates_too() -> None:
    settings, endpoints = everything()
    for kind in ("head", "login"):
        found = manifest.actions_of(kind, settings, endpoints)
        started = {one.program for event in ("OnNodeStart", "OnNodeConfigured") for one in found.get(event, [])}
        assert started == {one.program for one in found["OnNodeUpdated"]}
    assert "OnNodeUpdated" not in manifest.actions_of("compute", settings, endpoints)
    assert {one.event for one in node_actions(settings, endpoints)} == {
        "OnNodeStart",
        "OnNodeConfigured",
        "OnNodeUpdated",
    }


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_manifest_says_all_that_may_change(kind: Kind) -> None:
    settings, endpoints = everything()
    found = manifest.actions_of(kind, settings, endpoints)
    before = manifest.manifest(found, endpoints)
    (name, *_) = before["programs"]
    changed = replace(endpoints, program_hashes={**endpoints.program_hashes, name: "1" * 64})
    assert manifest.manifest(found, changed) != before
    assert manifest.key(kind, found) == manifest.key(kind, manifest.actions_of(kind, settings, changed))
    fewer = {event: rows[1:] for event, rows in found.items()}
    assert manifest.key(kind, fewer) != manifest.key(kind, found)


def test_a_changed_manifest_changes_what_runs_after_updates_and_what_queues_start_with() -> None:
    def found(digest: str) -> dict[str, dict[str, Any]]:
        manifests = {kind: replace(one, sha256=digest) for kind, one in JOINED["manifests"].items()}
        whole = document({**JOINED, "manifests": manifests}, cluster={"loginNodes": {"count": 1}})
        return {kind: section["CustomActions"] for kind, section in sections(whole).items()}

    before, after = found("0" * 64), found("1" * 64)
    for kind in ("head", "login"):
        changed = {event for event in before[kind] if before[kind][event] != after[kind][event]}
        assert (set(before[kind]), changed) == ({"OnNodeStart", "OnNodeUpdated"}, {"OnNodeUpdated"})
    assert before["compute"]["OnNodeStart"] != after["compute"]["OnNodeStart"]


def test_settings_of_a_program_change_its_manifest_only() -> None:
    def found(names: list[str]) -> Any:
        return run(cluster={"sshd": {"acceptEnv": names}, "loginNodes": {"count": 1}})

    before, after = found(["ONE"]), found(["TWO"])
    for kind in ("head", "login"):
        assert steps(before, kind, "OnNodeConfigured") == steps(after, kind, "OnNodeConfigured")
        first, second = (sections(made.one(CLUSTER_TYPE).inputs["configuration"])[kind] for made in (before, after))
        assert first["CustomActions"]["OnNodeConfigured"] == second["CustomActions"]["OnNodeConfigured"]
        ((_, old),), ((_, new),) = steps(before, kind, "OnNodeUpdated"), steps(after, kind, "OnNodeUpdated")
        assert (old[:2], old[-2:] == new[-2:]) == (new[:2], False)


def test_what_lies_under_its_hash_stays_as_long_as_its_bucket() -> None:
    made = run(**ALL)
    objects = {one.inputs["key"]: bool(one.options.get("retainOnDelete")) for one in made.named(OBJECT)}
    assert {key for key, stays in objects.items() if not stays} == {
        key for key in objects if not re.match(r"scripts/[0-9a-f]{16}/", key)
    }
    assert {key.rsplit("/", 1)[1] for key, stays in objects.items() if stays} >= {"sshd.pyz", "compute.json"}
    assert {key.rsplit("/", 1)[1] for key, stays in objects.items() if not stays} >= {"boot.pyz", "head.json"}
