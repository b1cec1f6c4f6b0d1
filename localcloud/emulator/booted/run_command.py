"""Run Command on a head node is run by its machine, as root, instead of by the stand-in for Slurm.

Replaces `localcloud.emulator.slurm.run`, which run_command calls for head nodes. The provider asks it about running jobs before an
update that interrupts them.
"""

import subprocess

from localcloud.emulator import slurm
from localcloud.machines import running

_SECONDS = 600
_NO_MACHINE = 255


def install() -> None:
    slurm.run = run


def run(cluster: str, region: str, commands: list[str]) -> tuple[int, str]:
    """Exit code and output, both streams, of a script."""
    found = [one for one in running.machines() if (one.cluster, one.kind) == (cluster, "HeadNode")]
    if not found:
        return _NO_MACHINE, f"the head node of {cluster} is off"
    try:
        done = running.run(found[0], ["sh", "-s"], given="\n".join([*commands, ""]), seconds=_SECONDS)
    except subprocess.TimeoutExpired:
        return _NO_MACHINE, f"not done within {_SECONDS} s"
    return done.returncode, done.stdout + done.stderr
