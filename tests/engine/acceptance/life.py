"""A life of many cases at once: each step is made for all of them in one run, and what happened is kept for the tests."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from botocore.exceptions import ClientError

from localcloud.emulator.inventory import inventory
from tests.emulator import rig
from tests.engine.acceptance.case import Case, Gone, Kept, No, Outside, Values
from tests.engine.acceptance.ground import REGION, Ground, lay
from tests.engine.acceptance.plugin import serving
from tests.engine.acceptance.program import ORDERS
from tests.engine.acceptance.stack import Run, Stack
from tests.engine.acceptance.table.common import DEFAULT_TAGS

_ABSENT = re.compile(r"NotFound|NoSuch|DoesNotExist|^404$")


@dataclass
class Step:
    """What a step did, and what the cloud says of each case after it."""

    run: Run
    seen: dict[str, Values | Exception | None] = field(default_factory=dict[str, Values | Exception | None])
    """By case; None is absent."""


@dataclass
class Life:
    """The stack of some cases on an emulator of its own. Steps are made when a test first asks for them, in their order."""

    folder: Path
    cases: list[Case]

    def __post_init__(self) -> None:
        self.emulator = rig.start(self.folder)
        self.ground: Ground = lay(self.emulator.client)
        self.before = inventory(self.emulator.endpoint, REGION)
        self.plugin = serving("aws", self.emulator.environment())
        self.stack = self._stack("stack")
        self.kept: dict[str, Kept] = {}
        self.outside: dict[str, Exception] = {}

    def end(self) -> None:
        self.plugin.stop()
        self.emulator.stop()

    def _stack(self, name: str) -> Stack:
        (self.folder / name).mkdir()
        attached = {"PULUMI_DEBUG_PROVIDERS": f"aws:{self.plugin.port}"}
        return Stack(self.folder / name, self.emulator.environment() | attached).start()

    @cached_property
    def created(self) -> Step:
        return self._up("first")

    @cached_property
    def planned(self) -> Step:
        """The plan of an unchanged program."""
        assert self.created
        return self._watched(self.stack.run("preview"))

    @cached_property
    def changed(self) -> Step:
        assert self.planned
        return self._up("changed")

    @cached_property
    def replaced(self) -> Step:
        assert self.changed
        return self._up("replaced")

    @cached_property
    def drifted(self) -> Step:
        assert self.replaced
        self._meddle(lambda case: case.drift)
        return self._watched(self.stack.run("refresh"))

    @cached_property
    def repaired(self) -> Step:
        assert self.drifted
        return self._up("replaced")

    @cached_property
    def vanished(self) -> Step:
        assert self.repaired
        self._meddle(lambda case: case.vanish)
        return self._watched(self.stack.run("refresh"))

    @cached_property
    def recreated(self) -> Step:
        assert self.vanished
        return self._up("replaced")

    @cached_property
    def imported(self) -> Step:
        """Everything taken over by a second stack, which knows no more than ids."""
        assert self.recreated
        self._other = self._stack("other")
        self._order(self._other, "replaced", imports=True)
        return self._watched(self._other.run("up", "--continue-on-error"))

    @cached_property
    def imported_plan(self) -> Step:
        assert self.imported
        self._order(self._other, "replaced", imports=False)
        return self._watched(self._other.run("preview"))

    @cached_property
    def destroyed(self) -> Step:
        assert self.imported_plan
        return self._watched(self.stack.run("destroy", "--continue-on-error"))

    def _up(self, inputs: str) -> Step:
        self._order(self.stack, inputs)
        run = self.stack.run("up", "--continue-on-error")
        for case in self.cases:
            for op in run.of(case.name, case.token):
                if op.after and op.after.id:
                    self.kept[case.name] = op.after
        return self._watched(run)

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

    def _meddle(self, what: Callable[[Case], Outside | No]) -> None:
        for case in self.cases:
            meddle = what(case)
            if isinstance(meddle, No) or case.name not in self.kept:
                continue
            try:
                meddle(self.emulator.client, self.kept[case.name])
            except Exception as error:  # noqa: BLE001 - belongs to one case, whose test raises it
                self.outside[case.name] = error

    def _watched(self, run: Run) -> Step:
        step = Step(run)
        for case in self.cases:
            if case.name in self.kept:
                step.seen[case.name] = self._look(case)
        return step

    def _look(self, case: Case) -> Values | Exception | None:
        try:
            return case.look(self.emulator.client, self.kept[case.name])
        except Gone:
            return None
        except ClientError as error:
            return None if _ABSENT.search(error.response["Error"]["Code"]) else error
        except Exception as error:  # noqa: BLE001 - belongs to one case, whose test raises it
            return error
