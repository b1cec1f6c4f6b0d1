"""Answers that read what another request changes meanwhile: they are made anew.

Wraps `call_action` of moto's responses. Without it: moto goes through dictionaries to which threads of other requests add, and one
of some thousand reads ends in a RuntimeError, which is no answer of AWS's (seen of DescribeSecurityGroupRules).
"""

from typing import Any

from moto.core.responses import BaseResponse

_READS = ("Describe", "Get", "List")
_DISTURBED = "changed size during iteration"
_TRIES = 20


def install() -> None:
    call_action = BaseResponse.call_action

    def undisturbed(self: Any) -> Any:
        for _ in range(_TRIES):
            try:
                return call_action(self)
            except RuntimeError as error:
                if _DISTURBED not in str(error) or not self._get_action().startswith(_READS):
                    raise
        return call_action(self)

    BaseResponse.call_action = undisturbed
