"""What goes wrong on the way of 200 users to two controllers. Afterwards both hold what was declared, and the report was true."""

import json
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.directory.controllers import Controllers
from tests.directory.declared import Series, TooLateError, tried_again, unused
from tests.directory.relay import Relay, free_address
from tests.directory.rig import Outside, Tool, read_credentials

pytestmark = pytest.mark.directory


@pytest.fixture
def relays(pair: Controllers) -> Iterator[list[Relay]]:
    """A network that can fail, before each controller."""
    with ExitStack() as running:
        made: list[Relay] = []
        for info in pair.infos:
            made.append(running.enter_context(Relay(free_address(), info.address)))
        yield made


def through(relays: list[Relay]) -> str:
    return ",".join(relay.address for relay in relays)


def lost(events: list[dict[str, Any]], address: str) -> bool:
    return any(f"connection to {address} lost" in event.get("text", "") for event in events)


@tried_again
def test_both_controllers_are_killed_and_come_back(pair: Controllers, pair_tool: Tool):
    series = Series(pair, pair_tool, unused("killed"))
    process = series.begin()

    def start() -> None:
        for place in (1, 0):
            pair.start_one(place)

    with series.amid(60, before=150, undo=start):
        for place in (0, 1):
            pair.kill_one(place)
    start()
    result = pair_tool.finish(process)
    series.assert_declared(result)
    assert all(lost(result.events, address) for address in pair.addresses)


def test_connections_are_cut_again_and_again(pair: Controllers, pair_tool: Tool, relays: list[Relay]):
    series = Series(pair, pair_tool, "cut")
    process = series.begin(servers=through(relays))
    for rows in (30, 70, 110, 150):
        series.await_rows(rows)
        for relay in relays:
            relay.cut()
    series.assert_declared(pair_tool.finish(process))


@tried_again
def test_a_connection_falls_silent(pair: Controllers, pair_tool: Tool, relays: list[Relay]):
    series = Series(pair, pair_tool, unused("silent"))
    process = series.begin(servers=through(relays))
    with series.amid(60, before=150, undo=relays[0].release):
        relays[0].hold()
    # Until the tool has given the connection up. What it had sent arrives late, after its place was taken by other requests.
    lines = iter(process.stdout.readline, "")
    heard = next(line for line in lines if "lost" in line)
    relays[0].release()
    result = pair_tool.finish(process)
    assert "no answer in time" in heard
    series.assert_declared(result)


@tried_again
def test_a_controller_that_stays_away_ends_the_run_with_an_exact_report(
    pair: Controllers, pair_tool: Tool, relays: list[Relay]
):
    series = Series(pair, pair_tool, unused("gone"))
    process = series.begin("--patience", "2", servers=through(relays))
    with series.amid(60, before=150, undo=relays[1].open):
        relays[1].close()
    result = pair_tool.finish(process)
    assert result.code == 3
    told = result.summary
    assert told["created"] + len(told["failed"]) == series.count
    there = series.there()
    failed = {item["name"] for item in told["failed"]}
    # A request that was under way may have been carried out without an answer: its password is kept.
    assert series.names - failed <= there <= set(result.passwords)
    held = read_credentials(series.file)
    again = series.run()
    assert (again.code, again.summary["created"]) == (0, series.count - len(there)), again.summary
    assert held.keys() - there <= set(again.passwords)
    series.assert_declared()


def test_two_runs_at_once_make_each_user_once(pair: Controllers, pair_tool: Tool):
    series = Series(pair, pair_tool, "race")
    files = [pair_tool.home / f"race{number}.csv" for number in (1, 2)]
    both = [series.begin(file=file) for file in files]
    results = [pair_tool.finish(process) for process in both]
    assert [result.code for result in results] == [0, 0], [result.summary for result in results]
    assert sum(result.summary["created"] for result in results) == series.count
    rows = [read_credentials(file) if file.exists() else {} for file in files]
    assert not rows[0].keys() & rows[1].keys()
    series.file.write_text("name,password\n" + "".join(f"{n},{p}\n" for some in rows for n, p in some.items()))
    series.assert_declared()


@tried_again
def test_passwords_that_the_domain_no_longer_takes_are_refused_by_name(pair: Controllers, pair_tool: Tool):
    series = Series(pair, pair_tool, unused("strict"))
    process = series.begin()
    series.await_rows(60, before=150)
    outsides = [Outside(info) for info in pair.infos]
    former = [outside.set_least_length("40") for outside in outsides]
    result = pair_tool.finish(process)
    failed = {item["name"]: item["reason"] for item in result.summary["failed"]}
    there = series.there()
    if not failed:
        for outside in outsides:
            outside.set_least_length("7")
        raise TooLateError
    assert result.code == 1
    # The second one may have heard of it from the first.
    assert (former[0], former[1] in ("7", "40")) == ("7", True)
    assert failed.keys() == series.names - there
    assert all("0000052D" in why for why in failed.values())
    assert set(read_credentials(series.file)) == there
    # The next run makes passwords that are long enough.
    again = series.run()
    for outside in outsides:
        outside.set_least_length("7")
    assert (again.code, again.summary["created"]) == (0, len(failed)), again.summary
    series.assert_declared()


@tried_again
def test_ctrl_c_finishes_what_is_under_way_and_the_next_run_goes_on(pair: Controllers, pair_tool: Tool):
    series = Series(pair, pair_tool, unused("broken"))
    process = series.begin()
    with series.amid(60, before=150):
        process.send_signal(signal.SIGINT)
    result = pair_tool.finish(process)
    told = result.summary
    assert (result.code, told["interrupted"], told["failed"]) == (1, True, [])
    assert 0 < told["created"] < series.count
    assert told["remaining"] == series.count - told["created"]
    there = series.there()
    assert there == set(read_credentials(series.file))
    assert len(there) == told["created"]
    again = series.run()
    assert (again.code, again.summary["created"]) == (0, series.count - len(there))
    series.assert_declared()


def test_a_killed_run_loses_no_password_and_the_next_one_goes_on(pair: Controllers, pair_tool: Tool):
    series = Series(pair, pair_tool, "dead")
    process = series.begin()
    series.await_rows(60)
    process.kill()
    process.communicate()
    there = series.there()
    assert there <= set(read_credentials(series.file))
    again = series.run()
    assert (again.code, again.summary["existing"] + again.summary["created"]) == (0, series.count), again.summary
    assert again.summary["existing"] >= len(there)
    series.assert_declared()


def test_a_run_that_names_one_controller_only_makes_nobody_twice(pair: Controllers, pair_tool: Tool):
    series = Series(pair, pair_tool, "lag")
    with pair.deaf(0):
        first = series.run()
        # While the first controller does not know what the second one made.
        process = series.begin(servers=pair.addresses[0])
        heard = next(line for line in iter(process.stdout.readline, "") if '"note"' in line)
    pair.replicate()
    again = pair_tool.finish(process)
    assert (first.code, again.code, again.summary["created"]) == (0, 0, 0), again.summary
    assert [event for event in first.events if event["event"] == "note"] == []
    assert "leaves out controllers of the domain: dc2" in heard
    series.assert_declared()


def test_a_list_takes_its_effect_though_connections_are_cut(pair: Controllers, pair_tool: Tool, relays: list[Relay]):
    series = Series(pair, pair_tool, "listed")
    assert series.run().code == 0
    pair.replicate()
    names = sorted(series.names)
    absent, disabled, kept = set(names[:60]), set(names[60:130]), set(names[130:])
    states = {"absent": absent, "disabled": disabled, "present": kept}
    rows = [f"{name},{state},{name}@example.org" for state, some in states.items() for name in some]
    file = pair_tool.home / "people.csv"
    file.write_text("\n".join(["name,state,mail", *rows]) + "\n")
    command = pair_tool.command("apply", str(file), "--max-delete", "60", server=through(relays))
    process = pair_tool.start(command)
    for event in (json.loads(line) for line in iter(process.stdout.readline, "")):
        if event["event"] == "progress" and event["done"] > 0:
            break
    for relay in relays:
        relay.cut()
    result = pair_tool.finish(process)
    assert (result.code, result.summary["failed"]) == (0, []), result
    assert (result.summary["deleted"], result.summary["disabled"]) == (len(absent), len(disabled))
    pair.replicate()
    for outside in map(Outside, pair.infos):
        found = outside.search("(sAMAccountName=listed0*)", "sAMAccountName", "userAccountControl", "mail")
        held = {entry["sAMAccountName"][0]: entry for entry in found.values()}
        assert held.keys() == disabled | kept
        assert {name for name, entry in held.items() if entry["userAccountControl"] == ["514"]} == disabled
        assert all(held[name]["mail"] == [f"{name}@example.org"] for name in held)
        assert outside.members("listedgroup") == held.keys()
