"""The stand-in for the head node's software: it moves the fleet's state on, and a fault does not end that."""

import logging
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.emulator import head_node


class Table:
    """A table whose reads answer what they are told to, one after the other, and which then is gone."""

    name = "parallelcluster-team"

    def __init__(self, *answers: str | Exception) -> None:
        self.answers = list(answers)
        self.written: list[str] = []

    def get_item(self, **_key: Any) -> dict[str, Any]:
        answer = self.answers.pop(0) if self.answers else _refused("ResourceNotFoundException")
        if isinstance(answer, Exception):
            raise answer
        return {"Item": {"Data": {"status": answer}}}

    def put_item(self, Item: dict[str, Any]) -> None:
        self.written.append(Item["Data"]["status"])


def _refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "GetItem")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head_node, "FLEET_STEP_SECONDS", 0)


def test_requests_are_followed_until_the_table_goes() -> None:
    table = Table("RUNNING", "STOP_REQUESTED", "STOPPING", "STOPPED", "START_REQUESTED", "STARTING")
    head_node._manage(table)
    assert table.written == ["STOPPING", "STOPPED", "STARTING", "RUNNING"]


@pytest.mark.parametrize("fault", [_refused("InternalServerError"), ValueError("not JSON")])
def test_a_fault_is_logged_and_the_fleet_still_moves_on(fault: Exception, caplog: pytest.LogCaptureFixture) -> None:
    table = Table(fault, "STOP_REQUESTED")
    with caplog.at_level(logging.ERROR, "localcloud.emulator"):
        head_node._manage(table)
    assert table.written == ["STOPPING"]
    assert [record.exc_info[1] for record in caplog.records if record.exc_info] == [fault]
