"""Two controllers: they tell each other what they learn, and the tool's work is the same on both."""

import time

import pytest

from tests.directory.controllers import Controllers
from tests.directory.rig import Outside, Tool

pytestmark = pytest.mark.directory

_LAG_SECONDS = 240


@pytest.mark.parametrize("first", [0, 1])
def test_what_one_controller_learns_the_other_knows_soon(pair: Controllers, first: int):
    near, far = Outside(pair.infos[first]), Outside(pair.infos[1 - first])
    dn = f"CN=told{first},CN=Users,{near.info.base_dn}"
    assert near.ask("add_user", dn=dn, name=f"told{first}", **near.as_admin()) == "made"
    deadline = time.monotonic() + _LAG_SECONDS
    while not far.search(f"(sAMAccountName=told{first})", "cn"):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_both_controllers_hold_what_the_tool_made(pair: Controllers, pair_tool: Tool):
    made = pair_tool.create("twice", 20, "--group", "twicegroup", "--verify", "all")
    assert (made.code, made.summary["created"], made.summary["passwords_tried"]) == (0, 20, 20), made.stderr
    pair.replicate()
    for outside in map(Outside, pair.infos):
        assert outside.members("twicegroup") == set(made.passwords)
        assert all(outside.accepts(made.passwords).values())
    again = pair_tool.create("twice", 20, "--group", "twicegroup")
    assert (again.code, again.summary["created"], again.summary["members_added"]) == (0, 0, 0)


def test_a_name_that_the_other_controller_has_is_awaited_and_not_made_twice(pair: Controllers, pair_tool: Tool):
    """Half of the names belong to the other controller; each would be made there again before it has learnt of them."""
    near = Outside(pair.infos[0])
    names = [f"pinned000{number}" for number in range(1, 7)]
    for name in names:
        assert (
            near.ask("add_user", dn=f"CN={name},CN=Users,{near.info.base_dn}", name=name, **near.as_admin()) == "made"
        )
    both = pair_tool.create("pinned", 6)
    assert (both.code, both.summary["created"], both.summary["existing"]) == (0, 0, 6), (both.stderr, both.stdout)
    pair.replicate()
    for outside in map(Outside, pair.infos):
        found = outside.search("(sAMAccountName=pinned*)", "cn")
        assert sorted(dn.split(",")[0] for dn in found) == [f"CN={name}" for name in names]


def test_two_runs_at_the_same_time_give_no_number_twice(pair: Controllers, pair_tool: Tool):
    count = 0
    # On a busy machine one may be over before the other begins: then again.
    for attempt in "abcde":
        prefixes = (f"beside{attempt}x", f"beside{attempt}y")
        words = ("--count", "80", "--verify", "none")
        commands = [pair_tool.command("create", "--prefix", prefix, *words) for prefix in prefixes]
        both = [pair_tool.finish(process) for process in [pair_tool.start(command) for command in commands]]
        assert [(one.code, one.summary["created"], one.summary["failed"]) for one in both] == [(0, 80, [])] * 2, both
        count += 80
        # They did meet: each takes the next numbers above all that it sees.
        notes = [event["text"] for one in both for event in one.events if event["event"] == "note"]
        if any("were given by another run too" in note for note in notes):
            break
    else:
        pytest.fail("two runs never met")
    pair.replicate()
    for outside in map(Outside, pair.infos):
        found = outside.search("(sAMAccountName=beside*)", "uidNumber").values()
        numbers = [number for entry in found for number in entry["uidNumber"]]
        assert len(numbers) == 2 * count
        assert len(set(numbers)) == 2 * count
