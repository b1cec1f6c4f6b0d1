"""A look for what a killed run made, as `just repair` makes it, in the emulated account."""

from typing import Any

from scripts.operator.repair import looking
from scripts.operator.repair.finding import Wanted, found_by
from scripts.operator.repair.finishing import STATES
from scripts.operator.repair.plan import Found
from tests.emulator.rig import shared

OURS, OTHERS = "dev", "other"
"""The stack whose run was killed, and another one."""


def tags(stack: str = OURS) -> list[dict[str, str]]:
    """Of a stack's resources, in the form of most services."""
    return [{"Key": "hpcstack:stack", "Value": stack}]


def tagged(kind: str, stack: str = OURS) -> list[dict[str, Any]]:
    """The same in EC2's form, for what is made of this kind."""
    return [{"ResourceType": kind, "Tags": tags(stack)}]


def found(token: str, stack: str = OURS, **inputs: Any) -> list[Found]:
    """What the finder of a type finds, given what the state of the stack says of the resource."""
    urn = f"urn:pulumi:{stack}::hpcstack::{token}::looked-for"
    return found_by(looking.FINDERS[token], Wanted(urn, inputs, {"hpcstack:stack": stack}, shared().client))


def ids(token: str, stack: str = OURS, **inputs: Any) -> list[str]:
    """The same without the judgement whose it is."""
    return [one.identity for one in found(token, stack, **inputs)]


def state(token: str, identity: str) -> str:
    """What the service says of an object of a type that takes minutes to become usable."""
    return STATES[token].ask(Wanted("", {}, {}, shared().client), identity)


def usable(token: str, identity: str) -> bool:
    """Whether an object is what it is to stay; of other types it is from the start."""
    return token not in STATES or state(token, identity) not in STATES[token].passing
