"""A life of many cases at once: each step is made for all of them in one run, and what happened is kept for the tests."""

import json
import re
from dataclasses import dataclass, field

from botocore.exceptions import ClientError

from tests.engine.acceptance.case import Case, Gone, Kept, No, Outside, Values
from tests.engine.acceptance.ground import REGION
from tests.engine.acceptance.once import once
from tests.engine.acceptance.place import Place
from tests.engine.acceptance.program import ORDERS
from tests.engine.acceptance.stack import Run, Stack
from tests.engine.acceptance.steps import Steps
from tests.engine.acceptance.table.common import DEFAULT_TAGS

_ABSENT = re.compile(r"NotFound|NoSuch|DoesNotExist|^404$")


@dataclass
class Step:
    """What a step did, and what the cloud says of each case after it."""

    run: Run
    seen: dict[str, Values | Exception | None] = field(default_factory=dict[str, Values | Exception | None])
    """By case; None is absent."""


class Life(Steps[Step]):
    """The stack of some cases, and a second one that takes over what the first has made."""

    def __init__(self, place: Place, cases: list[Case]) -> None:
        super().__init__(place, "stack")
        self.cases, self.ground = cases, place.ground
        self.kept: dict[str, Kept] = {}

    @once
    def imported(self) -> Step:
        """Everything taken over by a second stack, which knows no more than ids."""
        assert self.recreated
        self._other = self.place.stack("second")
        self._order(self._other, "replaced", imports=True)
        return self.watched(self._other.run("up", "--continue-on-error"))

    @once
    def imported_plan(self) -> Step:
        assert self.imported
        self._order(self._other, "replaced", imports=False)
        return self.watched(self._other.run("preview"))

    @once
    def destroyed(self) -> Step:
        assert self.imported_plan
        return self.watched(self.stack.run("destroy", "--continue-on-error"))

    def up(self, inputs: str) -> Step:
        self._order(self.stack, inputs)
        run = self.stack.run("up", "--continue-on-error")
        for case in self.cases:
            for op in run.of(case.name, case.token):
                if op.after and op.after.id:
                    self.kept[case.name] = op.after
        return self.watched(run)

    def _order(self, stack: Stack, step: str, imports: bool | None = None) -> None:
        """Write what the program is to declare. `imports` tells the second stack's two runs apart."""
        resources = {}
        for case in self.cases:
            inputs, known = case.wanted(self.ground, step), None
            if imports is not None:
                if isinstance(case.import_id, No) or case.name not in self.kept:
                    continue
                kept = self.kept[case.name]
                known = case.import_id(kept) if imports else None
                inputs = inputs | ({case.named: kept.outputs[case.named]} if case.named else {})
            resources[case.name] = {"token": case.token, "inputs": inputs, "import": known}
        orders = {"region": REGION, "defaultTags": DEFAULT_TAGS, "resources": resources}
        (stack.folder / ORDERS).write_text(json.dumps(orders))

    def meddle(self, what: str) -> None:
        for case in self.cases:
            meddle: Outside | No = getattr(case, what)
            if isinstance(meddle, No) or case.name not in self.kept:
                continue
            try:
                meddle(self.place.clients, self.kept[case.name])
            except Exception as error:  # noqa: BLE001 - belongs to one case, whose test raises it
                self.outside[case.name] = error

    def watched(self, run: Run) -> Step:
        step = Step(run)
        for case in self.cases:
            if case.name in self.kept:
                step.seen[case.name] = self._look(case)
        return step

    def _look(self, case: Case) -> Values | Exception | None:
        try:
            return case.look(self.place.clients, self.kept[case.name])
        except Gone:
            return None
        except ClientError as error:
            return None if _ABSENT.search(error.response["Error"]["Code"]) else error
        except Exception as error:  # noqa: BLE001 - belongs to one case, whose test raises it
            return error
