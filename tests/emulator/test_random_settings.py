"""Whatever a stack file says, if the settings take it ParallelCluster's own schema takes the documents that follow from it."""

import json
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest

from provider.schema_check import check_document
from provider.values import UNKNOWN
from provider.worker_client import Worker, Workers
from settings.load import load
from tests.emulator.drawn_settings import MINIMUM, drawn
from tests.unit.recorder import REGION, Recorded, run

pytestmark = pytest.mark.emulator

COUNT = int(os.environ.get("HPCSTACK_RANDOM_STACKS", "40"))
_MADE = re.compile(r"-id$|^arn:(?!aws)|-bucket/|^ami-built$")
SEED = int(os.environ.get("HPCSTACK_RANDOM_SEED", "7"))


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    found = Workers(lambda version: Worker(version, lambda _: None))
    yield found
    found.close()


def test_no_stack_file_that_is_taken_makes_a_document_that_is_refused(workers: Workers) -> None:
    keys: set[str] = set()
    for sections, settings in drawn(SEED, COUNT):
        given = {key: value for key, value in sections.items() if key not in MINIMUM}
        found = run(**given)
        assert found.exit_code == 0, json.dumps(given)
        worker = workers.of(settings.cluster.version)
        for kind, token in (("cluster", "Cluster"), ("image", "Image")):
            for one in found.named(f"parallelcluster:index:{token}"):
                document = _document(one)
                refused = check_document(worker, kind, REGION, document)
                assert refused == [], json.dumps(given)
        keys |= set(_keys(given))
    # A draw that keeps nothing would prove nothing. Which keys it keeps moves with every new rule, how many does not.
    assert {"cluster", "databases", "image", "network", "storage"} <= {key.partition(".")[0] for key in keys}
    assert len(keys) > 100, sorted(keys)


def test_a_document_that_is_refused_is_seen(workers: Workers) -> None:
    raw = {f"hpcstack:{key}": value for key, value in MINIMUM.items()}
    settings = load({**raw, "hpcstack:cluster": json.dumps({"overrides": {"HeadNode": {"Size": 1}}})})
    found = run(cluster={"overrides": {"HeadNode": {"Size": 1}}})
    document = _document(found.one("parallelcluster:index:Cluster"))
    (refused,) = check_document(workers.of(settings.cluster.version), "cluster", REGION, document)
    assert refused.path == "configuration.HeadNode.Size"


def _document(recorded: Recorded) -> dict[str, Any]:
    """Without the mock engine's ids, which have the form of none of AWS's: as at preview they are not known."""
    document = _unknown(recorded.inputs["configuration"])
    if recorded.token.endswith("Image"):
        # What the provider adds.
        document["Build"].setdefault("ParentImage", UNKNOWN)
    return document


def _unknown(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unknown(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_unknown(item) for item in value]
    return UNKNOWN if isinstance(value, str) and _MADE.search(value) else value


def _keys(value: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield ".".join((*path, key))
            yield from _keys(item, (*path, key))
    elif isinstance(value, list):
        for item in value:
            yield from _keys(item, path)
