"""The boundary of rights that a stack file names reaches every role that the platform has."""

import ast
from typing import Any

import pytest

from tests.unit.contracts.stack_files import ROOT, STACK_FILES, made
from tests.unit.recorder import Recorder, run

BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"
ROLE = "aws:iam/role:Role"
MAKING_ROLES = ("everything", "samba-ad")
"""Stack files with all components that make a role."""
IMAGE = {"image": {"components": ["packages"]}}


def bounded(name: str, **more: Any) -> Recorder:
    file = STACK_FILES[name]
    cluster = {**file.sections.get("cluster", {}), "iam": {"permissionsBoundary": BOUNDARY}}
    return run(file.secrets, file.stack, **{**file.sections, **more, "cluster": cluster})


def test_whatever_makes_a_role_says_its_boundary() -> None:
    """A component that makes one more needs a stack file above."""
    files = [path.read_text() for path in (ROOT / "components").glob("*.py")]
    calls = [node for text in files for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    roles = [node for node in calls if ast.unparse(node.func).endswith("iam.Role")]
    assert roles
    assert all("permissions_boundary" in {one.arg for one in node.keywords} for node in roles)


@pytest.mark.parametrize("name", MAKING_ROLES)
def test_every_role_has_it(name: str) -> None:
    roles = bounded(name).named(ROLE)
    assert roles
    assert {one.name for one in roles} == {one.name for one in made(name).recorder.named(ROLE)}
    assert {one.inputs.get("permissionsBoundary") for one in roles} == {BOUNDARY}


def test_roles_that_parallelcluster_makes_have_it() -> None:
    recorder = bounded("minimal", **IMAGE)
    for token, place in (("parallelcluster:index:Cluster", ()), ("parallelcluster:index:Image", ("Build",))):
        document = recorder.one(token).inputs["configuration"]
        for key in place:
            document = document[key]
        assert document["Iam"]["PermissionsBoundary"] == BOUNDARY


def test_without_one_no_role_has_any() -> None:
    for name in MAKING_ROLES:
        assert {one.inputs.get("permissionsBoundary") for one in made(name).recorder.named(ROLE)} == {None}
    image = run(**IMAGE).one("parallelcluster:index:Image").inputs["configuration"]
    assert "Iam" not in image["Build"]
