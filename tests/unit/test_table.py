"""The table of the cluster that a preview shows."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest

from planning.prices import Prices, Range
from planning.table import table
from tests.unit.recorder import run
from tests.unit.test_settings import load_with

LOW, HIGH = Decimal("0.05"), Decimal("0.07")
PRICES = Prices(
    on_demand={"c6i.large": Decimal("0.1"), "t3.medium": Decimal("0.04"), "c7a.48xlarge": Decimal("9.85")},
    spot={"c6i.xlarge": Range(lowest=LOW, highest=HIGH), "c5.xlarge": Range(lowest=Decimal("0.02"), highest=LOW)},
    date="2026-01-31",
)


def shown(*queues: dict[str, Any], prices: Prices | None = None, **cluster: Any) -> list[str]:
    head = {"instanceType": "c6i.large"}
    return table(load_with(cluster={"headNode": head, "queues": list(queues), **cluster}), prices).splitlines()


def rows(*queues: dict[str, Any], prices: Prices | None = None, **cluster: Any) -> list[list[str]]:
    """Without the head of the table and its foot."""
    lines = [line.split() for line in shown(*queues, prices=prices, **cluster)[1:]]
    return lines[: next(number for number, line in enumerate(lines) if line[0] == "all") + 1]


HEAD = ["(head)", "c6i.large", "1", "2", "4", "0"]


def test_each_kind_of_machine_has_a_row_and_all_have_one() -> None:
    mpi = {"name": "mpi", "instanceTypes": ["c7a.48xlarge"], "minCount": 1, "maxCount": 20}
    gpu = {"name": "gpu", "instanceTypes": ["g4dn.xlarge", "g6e.xlarge"], "maxCount": 3}
    found = rows(
        {"name": "debug", "capacityType": "SPOT", "minCount": 4},
        {"name": "prod", "computeResources": [mpi, gpu]},
        loginNodes={"count": 2},
    )
    assert found == [
        HEAD,
        ["(login)", "login", "t3.medium", "2", "4", "8", "0"],
        ["debug", "debug", "c6i.xlarge", "spot", "4", "16", "32", "0"],
        ["prod", "mpi", "c7a.48xlarge", "1-20", "192-3840", "384-7680", "0"],
        ["prod", "gpu", "g4dn.xlarge", "+1", "0-3", "0-12", "0-48", "0-3"],
        ["all", "8-30", "214-3874", "428-7772", "0-3"],
    ]


def test_what_is_not_known_is_not_guessed() -> None:
    assert rows({"name": "a", "instanceTypes": ["c99i.xlarge"], "maxCount": 2}) == [
        HEAD,
        ["a", "a", "c99i.xlarge", "0-2", "?", "?", "?"],
        ["all", "1-3", "?", "?", "?"],
    ]


def test_prices_go_from_the_fewest_nodes_of_the_cheapest_type_to_the_most_of_the_dearest() -> None:
    spot = {"name": "s", "capacityType": "SPOT", "instanceTypes": ["c6i.xlarge", "c5.xlarge"], "minCount": 1}
    mpi = {"name": "mpi", "instanceTypes": ["c7a.48xlarge"], "maxCount": 20}
    found = rows(spot, mpi, prices=PRICES, loginNodes={"count": 2})
    assert [row[-1] for row in found] == ["0.10", "0.08", "0.02-0.28", "0.00-197", "0.20-197"]
    assert shown(mpi, prices=PRICES)[0].endswith("USD/hour")


def test_a_spot_node_costs_no_more_than_the_team_pays() -> None:
    queue = {"name": "s", "capacityType": "SPOT", "minCount": 2, "maxCount": 2, "spotPrice": 0.06}
    assert rows(queue, prices=PRICES)[1][-1] == "0.10-0.12"


def test_a_capacity_block_is_paid_before_and_costs_nothing_by_the_hour() -> None:
    target = {"capacityReservationId": "cr-0123456789abcdef0"}
    queue = {"name": "b", "capacityType": "CAPACITY_BLOCK", "capacityReservationTarget": target, "maxCount": 2}
    found = rows({**queue, "instanceTypes": ["p5.48xlarge"], "minCount": 2}, prices=PRICES)
    assert [row[-1] for row in found] == ["0.10", "0.00", "0.10"]


def test_a_price_that_is_not_known_is_not_guessed_and_the_reason_is_told() -> None:
    queue = {"name": "a", "instanceTypes": ["c6i.xlarge"]}
    assert [row[-1] for row in rows(queue, prices=PRICES)] == ["0.10", "?", "?"]
    text = "\n".join(shown(queue, prices=Prices(lacking="not allowed")))
    assert "/hour" not in text
    assert text.endswith("Prices are not known: not allowed")
    partly = shown(queue, prices=replace(PRICES, lacking="not allowed"))
    assert partly[-1] == "Some prices are not known: not allowed"


def test_a_terminal_of_100_columns_is_wide_enough() -> None:
    long = {
        "name": "a" * 25,
        "capacityType": "SPOT",
        "computeResources": [
            {"name": "b" * 25, "instanceTypes": ["u7i-12tb.224xlarge", "u7in-16tb.224xlarge"], "maxCount": 300}
        ],
    }
    dear = Range(lowest=Decimal(1), highest=Decimal(200))
    prices = replace(PRICES, spot=dict.fromkeys(("u7i-12tb.224xlarge", "u7in-16tb.224xlarge"), dear))
    text = table(load_with(cluster={"headNode": {"instanceType": "m5.2xlarge"}, "queues": [long]}), prices)
    assert "0.00-60000" in text
    assert max(len(line) for line in text.splitlines()) <= 100


@pytest.mark.parametrize("preview", [True, False])
def test_a_preview_shows_it_once_and_an_update_does_not(preview: bool, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    asked = patch("components.prices.prices", return_value=PRICES)
    zones = patch("components.offerings.problems", return_value=[])
    with patch("pulumi.runtime.is_dry_run", return_value=preview), asked as ask, zones as ask_of_zones:
        run()
    assert ask.call_count == ask_of_zones.call_count == int(preview)
    assert caplog.text.count("the cluster, from its fewest to its most nodes") == int(preview)
