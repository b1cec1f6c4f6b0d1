"""A restored controller that goes back to its own name: only once the other one has copied all from it."""

from types import SimpleNamespace
from typing import Any

import pytest

from scripts.domain_controller import membership
from scripts.domain_controller.faults import Fault
from scripts.domain_controller.machine import Machine

_FOUND: Any = SimpleNamespace(peer_name="dc2", peer_address="10.0.0.12", domain="x.org", admin_secret_arn="arn")
_CLOUD: Any = SimpleNamespace(secret=lambda arn: "password")


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done; the other controller answers, and copies at the third time that it is asked."""
    done: list[str] = []

    def replicate(*_: Any) -> None:
        done.append("asked")
        if done.count("asked") < 3:
            raise Fault("no answer in time")

    monkeypatch.setattr(membership.directory, "answers", lambda found, address: "dc2")
    monkeypatch.setattr(membership.directory, "registered", lambda service: True)
    monkeypatch.setattr(membership.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(membership, "_replicate", replicate)
    monkeypatch.setattr(membership, "forget", lambda machine: done.append("forgot"))
    monkeypatch.setattr(membership, "join", lambda machine, found, cloud: done.append("joined"))
    return done


def test_a_busy_controller_is_asked_again(done: list[str]) -> None:
    membership._leave_temporary_name(Machine(dry_run=False), _FOUND, _CLOUD, "dc1r")
    assert done == ["asked", "asked", "asked", "forgot", "joined"]


def test_what_was_never_copied_is_not_dropped(done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(membership, "_INTRODUCE_SECONDS", 0)
    with pytest.raises(Fault, match="no answer in time"):
        membership._leave_temporary_name(Machine(dry_run=False), _FOUND, _CLOUD, "dc1r")
    assert done == ["asked"]
