"""What becomes of each pending operation. Pure: what AWS has is given."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from scripts.operator.repair.deployment import Deployment, Json, Pending, taken_over

TAKE, REMOVE, FORGET, READ, LEAVE = "take over", "remove", "forget", "read", "leave"
"""Into the state; into the state as something that the next `up` deletes; only out of the pending ones; the same, and read
anew; untouched."""

NOTHING_AT_AWS = ("command:", "pulumi:providers:", "pulumi:pulumi:")
"""Types that run something: a command that was cut runs again with the next `up`."""


class Undecidable(Exception):
    """What was made cannot be told from here; the text says why."""


@dataclass(frozen=True)
class Found:
    """What may be the object of a pending creation, under the id by which it is imported. `ours` is off if its tags say that it is
    not. `inputs` tell the same object in the state where that keeps it under another id."""

    identity: str
    ours: bool = True
    inputs: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Step:
    """What becomes of one operation, and why."""

    pending: Pending
    action: str
    why: str
    identity: str | None = None

    def resource(self) -> Json | None:
        """What is added to the state."""
        if self.identity is None or self.action not in (TAKE, REMOVE):
            return None
        return taken_over(self.pending, self.identity, to_delete=self.action == REMOVE)


Find = Callable[[Pending], Iterable[Found]]
"""The candidates at AWS for a pending creation. Raises Undecidable."""


def plan(deployment: Deployment, find: Find, take: Mapping[str, str], drop: Sequence[str]) -> list[Step]:
    """A step for each pending operation. `take` (id by URN) and `drop` (URNs) are the user's own word."""
    return [_step(one, deployment, find, take, drop) for one in deployment.pending]


def document(deployment: Deployment, steps: Sequence[Step]) -> Json:
    """The state after the steps."""
    done = [step.pending for step in steps if step.action != LEAVE]
    return deployment.without(done, [added for step in steps if (added := step.resource())])


def to_read(deployment: Deployment, steps: Sequence[Step]) -> list[str]:
    """URNs that must be read anew, those of an earlier repair that was cut among them."""
    chosen = [step.pending.urn for step in steps if step.action in (TAKE, REMOVE, READ)]
    return sorted({*chosen, *deployment.unread})


def _step(pending: Pending, deployment: Deployment, find: Find, take: Mapping[str, str], drop: Sequence[str]) -> Step:
    if pending.urn in drop:
        return Step(pending, FORGET, "as you asked")
    if pending.urn in take:
        return _placed(pending, deployment, take[pending.urn], "as you asked")
    if pending.kind == "creating":
        return _creation(pending, deployment, find)
    if pending.kind in ("updating", "deleting") and deployment.has(pending.urn):
        return Step(pending, READ, f"its {pending.kind.replace('ing', 'e')} was cut: what is there now counts")
    return Step(pending, FORGET, f"{pending.kind} begins anew with the next `up`")


def _creation(pending: Pending, deployment: Deployment, find: Find) -> Step:
    if pending.type.startswith(NOTHING_AT_AWS):
        return Step(pending, FORGET, "it runs again with the next `up`")
    try:
        found = list(find(pending))
    except Undecidable as error:
        return Step(pending, LEAVE, str(error))
    new = [one for one in found if not deployment.knows(pending.type, one.identity, one.inputs)]
    ours = [one for one in new if one.ours]
    if len(ours) == 1:
        return _placed(pending, deployment, ours[0].identity, "it was made")
    if ours:
        return Step(pending, LEAVE, f"any of {', '.join(one.identity for one in ours)} may be it")
    if new:
        return Step(pending, LEAVE, f"{new[0].identity} is there, without this stack's tags")
    return Step(pending, FORGET, "the state has it already" if found else "it was not made")


def _placed(pending: Pending, deployment: Deployment, identity: str, why: str) -> Step:
    if deployment.has(pending.urn):
        return Step(pending, REMOVE, f"{why}, and the state has another one of that name", identity)
    return Step(pending, TAKE, why, identity)
