"""Stands for cinc-client with ParallelCluster's cookbook: `--override-runlist aws-parallelcluster-entrypoints::STEP`, one step of
init, config, finalize and update, by the kind of the node."""

import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from localcloud.machines.node import configure, facts, finish, start, update
from localcloud.machines.node.system import Failed, say

STEPS: dict[str, Callable[[facts.Node], None]] = {
    "init": start.init,
    "config": configure.config,
    "finalize": finish.finalize,
    "update": update.update,
}
_LOG = Path("/var/log/chef-client.log")


def main(arguments: list[str]) -> int:
    step = arguments[arguments.index("--override-runlist") + 1].split("::")[1]
    sys.stdout = sys.stderr = _LOG.open("a", 1)
    began = time.monotonic()
    say(f"=== {step} (the local cloud's stand-in for ParallelCluster's recipes)")
    try:
        STEPS[step](facts.this_node())
    except Failed as failed:
        say(f"=== {step} failed: {failed}")
        return 1
    except Exception:  # noqa: BLE001  (the log is where somebody looks)
        say(traceback.format_exc())
        return 1
    say(f"=== {step} done after {time.monotonic() - began:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
