"""Random pairs of documents: what the provider says offline of an update is what ParallelCluster itself answers."""

import os
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from provider.verdict import Live
from tests.emulator.rig import REGION
from tests.emulator.verdicts.drawing import Document, draw, redraw
from tests.emulator.verdicts.rig import Change, Judged
from tests.emulator.verdicts.shapes import cluster

pytestmark = pytest.mark.emulator

PAIRS = int(os.environ.get("HPCSTACK_VERDICT_PAIRS") or 200)
SEED = int(os.environ.get("HPCSTACK_VERDICT_SEED") or 316)
_TARGETS = 5
"""To one document in force, because it takes time to put one in force."""


def _valid(judged: Judged, document: Document) -> bool:
    return not judged.worker.call("check", REGION, kind="cluster", configuration={**document, "Region": REGION})


def _bases(judged: Judged, random: Random) -> Iterator[Document]:
    shape = cluster(judged.site)
    while True:
        if _valid(judged, document := draw(shape, random)):
            yield document


def _targets(judged: Judged, base: Document, random: Random) -> Iterator[Document]:
    """Small changes, large ones, and documents that have nothing to do with the first."""
    shape = cluster(judged.site)
    while True:
        rate = random.choice((0.05, 0.1, 0.3, 1))
        document = draw(shape, random) if rate == 1 else redraw(shape, base, random, rate)
        if _valid(judged, document):
            yield document


def _live(base: Document, random: Random) -> Live:
    pools = [pool["Name"] for pool in base.get("LoginNodes", {}).get("Pools", [])]
    return Live(
        fleet_stopped=random.random() < 0.5,
        running_pools=random.choice([[], pools, random.sample(pools, len(pools) // 2)]),
    )


def _differ(asked: list[Change], computed: list[Change], live: Live, base: Document) -> bool:
    """Whether a preview would mislead.

    ParallelCluster remembers its answer for the first login pool and gives it for all others (3.16, `has_running_login_nodes`).
    Where some pools run and others do not, the provider's verdict may therefore name fewer keys, or refuse what
    ParallelCluster would do under the feet of those who are logged in; it is never laxer.
    """
    pools = len(base.get("LoginNodes", {}).get("Pools", []))
    if 0 < len(live.running_pools or ()) < pools:
        return any(change.refusal for change in asked) > any(change.refusal for change in computed)
    return asked != computed


def test_random_pairs(judged: Judged) -> None:
    random = Random(SEED)
    pairs, outcomes, differences = 0, Counter[str](), list[str]()
    for base in _bases(judged, random):
        judged.set_document(base)
        judged.set_live(live := _live(base, random))
        for target, _ in zip(_targets(judged, base, random), range(_TARGETS), strict=False):
            asked, computed = judged.asked(target), judged.computed(base, target, live)
            pairs += 1
            outcomes["none" if not asked else "refused" if any(c.refusal for c in asked) else "free"] += 1
            if _differ(asked, computed, live, base):
                differences += [f"{live}: asked {set(asked) - set(computed)}, computed {set(computed) - set(asked)}"]
        if pairs >= PAIRS:
            break
    print(f"{pairs} pairs of seed {SEED}: {dict(outcomes)}; {len(differences)} differences")
    assert not differences, "\n".join(differences[:5])
    # A generator that draws only one kind of pair would prove nothing.
    assert min(outcomes["free"], outcomes["refused"]) >= pairs // 20, outcomes
