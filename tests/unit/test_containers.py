"""Containers without root: what nodes run. Real Podman: tests/nodes/test_containers.py."""

from typing import Any

from planning.node_actions import programs
from tests.unit.node_manifests import steps
from tests.unit.recorder import run
from tests.unit.test_settings import load_with

IMAGE = {"os": "ubuntu2404", "components": [{"name": "podman"}]}


def containers(**wanted: Any) -> dict[str, Any]:
    return {"cluster": {"containers": wanted, "loginNodes": {"count": 1}}, "image": IMAGE}


def test_every_kind_of_node_runs_the_program() -> None:
    made = run(**containers(storageDir="/disk/containers"))
    step = ("containers", ["--engine", "podman", "--storage-dir", "/disk/containers"])
    for kind in ("head", "login", "compute"):
        assert steps(made, kind, "OnNodeConfigured") == [step]
    for kind in ("head", "login"):
        assert steps(made, kind, "OnNodeUpdated") == [step]


def test_users_come_before_containers() -> None:
    users = {"localUsers": {"file": "examples/bluebrain-users.json", "passwordlessSudo": True}}
    assert programs(load_with(**containers(), **users)) == ["local_users", "containers"]
    assert programs(load_with()) == []
