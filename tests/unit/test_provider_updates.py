"""What an update may do to running work: the input, the plan and its words, with no cluster."""

from typing import Any

import pytest

from provider.updates import Allowed, Plan, Work, allowed, failures, in_words, planned, refusal, strategy_in_words
from provider.values import UNKNOWN
from provider.verdict import Row


def refused(path: list[str], key: str, policy: str, *needs: str) -> Row:
    return Row(path, key, "a", "b", False, policy, False, "it runs", list(needs))


QUEUE = refused(["Scheduling", "SlurmQueues[gpu]"], "CapacityType", "QUEUE_UPDATE_STRATEGY", "fleet")
POOL = refused(["LoginNodes", "Pools[one]"], "InstanceType", "LOGIN_NODES_POOL_STOP", "login")
BOTH = refused(["DirectoryService"], "DomainName", "COMPUTE_AND_LOGIN_NODES_STOP", "fleet", "login")
FREE = Row(["Scheduling", "SlurmQueues[gpu]"], "CapacityType", "a", "b", False, "QUEUE_UPDATE_STRATEGY", True, "", [])


@pytest.mark.parametrize(
    ("given", "path", "text"),
    [
        ({"computeFleet": "kill"}, "updates.computeFleet", "not one of refuse, drain, stop"),
        ({"loginNodes": "stop"}, "updates.loginNodes", "not one of refuse, recreate"),
        ({"drainMinutes": 0}, "updates.drainMinutes", "no number of minutes above 0"),
        ({"computefleet": "stop"}, "updates.computefleet", "unknown key computefleet; known: computeFleet"),
    ],
)
def test_wrong_values_are_told_with_what_is_allowed(given: dict[str, Any], path: str, text: str) -> None:
    (failure,) = failures({"updates": given})
    assert failure.path == path
    assert text in failure.reason


def test_sound_values_and_unknown_ones_pass() -> None:
    sound = {"computeFleet": "drain", "loginNodes": "recreate", "drainMinutes": 30}
    assert failures({"updates": sound}) == failures({"updates": UNKNOWN}) == failures({}) == []
    assert failures({"updates": {"computeFleet": UNKNOWN}}) == []
    assert (allowed({"updates": sound}), allowed({})) == (Allowed("drain", "recreate", 30), Allowed())


def test_the_plan_stops_the_least_that_is_needed() -> None:
    may = Allowed("drain", "recreate")
    assert planned([FREE], may, ["one", "two"]) == Plan()
    assert planned([QUEUE], may, ["one", "two"]) == Plan(True, True, [])
    assert planned([POOL], may, ["one", "two"]) == Plan(False, False, ["one"])
    assert planned([BOTH], Allowed("stop", "recreate"), ["one", "two"]) == Plan(True, False, ["one", "two"])


def test_what_is_not_allowed_is_refused_and_nothing_else() -> None:
    text = refusal("hpc", [QUEUE, BOTH, FREE], Allowed("stop"))
    assert text is not None
    assert "CapacityType" not in text
    assert "DirectoryService.DomainName: a -> b (policy COMPUTE_AND_LOGIN_NODES_STOP): it runs" in text
    assert "set updates.loginNodes to recreate" in text
    assert refusal("hpc", [QUEUE, BOTH, POOL], Allowed("stop", "recreate")) is None


def test_the_plan_in_words() -> None:
    work = Work({"gpu": 12, "cpu": 1}, {"gpu": 3}, {"one": 2})
    fleet, login = in_words("hpc", Plan(True, False, ["one"]), [QUEUE, POOL], work, 60)
    assert (
        "stops 1 node of queue cpu with 0 running jobs, 12 nodes of queue gpu with 3 running jobs (which end)" in fleet
    )
    assert "because of Scheduling.SlurmQueues[gpu].CapacityType" in fleet
    assert "ends 2 nodes of login pool one" in login
    (unknown,) = in_words("hpc", Plan(True, True), [QUEUE], Work({"gpu": 1}, None, None, "no way in"), 30)
    assert (
        "waits up to 30 min for running jobs, then stops 1 node of queue gpu; running jobs: unknown (no way in)"
        in unknown
    )


def test_a_strategy_of_the_document_is_told_too() -> None:
    def document(strategy: str) -> dict[str, Any]:
        return {"Scheduling": {"SlurmSettings": {"QueueUpdateStrategy": strategy}}}

    (line,) = strategy_in_words("hpc", [FREE], document("TERMINATE"))
    assert "ends nodes of queue gpu at once, with their running jobs" in line
    assert strategy_in_words("hpc", [FREE], document("COMPUTE_FLEET_STOP")) == []
