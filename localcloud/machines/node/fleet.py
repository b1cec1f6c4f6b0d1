"""Stands for compute_fleet_status.py (get, update) and clusterstatusmgtd.py (watch) of the cookbook: the state of the fleet."""

import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from localcloud.machines.node import aws
from localcloud.machines.node.facts import setting, this_node

_KEY = {"Id": "COMPUTE_FLEET"}
_REQUEST = Path("/opt/parallelcluster/tmp/computefleet-status.json")
_MANAGER = "/opt/parallelcluster/scripts/slurm/slurm_fleet_status_manager"
_STEPS = (("STOP_REQUESTED", "STOPPING", "STOPPED"), ("START_REQUESTED", "STARTING", "RUNNING"))


def table() -> Any:
    node = this_node()
    return aws.table(node.dna["ddb_table"], node.region)


def get() -> dict[str, Any]:
    return dict(table().get_item(Key=_KEY, ConsistentRead=True)["Item"]["Data"])


def put(status: str) -> None:
    data = {"status": status, "lastStatusUpdatedTime": str(datetime.now(tz=UTC))}
    table().put_item(Item={**_KEY, "Data": data})


def step() -> None:
    """Carry out what was asked for, or was being carried out when it was cut."""
    status = get()["status"]
    for request, during, after in _STEPS:
        if status in (request, during):
            put(during)
            _REQUEST.write_text(json.dumps({"status": request}))
            subprocess.run([_MANAGER, "-cf", str(_REQUEST)], check=True)
            put(after)
            print(f"{datetime.now(UTC).isoformat()} {after}", flush=True)


def watch() -> None:
    while True:
        try:
            step()
        except (*aws.errors(), KeyError, subprocess.CalledProcessError) as error:
            # The next round tries again, as clusterstatusmgtd does.
            print(f"{datetime.now(UTC).isoformat()} {error!r}", flush=True)
        time.sleep(setting("fleet_seconds"))


def main(arguments: list[str]) -> int:
    match arguments:
        case ["get"]:
            print(json.dumps(get()))
        case ["update", "--status", status]:
            put(status)
        case ["watch"]:
            watch()
        case _:
            print("usage: fleet get | update --status STATUS | watch", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
