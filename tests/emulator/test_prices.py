"""The local cloud shows no price: neither a list of its own nor moto's price of all spot machines."""

from pathlib import Path

import pytest

from components import user_cache
from components.prices import prices
from planning.prices import Prices
from tests.emulator.rig import shared
from tests.unit.test_settings import load_with

pytestmark = pytest.mark.emulator


def test_the_local_cloud_says_that_it_has_no_prices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**shared().environment(), "XDG_CACHE_HOME": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    spot = {"name": "s", "capacityType": "SPOT", "instanceTypes": ["c6i.xlarge"]}
    wanted = load_with(region="us-east-1", cluster={"queues": [spot]})
    found = prices(wanted)
    reason = "An error occurred (NotFoundException) when calling the GetProducts operation: the local cloud has no price list"
    assert found == Prices(lacking=reason)
    again = prices(wanted)
    assert (again.on_demand, again.lacking.startswith(f"{reason} (at ")) == ({}, True)
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    (file,) = tmp_path.rglob("*.json")
    assert user_cache.read(file.parent.name, "us-east-1", 60, of_caller=True) is None  # a preview on AWS asks AWS
