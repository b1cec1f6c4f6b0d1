"""A plugin that serves many runs of the engine: to start one a run would take longer than what it does there."""

import os
import subprocess
import sys
from dataclasses import dataclass

from localcloud import paths
from tests.emulator.rig import first_line


@dataclass(frozen=True)
class Serving:
    """A stand-in that runs. The engine attaches to it by PULUMI_DEBUG_PROVIDERS."""

    process: "subprocess.Popen[bytes]"
    port: int

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)


def serving(name: str, variables: dict[str, str]) -> Serving:
    """Start the stand-in of this name, with variables that point AWS clients to an emulator."""
    own = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "PULUMI_"))}
    command = [sys.executable, "-m", f"localcloud.plugins.{name}", "unused"]
    environment = own | variables | {"PYTHONPATH": str(paths.ROOT)}
    process = subprocess.Popen(command, cwd=paths.ROOT, env=environment, stdout=subprocess.PIPE)
    port = first_line(process)
    assert port, f"the stand-in {name} ended with {process.wait()} instead of telling its port"
    return Serving(process, int(port))
