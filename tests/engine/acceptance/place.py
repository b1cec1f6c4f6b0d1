"""Where a life takes place: an emulator, the ground in it, a plugin that serves all runs, and stacks."""

from pathlib import Path

from localcloud.emulator.inventory import LEFT_BY_PARALLELCLUSTER, inventory
from tests.emulator import rig
from tests.engine.acceptance.ground import REGION, Ground, lay
from tests.engine.acceptance.plugin import serving
from tests.engine.acceptance.stack import Stack


class Place:
    """Everything is of the life's own, in `folder`, and ends with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.emulator = rig.start(folder)
        self.clients = self.emulator.client
        try:
            self.ground: Ground = lay(self.clients, str(folder))
            self.before = self.inventory()
            self._plugin = serving("aws", self.emulator.environment())
        except BaseException:
            self.emulator.stop()
            raise

    def stack(self, name: str) -> Stack:
        """A new stack in a project of its own."""
        (self.folder / name).mkdir()
        attached = {"PULUMI_DEBUG_PROVIDERS": f"aws:{self._plugin.port}"}
        return Stack(self.folder / name, self.emulator.environment() | attached).start()

    def inventory(self) -> dict[str, list[str]]:
        """What is in the account, but for what ParallelCluster leaves there by design."""
        found = inventory(self.emulator.endpoint, REGION)
        found.pop(LEFT_BY_PARALLELCLUSTER, None)
        return found

    def end(self) -> None:
        try:
            self._plugin.stop()
        finally:
            self.emulator.stop()
