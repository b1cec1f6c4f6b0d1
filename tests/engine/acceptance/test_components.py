"""What every component owes, from create to destroy; each test judges one step of one component."""

from collections.abc import Iterator

import pytest

from tests.engine.acceptance.case import possible
from tests.engine.acceptance.component import Component
from tests.engine.acceptance.component_life import ComponentLife, Step
from tests.engine.acceptance.components import ROWS
from tests.engine.acceptance.place import Place

pytestmark = pytest.mark.engine
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComponentLife]:
    place = Place(tmp_path_factory.mktemp("components"))
    yield ComponentLife(place, ROWS)
    place.end()


@each_row
def test_created(life: ComponentLife, row: Component) -> None:
    assert set(ops(life.created, row).values()) == {("create",)}
    is_as_wanted(life, life.created, row, "first")


@each_row
def test_a_second_plan_is_empty(life: ComponentLife, row: Component) -> None:
    assert not_the_same(life.planned, row) == {}


@each_row
def test_changed_in_place(life: ComponentLife, row: Component) -> None:
    possible(row.change)
    new = dict.fromkeys(row.made, ("create",))
    assert not_the_same(life.changed, row) == dict.fromkeys(row.changed, ("update",)) | new
    done = life.changed.of(row)
    assert {part: done[part][0].changes for part in row.changed} == row.changed
    is_as_wanted(life, life.changed, row, "changed")


@each_row
def test_replaced_where_it_must_be(life: ComponentLife, row: Component) -> None:
    possible(row.replace)
    done = ops(life.replaced, row)
    assert {part for part, found in done.items() if "replace" in found} == row.replaced
    is_as_wanted(life, life.replaced, row, "replaced")


@each_row
def test_a_change_outside_is_seen_and_repaired(life: ComponentLife, row: Component) -> None:
    possible(row.drift)
    assert not_the_same(life.drifted, row) == {row.drifted: ("update",)}
    assert row.name not in life.outside, life.outside
    assert not_the_same(life.repaired, row) == {row.drifted: ("update",)}
    is_as_wanted(life, life.repaired, row, "replaced")


@each_row
def test_what_disappears_outside_is_made_again(life: ComponentLife, row: Component) -> None:
    assert not_the_same(life.vanished, row) == dict.fromkeys(row.vanished, ("delete",))
    assert row.name not in life.outside, life.outside
    assert not_the_same(life.recreated, row) == dict.fromkeys(row.vanished, ("create",))
    is_as_wanted(life, life.recreated, row, "replaced")


@each_row
def test_destroyed(life: ComponentLife, row: Component) -> None:
    assert set(ops(life.destroyed, row).values()) == {("delete",)}


def test_destroy_leaves_nothing(life: ComponentLife) -> None:
    assert life.destroyed.run.code == 0, life.destroyed.run.shown
    assert life.place.inventory() == life.place.before


def ops(step: Step, row: Component) -> dict[str, tuple[str, ...]]:
    """What was done, by resource. Fails with the engine's own words if something failed."""
    fault = step.faults(row)
    assert not fault, fault
    done = step.of(row)
    assert done, "nothing was done about it:\n" + "\n".join(step.run.errors.values())
    return {part: tuple(op.op for op in found) for part, found in done.items()}


def not_the_same(step: Step, row: Component) -> dict[str, tuple[str, ...]]:
    return {part: found for part, found in ops(step, row).items() if found != ("same",) and found != ("read",)}


def is_as_wanted(life: ComponentLife, step: Step, row: Component, arguments: str) -> None:
    assert step.seen[row.name] == row.looks(row.arguments(life.place.ground, arguments))
