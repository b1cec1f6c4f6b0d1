"""What becomes of an answer while another request changes what it reads."""

from typing import Any

import pytest
from moto.core.responses import BaseResponse

from localcloud.emulator.additions import undisturbed_reads

pytestmark = pytest.mark.emulator


class _Disturbed(BaseResponse):
    """Its first answers go through a dictionary that grows."""

    def __init__(self, action: str, times: int) -> None:
        self.action, self.times = action, times

    def _get_action(self) -> str:
        return self.action


def _answer(response: _Disturbed) -> str:
    held = {"one": 1}
    for key in held:
        if response.times:
            response.times -= 1
            held[key + "more"] = 2
    return "answered"


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(self: Any) -> str:
        return _answer(self)

    monkeypatch.setattr(BaseResponse, "call_action", answer)
    undisturbed_reads.install()


def test_a_read_is_made_anew() -> None:
    assert _Disturbed("DescribeSecurityGroupRules", 3).call_action() == "answered"


@pytest.mark.parametrize(("action", "times"), [("CreateSecurityGroup", 1), ("ListRoles", 1000)])
def test_a_change_is_never_made_twice_and_reads_have_an_end(action: str, times: int) -> None:
    with pytest.raises(RuntimeError, match="changed size during iteration"):
        _Disturbed(action, times).call_action()
