"""Job logs to CloudWatch, by the agent that ParallelCluster runs on the head node: a fragment of its configuration of our own."""

from __future__ import annotations

import json
import os
from typing import Any

from ..library.changes import Changes
from ..library.faults import Fault
from . import places

_CTL = f"{places.AGENT}/bin/amazon-cloudwatch-agent-ctl"
_STARTS = r"^JobId=[0-9]+ .*JobName="
"""The first line of each kept file. The agent makes one event of a file, up to its limit of 256 KB, then more."""


def fragment(found: dict[str, Any]) -> str:
    """A stream for each kind and file.

    `publish_multi_logs`: without it the agent follows only the newest file of a pattern, and jobs that end together lose theirs.
    """
    listed = [
        {
            "file_path": f"{found['logs']}/**/*-{kind}*.txt",
            "log_group_name": found["logGroup"],
            "log_stream_name": kind,
            "publish_multi_logs": True,
            "multi_line_start_pattern": _STARTS,
        }
        for kind in found["keep"]
    ]
    return json.dumps({"logs": {"logs_collected": {"files": {"collect_list": listed}}}}, indent=2) + "\n"


def follow(changes: Changes, found: dict[str, Any]) -> None:
    """Have the agent follow the job logs, or not where there is no log group. Raises Fault."""
    taken = f"{places.AGENT}/etc/amazon-cloudwatch-agent.d/file_{os.path.basename(places.FRAGMENT)}"
    if not found["logGroup"] or not found["logs"]:
        if os.path.exists(places.FRAGMENT):
            if os.path.exists(taken):
                _agent(changes, "the agent leaves job logs alone", "remove-config")
            changes.gone(places.FRAGMENT)
        return
    if not os.access(_CTL, os.X_OK):
        raise Fault(
            f"{_CTL} is not on this node; switch monitoring.logs on, or cluster.jobEnvironment.logs.cloudWatch off"
        )
    if changes.file(places.FRAGMENT, fragment(found)) or not os.path.exists(taken):
        _agent(changes, "the agent follows job logs", "append-config")


def _agent(changes: Changes, why: str, action: str) -> None:
    changes.command(why, _CTL, "-a", action, "-m", "ec2", "-c", f"file:{places.FRAGMENT}", "-s")
