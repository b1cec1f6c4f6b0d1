"""What EC2 offers in the zones of a network that is made, asked before anything is."""

from typing import Any

import pytest

from components import offerings
from settings import Settings
from tests.emulator.rig import shared
from tests.unit.test_settings import load_with

pytestmark = pytest.mark.emulator


@pytest.fixture(autouse=True)
def _asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in shared().environment().items():
        monkeypatch.setenv(name, value)


def settings(**queue: Any) -> Settings:
    return load_with(region="us-east-1", cluster={"queues": [{"name": "a", **queue}]})


def test_a_zone_that_lacks_a_type_is_told_with_those_that_have_it() -> None:
    warnings: list[str] = []
    assert offerings.problems(settings(instanceTypes=["c6i.xlarge"]), warnings.append) == []
    (found,) = offerings.problems(settings(instanceTypes=["hpc6a.48xlarge"]), warnings.append)
    assert (found.rule, found.path) == ("offering", "cluster.queues[0].instanceTypes[0]")
    assert "is not offered in us-east-1a" in found.fault
    assert warnings == []


def test_who_may_not_ask_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    warnings: list[str] = []
    assert offerings.problems(settings(), warnings.append) == []
    (line,) = warnings
    assert line.startswith("hpcstack:network.zones: whether EC2 offers the instance types there was not checked: ")


def test_a_network_that_exists_is_looked_at_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.aws_call.client", lambda *_: pytest.fail("AWS was asked"))
    ids = {"vpcId": "vpc-0123456789abcdef0", "privateSubnetIds": ["subnet-0123456789abcdef1"]}
    assert offerings.problems(load_with(network=ids), pytest.fail) == []
