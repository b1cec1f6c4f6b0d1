"""The boundary of rights that a stack file names reaches every role that the platform has."""

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


def test_roles_are_made_in_one_room() -> None:
    """Which asks for the boundary; a component that calls it needs a stack file above."""
    files = {path.stem: path.read_text() for path in (ROOT / "components").glob("*.py")}
    assert {name for name, text in files.items() if "iam.Role(" in text} == {"machine_role"}
    assert {name for name, text in files.items() if " machine_role(" in text} == {
        "jump_host",
        "domain_controllers",
        "machine_role",
    }


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
