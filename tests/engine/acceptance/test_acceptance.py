"""What every resource type owes, from create to destroy.

The steps are made for all cases together, by the real engine; each test judges one step of one case.
"""

from collections.abc import Iterator

import pytest

from tests.engine.acceptance.case import Case, No, Outside, Values, possible
from tests.engine.acceptance.life import Life, Step
from tests.engine.acceptance.place import Place
from tests.engine.acceptance.stack import Op
from tests.engine.acceptance.table import CASES

pytestmark = pytest.mark.engine
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    place = Place(tmp_path_factory.mktemp("acceptance"))
    yield Life(place, CASES)
    place.end()


@each_case
def test_created(life: Life, case: Case) -> None:
    assert ops(life.created, case) == ["create"]
    is_as_wanted(life, life.created, case, "first")


@each_case
def test_a_second_plan_is_empty(life: Life, case: Case) -> None:
    assert ops(life.planned, case) == ["same"], changes(life.planned, case)


@each_case
def test_changed_in_place(life: Life, case: Case) -> None:
    change = possible(case.change)(life.ground)
    assert ops(life.changed, case) == ["update"]
    assert changes(life.changed, case) == with_all_tags(change)
    is_as_wanted(life, life.changed, case, "changed")


@each_case
def test_replaced_where_it_must_be(life: Life, case: Case) -> None:
    change = possible(case.replace)(life.ground)
    found = done(life.replaced, case)
    assert {op.op for op in found} == {"create-replacement", "replace", "delete-replaced"}
    assert {key for op in found for key in op.keys} == set(change) - case.along
    is_as_wanted(life, life.replaced, case, "replaced")


@each_case
def test_a_change_outside_is_seen_and_repaired(life: Life, case: Case) -> None:
    meddled(life, life.drifted, case, case.drift)
    (op,) = done(life.drifted, case)
    assert op.op == "update"
    assert life.drifted.seen[case.name] != life.replaced.seen[case.name]
    assert ops(life.repaired, case) == ["update"]
    is_as_wanted(life, life.repaired, case, "replaced")


@each_case
def test_what_disappears_outside_is_made_again(life: Life, case: Case) -> None:
    meddled(life, life.vanished, case, case.vanish)
    assert ops(life.vanished, case) == ["delete"]
    assert life.vanished.seen[case.name] is None
    assert ops(life.recreated, case) == ["create"]
    is_as_wanted(life, life.recreated, case, "replaced")


@each_case
def test_imported_by_its_id(life: Life, case: Case) -> None:
    possible(case.import_id)
    first, *rest = done(life.imported, case)
    assert first.op == "import"
    assert [(op.op, named(op)) for op in rest] == ([("update", case.unread)] if case.unread else [])
    assert ops(life.imported_plan, case) == ["same"], changes(life.imported_plan, case)


@each_case
def test_destroyed(life: Life, case: Case) -> None:
    assert ops(life.destroyed, case) == ["delete"]
    if not case.stays:
        assert life.destroyed.seen[case.name] is None


def test_destroy_leaves_nothing(life: Life) -> None:
    assert life.destroyed.run.code == 0, life.destroyed.run.shown
    assert life.place.inventory() == life.place.before


def ops(step: Step, case: Case) -> list[str]:
    return [op.op for op in done(step, case)]


def done(step: Step, case: Case) -> list[Op]:
    """What a step did about a case. Fails with the engine's own words if that failed."""
    found = step.run.of(case.name, case.token)
    fault = step.run.fault(case.name, case.token)
    assert not fault, fault
    assert found, "nothing was done about it:\n" + "\n".join(step.run.errors.values())
    return found


def changes(step: Step, case: Case) -> set[str]:
    return {key for op in done(step, case) for key in named(op)}


def named(op: Op) -> set[str]:
    """Inputs that differ. An asset's content is hidden from the stand-in's diff, which shows its own note of it instead."""
    return {"source" if key == "__content" else key for key in op.changes}


def with_all_tags(change: Values) -> set[str]:
    """A change of `tags` is one of `tagsAll` too."""
    return {*change, *({"tagsAll"} if "tags" in change else ())}


def meddled(life: Life, step: Step, case: Case, what: Outside | No) -> None:
    assert step
    possible(what)
    if fault := life.outside.get(case.name):
        raise fault


def is_as_wanted(life: Life, step: Step, case: Case, inputs: str) -> None:
    seen = step.seen[case.name]
    if isinstance(seen, Exception):
        raise seen
    wanted = case.wanted(life.ground, inputs)
    assert seen == {key: wanted.get(key) for key in seen or {"gone": False}}
