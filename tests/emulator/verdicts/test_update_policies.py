"""At least two keys of each of ParallelCluster's update policies, changed: the offline verdict is that of its own dry run.

Each change is judged with everything running and with nothing running; those that tell more apart, in these states too.
"""

import copy
import json
from collections import Counter
from typing import Any

import pytest

from provider.verdict import Live, compare
from tests.emulator.rig import REGION
from tests.emulator.verdicts.drawing import Document
from tests.emulator.verdicts.rich_document import GONE, changes, document
from tests.emulator.verdicts.rig import Judged, Site

pytestmark = pytest.mark.emulator

_NOWHERE = Site(["subnet-0", "subnet-1"], [])


def changed(base: Document, path: str, value: Any) -> Document:
    """The document with one key set, added or taken away."""
    result = copy.deepcopy(base)
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    here: Any = result
    for part in parents:
        here = here[part]
    if value is GONE:
        del here[last]
    elif isinstance(here, list) and last == len(here):
        here.append(value)
    else:
        here[last] = value
    return result


def in_order(document: Document) -> Document:
    """With keys in the order that YAML is dumped in, because ParallelCluster prints sections as it reads them."""
    return json.loads(json.dumps(document, sort_keys=True))


def test_every_policy_has_its_cases(judged: Judged) -> None:
    table: dict[str, Any] = judged.worker.call("update_policies", REGION)
    declared = Counter(str(found["policy"]) for found in table.values())
    covered = Counter(policy for policy, path, _ in changes(_NOWHERE))
    assert len(table) == 326
    missing = {name: count for name, count in declared.items() if covered[name] < min(count, 2)}
    # Nine of the ten ignored keys are sections: a change of them is one of the keys in them.
    assert missing == {"IGNORED": 10}


@pytest.mark.parametrize(
    ("strategy", "live", "policies"),
    [
        ("DRAIN", Live(), None),
        ("DRAIN", Live(fleet_stopped=True, running_pools=[]), None),
        ("TERMINATE", Live(), ("QUEUE_UPDATE_STRATEGY", "RESIZE_UPDATE_STRATEGY_ON_REMOVE", "MANAGED_PLACEMENT_GROUP")),
        ("DRAIN", Live(fleet_stopped=True), ("COMPUTE_AND_LOGIN_NODES_STOP", "SHARED_STORAGE_UPDATE_POLICY")),
    ],
)
def test_the_verdict_is_that_of_the_dry_run(
    judged: Judged, strategy: str, live: Live, policies: tuple[str, ...] | None
) -> None:
    base = in_order(document(judged.site, strategy))
    judged.set_document(base)
    judged.set_live(live)
    seen, differences = Counter[str](), list[str]()
    for policy, path, value in changes(judged.site):
        if policies and policy not in policies:
            continue
        target = in_order(changed(base, path, value))
        asked, computed = judged.asked(target), judged.computed(base, target, live)
        if asked != computed:
            differences.append(f"{path}: asked {asked}, computed {computed}")
        found = {row.policy for row in compare(judged.worker, REGION, base, target, live)}
        assert found <= {policy}, f"{path}: {found}"
        seen[policy] += 1
    print(f"{sum(seen.values())} verdicts with {strategy}, {live}: {len(differences)} differences")
    assert not differences, "\n".join(differences)


def test_where_parallelcluster_fails_the_change_is_refused(judged: Judged) -> None:
    base = in_order(document(judged.site, "DRAIN"))
    target = in_order(changed(base, "SharedStorage.0.MountDir", "/work"))
    (row,) = compare(judged.worker, REGION, base, target, Live())
    assert (row.place, row.allowed, row.needs) == ("SharedStorage[home].MountDir", False, ["fleet", "login"])
    (row,) = compare(judged.worker, REGION, base, target, Live(fleet_stopped=True, running_pools=[]))
    assert row.allowed
