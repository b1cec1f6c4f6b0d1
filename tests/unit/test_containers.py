"""Containers without root: what nodes run. Real Podman: tests/nodes/test_containers.py."""

from typing import Any

from planning.node_actions import programs
from tests.unit.recorder import run
from tests.unit.test_settings import load_with

IMAGE = {"os": "ubuntu2404", "components": [{"name": "podman"}]}


def containers(**wanted: Any) -> dict[str, Any]:
    return {"cluster": {"containers": wanted, "loginNodes": {"count": 1}}, "image": IMAGE}


def test_every_kind_of_node_runs_the_program() -> None:
    (made,) = run(**containers(storageDir="/disk/containers")).named("parallelcluster:index:Cluster")
    document = made.inputs["configuration"]
    nodes = [document["HeadNode"], document["Scheduling"]["SlurmQueues"][0], document["LoginNodes"]["Pools"][0]]
    actions = [one["CustomActions"]["OnNodeConfigured"] for one in nodes]
    assert all(one["Script"].endswith("/node/containers.pyz") for one in actions)
    assert {tuple(one["Args"]) for one in actions} == {("--engine", "podman", "--storage-dir", "/disk/containers")}


def test_users_come_before_containers() -> None:
    users = {"localUsers": {"file": "examples/bluebrain-users.json", "passwordlessSudo": True}}
    assert programs(load_with(**containers(), **users)) == ["local_users", "containers"]
    assert programs(load_with()) == []
