"""Every resource type of the stand-in for pulumi-aws, through its whole life, against an emulator in this process."""

from collections.abc import Iterator

import pytest

from localcloud.plugins.aws.plugin import AwsPlugin
from tests.emulator.aws_types import LIVES
from tests.emulator.aws_types.world import Inputs, Life, World
from tests.unit.aws_standin_rig import TAGS, Made, Rig, moto_endpoint, plain, secrets_of

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with moto_endpoint():
        yield World(Rig())


def named(life: Life) -> str:
    return life.token.rsplit(":", 1)[1].lower()


def with_tags(life: Life, inputs: Inputs, **tags: str) -> Inputs:
    takes = AwsPlugin().types[life.token].tagged
    return {**inputs, "tags": {**inputs.get("tags", {}), **tags}} if takes else inputs


@pytest.mark.parametrize("life", LIVES, ids=named)
def test_whole_life(world: World, life: Life) -> None:
    inputs = with_tags(life, life.inputs(world), Name="first")
    rig = Rig(name=named(life))
    made = rig.create(life.token, **inputs)
    try:
        assert_made(rig, life, made, inputs)
        assert_default_tags_change_in_place(life, made, inputs)
        made = assert_changed(rig, life, made, inputs, world)
        if life.replace:
            wanted = life.replace(world)
            assert set(rig.diff(made, **{**inputs, **wanted}).replaces) >= set(wanted)
    finally:
        rig.delete(made)
    assert (rig.read(made) is None) or life.stays
    rig.delete(made)


def assert_made(rig: Rig, life: Life, made: Made, inputs: Inputs) -> None:
    assert made.id.startswith(life.id)
    state = plain(made.state)
    assert [key for key in life.outputs if not state.get(key)] == []
    assert secrets_of(made.state) == secrets_of(made.inputs) == life.secrets
    if "tags" in inputs:
        assert state["tagsAll"] == {**TAGS, "Name": "first"}
    assert rig.diff(made, **inputs).changes == 1
    again = rig.read(made)
    assert again is not None
    assert plain(again.inputs) == plain(made.inputs)
    assert plain(again.state) == plain(made.state)


def assert_default_tags_change_in_place(life: Life, made: Made, inputs: Inputs) -> None:
    if "tags" not in inputs:
        return
    other = Rig({"team": "proteomics"}, named(life))
    diff = other.diff(made, **inputs)
    assert list(diff.detailedDiff) == ["tagsAll.team"]
    assert not diff.replaces
    changed = other.update(made, **inputs)
    again = other.read(changed)
    assert again is not None
    assert again["tagsAll"] == {"team": "proteomics", "Name": "first"}
    assert plain(again.inputs) == {**plain(made.inputs), "tagsAll": again["tagsAll"]}


def assert_changed(rig: Rig, life: Life, made: Made, inputs: Inputs, world: World) -> Made:
    change = life.change(world) if life.change else {}
    wanted = with_tags(life, {**inputs, **change}, Name="second")
    if wanted == inputs:
        return made
    diff = rig.diff(made, **wanted)
    assert diff.changes == 2
    assert not diff.replaces
    changed = rig.update(made, **wanted)
    again = rig.read(changed)
    assert again is not None
    assert plain(again.inputs) == plain(changed.inputs)
    assert rig.diff(changed, **wanted).changes == 1
    if "tags" in wanted:
        assert changed["tagsAll"] == {**TAGS, "Name": "second"}
    return changed


def test_table_has_every_type() -> None:
    assert {life.token for life in LIVES} == set(AwsPlugin().types)
