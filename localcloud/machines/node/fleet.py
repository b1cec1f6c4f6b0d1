"""Stands for compute_fleet_status.py (get, update) and clusterstatusmgtd.py (watch) of the cookbook: the state of the fleet."""

import json
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from localcloud.machines.node import aws
from localcloud.machines.node.facts import setting, this_node

_KEY = {"Id": "COMPUTE_FLEET"}
_REQUEST = Path("/opt/parallelcluster/tmp/computefleet-status.json")
_MANAGER = "/opt/parallelcluster/scripts/slurm/slurm_fleet_status_manager"
_SECONDS = 60
_STEPS = (("STOP_REQUESTED", "STOPPING", "STOPPED"), ("START_REQUESTED", "STARTING", "RUNNING"))


def table() -> Any:
    node = this_node()
    return aws.table(node.dna["ddb_table"], node.region)


def get() -> dict[str, Any]:
    return dict(table().get_item(Key=_KEY, ConsistentRead=True)["Item"]["Data"])


def get_by_hand() -> dict[str, Any]:
    """The same without boto3, whose import takes six times as long as all else: clustermgtd starts this command at each of its
    loops. The emulator takes the region and the service out of the line `Authorization`, and checks no signature."""
    cluster = json.loads(Path("/etc/chef/dna.json").read_text())["cluster"]
    scope = f"local/20260101/{cluster['region']}/dynamodb/aws4_request"
    asked = urllib.request.Request(
        f"https://dynamodb.{cluster['region']}.amazonaws.com/",
        json.dumps(
            {"TableName": cluster["ddb_table"], "Key": {"Id": {"S": _KEY["Id"]}}, "ConsistentRead": True}
        ).encode(),
        headers={
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-target, Signature=0",
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": "DynamoDB_20120810.GetItem",
        },
    )
    with urllib.request.urlopen(asked, timeout=_SECONDS) as answer:
        item = json.load(answer)["Item"]
    return {name: value["S"] for name, value in item["Data"]["M"].items()}


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
            aws.forget()
        time.sleep(setting("fleet_seconds"))


def main(arguments: list[str]) -> int:
    match arguments:
        case ["get"]:
            print(json.dumps(get_by_hand()))
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
