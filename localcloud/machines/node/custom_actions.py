"""Stands for fetch_and_run and custom_action_executor.py of the cookbook: OnNodeStart, OnNodeConfigured, OnNodeUpdated.

All scripts are fetched first, then run in order as root with their arguments. What fails ends the node's start: a head node writes
the reason into bootstrap_error_msg, from which its user data signals it, and `pcluster` derives its failure code from the words.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from localcloud.machines.node import aws, facts
from localcloud.machines.node.facts import Node, this_node

EVENTS = {"preinstall": "OnNodeStart", "postinstall": "OnNodeConfigured", "postupdate": "OnNodeUpdated"}
"""Word on the command line -> event of the cluster's configuration."""
_SEE = (
    "Please check /var/log/cfn-init.log in the head node, or check the cfn-init.log in CloudWatch logs. Please refer to "
    "https://docs.aws.amazon.com/parallelcluster/latest/ug/troubleshooting-v3.html#troubleshooting-v3-get-logs for more "
    "details on ParallelCluster logs."
)
_FETCH_SECONDS = 60
_EVENT_SECONDS = 5
"""In which the CloudWatch agent of a compute or login node takes its event, before the node ends itself."""


@dataclass(frozen=True)
class Script:
    url: str
    arguments: list[str]


class Failed(Exception):
    """`masked` is the reason without the script's address, which may hold a secret."""

    def __init__(self, text: str, masked: str, stage: str, step: int, error: Any = None) -> None:
        super().__init__(text)
        self.masked, self.stage, self.step, self.error = masked, stage, step, error


def scripts(config: dict[str, Any], node: Node, event: str) -> list[Script]:
    """What the cluster's configuration says for a node and an event: one `Script`, or a `Sequence` of them."""
    if node.kind == facts.HEAD:
        owner = config["HeadNode"]
    elif node.kind == facts.LOGIN:
        owner = _named(config["LoginNodes"]["Pools"], node.dna["pool_name"])
    else:
        owner = _named(config["Scheduling"]["SlurmQueues"], node.dna["scheduler_queue_name"])
    found = (owner.get("CustomActions") or {}).get(event) or {}
    rows = [found] if found.get("Script") else found.get("Sequence") or []
    return [Script(row["Script"], [str(one) for one in row.get("Args") or []]) for row in rows]


def run(event: str, chosen: list[Script], region: str) -> None:
    """Raises Failed."""
    files = [_fetch(event, number, script.url, region) for number, script in enumerate(chosen, 1)]
    for number, (script, file) in enumerate(zip(chosen, files, strict=True), 1):
        print(f"The hash of script {script.url} is: {hashlib.sha256(file.read_bytes()).hexdigest()}", flush=True)
        file.chmod(0o700)
        subprocess.run(["dos2unix", "-q", str(file)], check=True)
        began = time.monotonic()
        done = subprocess.run([str(file), *script.arguments], stderr=subprocess.PIPE, text=True, check=False)
        sys.stderr.write(done.stderr)
        print(
            f"{event} script {number} ended with {done.returncode} after {time.monotonic() - began:.2f} s", flush=True
        )
        if done.returncode:
            reason = f"Failed to execute {event} script {number}"
            code = f"return code: {done.returncode}."
            told = {"exit_code": done.returncode, "stderr": done.stderr}
            raise Failed(f"{reason} {script.url}, {code}", f"{reason}, {code}", "executing", number, told)
        file.unlink()


def _fetch(event: str, number: int, url: str, region: str) -> Path:
    reason = f"Failed to download {event} script {number}"
    descriptor, name = tempfile.mkstemp()
    with os.fdopen(descriptor, "wb") as file:
        if url.startswith("s3://"):
            bucket, _, key = url.removeprefix("s3://").partition("/")
            try:
                aws.client("s3", region).download_fileobj(bucket, key, file)
            except aws.errors() as error:
                text = f"{reason} {url} using aws s3, cause: {error}."
                raise Failed(text, f"{reason} using aws s3.", "downloading", number, str(error)) from error
        elif url.startswith("https://"):
            import requests  # as slow to import as boto3, and seldom needed

            answer = requests.get(url, timeout=_FETCH_SECONDS)
            if answer.status_code != 200:
                text = f"{reason} {url}, HTTP status code {answer.status_code}."
                raise Failed(text, f"{reason} via HTTP.", "downloading", number, answer.status_code)
            file.write(answer.content)
        else:
            kind = "URL must be an s3 or HTTPs."
            raise Failed(f"{reason} {url}, {kind}", f"{reason}, {kind}", "downloading", number)
    return Path(name)


def _named(rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(row for row in rows if row["Name"] == name)


def _report(node: Node, event: str, failed: Failed) -> None:
    if node.kind == facts.HEAD:
        Path(facts.ERROR_FILE).write_text(f"fetch_and_run - {failed.masked} {_SEE}\n")
        return
    name = Path(facts.PLUGIN, "slurm_nodename")
    told = {
        "datetime": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "version": 0,
        "scheduler": "slurm",
        "cluster-name": node.cluster,
        "node-role": node.kind,
        "component": "custom-action",
        "level": "ERROR",
        "event-type": "custom-action-error",
        "message": failed.masked,
        "compute": {"name": name.read_text().strip() if name.exists() else ""},
        "detail": {"action": event, "step": failed.step, "stage": failed.stage, "error": failed.error},
    }
    Path(facts.ERROR_FILE).write_text(json.dumps(told) + "\n")
    time.sleep(_EVENT_SECONDS)


def main(arguments: list[str]) -> int:
    words = [word.lstrip("-") for word in arguments]
    event = EVENTS[next(word for word in words if word in EVENTS)]
    node = this_node()
    shared = facts.SHARED_LOGIN if node.kind == facts.LOGIN else facts.SHARED
    file = arguments[arguments.index("-c") + 1] if "-c" in arguments else f"{shared}/cluster-config.yaml"
    chosen = scripts(yaml.safe_load(Path(file).read_text()), node, event)
    if event == "OnNodeUpdated" and chosen and not _updating(node):
        print("OnNodeUpdated runs only while the cluster's stack is being updated: nothing to do", flush=True)
        return 0
    try:
        run(event, chosen, node.region)
    except Failed as failed:
        print(failed, flush=True)
        if event != "OnNodeUpdated":
            _report(node, event, failed)
        return 1
    return 0


def _updating(node: Node) -> bool:
    client = aws.client("cloudformation", node.region)
    return bool(client.describe_stacks(StackName=node.cluster)["Stacks"][0]["StackStatus"] == "UPDATE_IN_PROGRESS")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
