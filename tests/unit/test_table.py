"""The table of the cluster that a preview shows."""

from typing import Any
from unittest.mock import patch

import pytest

from planning.table import table
from tests.unit.recorder import run
from tests.unit.test_settings import load_with


def rows(*queues: dict[str, Any]) -> list[list[str]]:
    return [line.split() for line in table(load_with(cluster={"queues": list(queues)})).splitlines()[1:-1]]


def test_each_compute_resource_has_a_row_and_all_have_one() -> None:
    mpi = {"name": "mpi", "instanceTypes": ["c7a.48xlarge"], "minCount": 1, "maxCount": 20}
    gpu = {"name": "gpu", "instanceTypes": ["g4dn.xlarge", "g6e.xlarge"], "maxCount": 3}
    found = rows(
        {"name": "debug", "capacityType": "SPOT", "minCount": 4}, {"name": "prod", "computeResources": [mpi, gpu]}
    )
    assert found == [
        ["debug", "debug", "c6i.xlarge", "spot", "4", "16", "32", "0"],
        ["prod", "mpi", "c7a.48xlarge", "1-20", "192-3840", "384-7680", "0"],
        ["prod", "gpu", "g4dn.xlarge", "+1", "0-3", "0-12", "0-48", "0-3"],
        ["all", "5-27", "208-3868", "416-7760", "0-3"],
    ]


def test_what_is_not_known_is_not_guessed() -> None:
    assert rows({"name": "a", "instanceTypes": ["c99i.xlarge"], "maxCount": 2}) == [
        ["a", "a", "c99i.xlarge", "0-2", "?", "?", "?"],
        ["all", "0-2", "?", "?", "?"],
    ]


def test_a_terminal_of_100_columns_is_wide_enough() -> None:
    long = {
        "name": "a" * 25,
        "capacityType": "SPOT",
        "computeResources": [
            {"name": "b" * 25, "instanceTypes": ["u7i-12tb.224xlarge", "u7in-16tb.224xlarge"], "maxCount": 300}
        ],
    }
    text = table(load_with(cluster={"headNode": {"instanceType": "m5.2xlarge"}, "queues": [long]}))
    assert max(len(line) for line in text.splitlines()) <= 100


@pytest.mark.parametrize("preview", [True, False])
def test_a_preview_shows_it_once_and_an_update_does_not(preview: bool, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    with patch("pulumi.runtime.is_dry_run", return_value=preview):
        run()
    assert caplog.text.count("the cluster, from its fewest to its most nodes") == int(preview)
