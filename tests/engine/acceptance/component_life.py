"""A life of all components at once, step by step."""

import json
from dataclasses import asdict, dataclass, field

from tests.engine.acceptance.case import Kept, No
from tests.engine.acceptance.component import Component
from tests.engine.acceptance.ground import REGION
from tests.engine.acceptance.once import once
from tests.engine.acceptance.place import Place
from tests.engine.acceptance.program import ORDERS
from tests.engine.acceptance.stack import Op, Run
from tests.engine.acceptance.steps import Steps
from tests.engine.acceptance.table.common import DEFAULT_TAGS


@dataclass
class Step:
    """What a step did, and what the cloud says of each component after it."""

    run: Run
    seen: dict[str, object] = field(default_factory=dict[str, object])
    """By component. An error of asking stands for the answer."""

    def of(self, row: Component) -> dict[str, list[Op]]:
        """What was done about the resources of a component, by type's last name and logical name."""
        done: dict[str, list[Op]] = {}
        for urn, ops in self.run.ops.items():
            chain, _, name = urn.split("::", 2)[2].partition("::")
            # Components within it have no life of their own.
            if chain.startswith(f"{row.token}$") and "$hpcstack:" not in f"${chain.rpartition('$')[2]}":
                done.setdefault(f"{chain.rpartition(':')[2]}::{name}", []).extend(ops)
        return done

    def faults(self, row: Component) -> str:
        """The engine's errors about a component's resources."""
        return "\n".join(text for urn, text in self.run.errors.items() if f"::{row.token}$" in urn)


class ComponentLife(Steps[Step]):
    """The stack of all components."""

    def __init__(self, place: Place, rows: list[Component]) -> None:
        super().__init__(place, "components")
        self.rows = rows
        self.parts: dict[str, dict[str, Kept]] = {row.name: {} for row in rows}

    @once
    def destroyed(self) -> Step:
        assert self.recreated
        return Step(self.stack.run("destroy", "--continue-on-error"))

    def up(self, inputs: str) -> Step:
        components = {row.name: {"token": row.token, "step": inputs} for row in self.rows}
        orders = {"region": REGION, "defaultTags": DEFAULT_TAGS, "resources": {}, "components": components}
        orders |= {"ground": asdict(self.place.ground)}
        (self.stack.folder / ORDERS).write_text(json.dumps(orders))
        return self.watched(self.stack.run("up", "--continue-on-error"))

    def watched(self, run: Run) -> Step:
        step = Step(run)
        for row in self.rows:
            for part, ops in step.of(row).items():
                if known := [op.after for op in ops if op.after and op.after.id]:
                    self.parts[row.name][part] = known[-1]
            try:
                step.seen[row.name] = row.look(self.place.clients, self.parts[row.name])
            except Exception as error:  # noqa: BLE001 - belongs to one row, whose test compares it
                step.seen[row.name] = error
        return step

    def meddle(self, what: str) -> None:
        for row in self.rows:
            meddle = getattr(row, what)
            if isinstance(meddle, No):
                continue
            try:
                meddle(self.place.clients, self.parts[row.name])
            except Exception as error:  # noqa: BLE001 - belongs to one row, whose test raises it
                self.outside[row.name] = error
