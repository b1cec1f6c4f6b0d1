"""What EC2 offers in the zones of a network that is made, asked before anything is."""

import json
from pathlib import Path
from typing import Any

import pytest

from components import aws_call, offerings
from settings import Settings
from tests.emulator.rig import shared
from tests.unit.test_settings import load_with

pytestmark = pytest.mark.emulator


@pytest.fixture(autouse=True)
def _asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**shared().environment(), "XDG_CACHE_HOME": str(tmp_path)}.items():
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


def test_an_answer_is_kept_and_another_type_another_account_or_a_lack_asks_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    client = aws_call.client

    def counted(service: str, region: str) -> Any:
        asked.append(service)
        return client(service, region)

    monkeypatch.setattr("components.aws_call.client", counted)
    for _ in range(2):
        assert offerings.problems(settings(instanceTypes=["c6i.xlarge"]), pytest.fail) == []
    assert len(asked) == 1
    assert offerings.problems(settings(instanceTypes=["c6i.2xlarge"]), pytest.fail) == []
    assert offerings.problems(settings(instanceTypes=["c6i.xlarge"]), pytest.fail) == []
    assert len(asked) == 2
    (file,) = tmp_path.rglob("*.json")
    document = json.loads(file.read_text())
    file.write_text(json.dumps({**document, "offered": {zone: [] for zone in document["offered"]}}))
    assert offerings.problems(settings(instanceTypes=["c6i.xlarge"]), pytest.fail) == []
    assert len(asked) == 3
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "another")
    assert offerings.problems(settings(instanceTypes=["c6i.xlarge"]), pytest.fail) == []
    assert len(asked) == 4


@pytest.mark.parametrize("kept", ["{", "[]", "5", '{"types": ["c6i.xlarge"]}', '{"types": 1, "offered": 2}'])
def test_a_file_of_another_form_is_no_answer(tmp_path: Path, kept: str) -> None:
    assert offerings.problems(settings(), pytest.fail) == []
    (file,) = tmp_path.rglob("*.json")
    file.write_text(kept)
    assert offerings.problems(settings(), pytest.fail) == []
    assert set(json.loads(file.read_text())) == {"types", "offered"}


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
