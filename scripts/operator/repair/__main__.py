"""`just repair [stack]`: settle what a killed run of pulumi left open in the state. Shows a plan and asks first."""

import argparse
import sys
from collections.abc import Sequence

from scripts.operator.errors import OperatorError
from scripts.operator.repair import finishing, looking, planned
from scripts.operator.repair.backend import Backend, selected
from scripts.operator.repair.deployment import Deployment
from scripts.operator.repair.plan import FORGET, LEAVE, READ, REMOVE, TAKE, Step, document, plan, to_read

PENDING = 4
"""Exit code of --check when something is pending, and of a repair that had to leave something."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 nothing is pending any more, 1 not agreed to, 2 an error, 4 something is left for you to decide."""
    options = _parser().parse_args(arguments)
    try:
        backend = Backend(options.stack or selected())
        return _check(backend, options.check) if options.check else _repair(backend, options)
    except OperatorError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        print("interrupted; run the same command again to go on", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="just repair",
        description="Settle what a killed run of pulumi left open in a stack's state: look up at AWS what was made, take it over, "
        "forget what was not. Shows a plan and asks first.",
    )
    parser.add_argument("stack", nargs="?", help="default: the selected stack")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument(
        "--cancel", action="store_true", help="also remove the lock of a run that is not known to be over"
    )
    parser.add_argument(
        "--take",
        nargs=2,
        action="append",
        default=[],
        metavar=("URN", "ID"),
        help="this is the object of a pending creation",
    )
    parser.add_argument("--drop", action="append", default=[], metavar="URN", help="forget this operation")
    parser.add_argument(
        "--planned",
        action="store_true",
        help="also look up what the next `up` would create: for what exists although a creation failed or the state was lost",
    )
    parser.add_argument(
        "--check",
        choices=["any", "creations"],
        help="only tell whether such operations are pending, by the exit code (0, 4)",
    )
    return parser


def _check(backend: Backend, what: str) -> int:
    count = sum(what == "any" or one.kind == "creating" for one in Deployment(backend.export()).pending)
    if not count:
        return 0
    print(
        f"stack {backend.stack}: a run was cut, and how {count} of its operations ended is not known. "
        f"Settle that first: just repair {backend.stack}",
        file=sys.stderr,
    )
    return PENDING


def _repair(backend: Backend, options: argparse.Namespace) -> int:
    deployment = Deployment(backend.export())
    _known(options, deployment)
    if deployment.pending:
        print(f"looking up {len(deployment.pending)} operations of stack {backend.stack}", flush=True)
    steps = plan(deployment, looking.finder(deployment), dict(options.take), options.drop)
    if not steps and options.planned:
        steps = _planned(backend, deployment)
    urns = to_read(deployment, steps)
    if not steps and not urns:
        backend.unlock(deployment.document, lambda told: _may_cancel(told, options))
        print(f"stack {backend.stack}: nothing is pending")
        return 0
    _show(steps, backend.stack)
    if any(step.action != LEAVE for step in steps) and not _agreed("Do this?", options.yes):
        print("nothing was done")
        return 1
    _apply(backend, deployment, steps, options)
    return _sum_up(steps, backend.stack)


def _planned(backend: Backend, deployment: Deployment) -> list[Step]:
    print(f"previewing stack {backend.stack}, to look up what the next `up` would create", flush=True)
    wanted = planned.creations(backend.preview(), deployment)
    return planned.steps(wanted, deployment, looking.finder(deployment, anew=True))


def _apply(backend: Backend, deployment: Deployment, steps: Sequence[Step], options: argparse.Namespace) -> None:
    if any(step.action != LEAVE for step in steps):
        backend.write(deployment.document, document(deployment, steps), lambda told: _may_cancel(told, options))
    for step in steps:
        if step.action == TAKE and step.identity and step.pending.type.startswith("aws:"):
            wanted = looking.wanted(step.pending, deployment)
            finishing.finish(step.pending.type, wanted, step.identity, lambda line: print(line, flush=True))
    if urns := to_read(deployment, steps):
        backend.refresh(urns)


def _known(options: argparse.Namespace, deployment: Deployment) -> None:
    pending = {one.urn for one in deployment.pending}
    if strange := [urn for urn in [*dict(options.take), *options.drop] if urn not in pending]:
        raise OperatorError(f"nothing is pending for {strange[0]}; pending: {', '.join(sorted(pending)) or 'nothing'}")


def _show(steps: Sequence[Step], stack: str) -> None:
    width = max((len(step.action) for step in steps), default=0)
    for step in steps:
        identity = f" {step.identity}" if step.identity else ""
        print(f"  {step.action:{width}}  {step.pending.type} {step.pending.name}{identity}: {step.why}")
    for step in (step for step in steps if step.action == LEAVE):
        print(f"\nYours to decide: {step.pending.type} {step.pending.name}: {step.why}")
        print(
            f"  just repair {stack} --take '{step.pending.urn}' ID    # if it was made: its id, as `pulumi import` takes it"
        )
        print(f"  just repair {stack} --drop '{step.pending.urn}'       # if it was not, or after you deleted it")


def _sum_up(steps: Sequence[Step], stack: str) -> int:
    counts = {action: sum(step.action == action for step in steps) for action in (TAKE, REMOVE, FORGET, READ, LEAVE)}
    words = {
        TAKE: "taken over",
        REMOVE: "to be removed by the next `up`",
        FORGET: "forgotten",
        READ: "read anew",
        LEAVE: "left to you",
    }
    print(f"stack {stack}: " + ", ".join(f"{counts[one]} {words[one]}" for one in words if counts[one]))
    if counts[LEAVE]:
        return PENDING
    print(f"Go on with: just up {stack} (or: just destroy {stack})")
    return 0


def _may_cancel(told: str, options: argparse.Namespace) -> bool:
    return options.cancel or (not options.yes and _agreed(f"The stack is locked ({told}). Is that run over?", False))


def _agreed(question: str, yes: bool) -> bool:
    if yes:
        return True
    if not sys.stdin.isatty():
        raise OperatorError("there is nobody to ask here: add --yes to do what is shown above")
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


if __name__ == "__main__":
    sys.exit(main())
