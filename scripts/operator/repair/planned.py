"""What the next `up` would create, as operations that can be looked up: for what exists although no state knows it.

A creation whose answer was lost is tried again by the AWS libraries, and then refused as a duplicate: the resource failed,
nothing is pending, and the object is there.
"""

from collections.abc import Iterable

from scripts.operator.repair.deployment import Deployment, Json, Pending
from scripts.operator.repair.plan import NOTHING_AT_AWS, TAKE, Find, Step, plan

HIDDEN = "[secret]"
"""What a preview shows of a secret."""
KEPT = ("urn", "type", "custom", "inputs", "parent", "provider", "dependencies", "propertyDependencies")


def creations(preview: Json, deployment: Deployment) -> list[Pending]:
    """The creations of `pulumi preview --json` whose parent and provider the state has."""
    known = {one["urn"] for one in deployment.resources}
    found: list[Pending] = []
    for step in preview.get("steps") or []:
        new = step.get("newState") or {}
        provider = str(new.get("provider", "")).rpartition("::")[0]
        ready = new.get("custom") and new.get("parent", "") in {*known, ""} and provider in known
        if step["op"] == "create" and ready and not new["type"].startswith(NOTHING_AT_AWS):
            found.append(Pending("creating", _placed(new, known)))
    return found


def steps(planned: Iterable[Pending], deployment: Deployment, find: Find) -> list[Step]:
    """Those of the planned creations that exist, to be taken over; of the others the next `up` makes or says what it has to."""
    found = plan(deployment.with_pending(list(planned)), find, {}, [])
    return [step for step in found if step.action == TAKE]


def _placed(new: Json, known: set[str]) -> Json:
    """A resource as the state has it: no hidden secret among its inputs, no dependency on what is not there."""
    kept = {key: new[key] for key in KEPT if key in new}
    kept["inputs"] = {key: value for key, value in (new.get("inputs") or {}).items() if value != HIDDEN}
    kept["dependencies"] = [urn for urn in new.get("dependencies") or [] if urn in known]
    kept["propertyDependencies"] = {
        key: [urn for urn in urns or [] if urn in known]
        for key, urns in (new.get("propertyDependencies") or {}).items()
    }
    return kept
