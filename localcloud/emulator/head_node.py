"""What stands for the software on a cluster's head node: it publishes the fleet's state and moves it on request.

ParallelCluster's clustermgtd keeps the state of the fleet in the table `parallelcluster-<cluster>`, item Id="COMPUTE_FLEET".
Without the item the fleet's status is UNKNOWN, it can be neither started nor stopped, and every update takes it for running.
"""

import logging
import threading
import time
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from localcloud.emulator.clients import client, resource
from localcloud.emulator.timings import FLEET_STEP_SECONDS

NEXT = {"STOP_REQUESTED": "STOPPING", "STOPPING": "STOPPED", "START_REQUESTED": "STARTING", "STARTING": "RUNNING"}
_KEY = {"Id": "COMPUTE_FLEET"}
_LOG = logging.getLogger("localcloud.emulator")


def boot(cluster: str, region: str) -> None:
    """The end of the head node's start: the fleet runs, a first line is in the log. Does nothing for a node that is up."""
    table = resource("dynamodb", region).Table(f"parallelcluster-{cluster}")
    if "Item" in table.get_item(Key=_KEY):
        return
    _publish(table, "RUNNING")
    _log(cluster, region)
    threading.Thread(target=_manage, args=(table,), daemon=True).start()


def _manage(table: Any) -> None:
    """Answer requests to stop and start the fleet until the table goes with the cluster."""
    while True:
        time.sleep(FLEET_STEP_SECONDS)
        try:
            _step(table)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return
            _LOG.exception("the fleet's state in %s cannot be moved on; trying again", table.name)
        except Exception:  # noqa: BLE001  (a fleet that nobody moves on would stay as it is for ever)
            _LOG.exception("the fleet's state in %s cannot be moved on; trying again", table.name)


def _step(table: Any) -> None:
    status = table.get_item(Key=_KEY).get("Item", {}).get("Data", {}).get("status")
    if status in NEXT:
        _publish(table, NEXT[status])


def _publish(table: Any, status: str) -> None:
    table.put_item(Item={**_KEY, "Data": {"status": status, "lastStatusUpdatedTime": str(datetime.now(tz=UTC))}})


def _log(cluster: str, region: str) -> None:
    """One line in the newest log group of the cluster, in the stream that the head node would write."""
    logs, ec2 = client("logs", region), client("ec2", region)
    groups = logs.describe_log_groups(logGroupNamePrefix=f"/aws/parallelcluster/{cluster}-")["logGroups"]
    reservations = ec2.describe_instances(
        Filters=[
            {"Name": "tag:parallelcluster:cluster-name", "Values": [cluster]},
            {"Name": "tag:parallelcluster:node-type", "Values": ["HeadNode"]},
            {"Name": "instance-state-name", "Values": ["running"]},
        ]
    )["Reservations"]
    for group in groups[-1:]:
        for instance in (instance for reservation in reservations for instance in reservation["Instances"]):
            stream = f"{instance['PrivateDnsName'].split('.')[0]}.{instance['InstanceId']}.clustermgtd"
            where = {"logGroupName": group["logGroupName"], "logStreamName": stream}
            logs.create_log_stream(**where)
            line = {
                "timestamp": int(time.time() * 1000),
                "message": "the local cloud's stand-in for the head node is up",
            }
            logs.put_log_events(**where, logEvents=[line])
