"""What stands for Slurm on a cluster's head node: the few forms of `squeue` and `scontrol` by which others ask about running jobs
and set partitions down and up. Anything else is "command not found", as nothing of what is sent here is ever executed.

Jobs are what somebody writes into the item Id="LOCALCLOUD_JOBS" of the cluster's table: Data = {"<queue>": <running jobs>}.
"""

import re
from typing import Any

from localcloud.emulator.clients import client, resource

_JOBS = {"Id": "LOCALCLOUD_JOBS"}
_PARTITIONS = {"Id": "LOCALCLOUD_PARTITIONS"}
_COUNTED = re.compile(r"/opt/slurm/bin/squeue --noheader --states=[A-Z_,]+ --format=%P \| sort \| uniq -c")
_UPDATE = re.compile(r"/opt/slurm/bin/scontrol update PartitionName=(\S+) State=(UP|DOWN)")


def run(cluster: str, region: str, commands: list[str]) -> tuple[int, str]:
    """Exit code and output of a script of such commands, one a line."""
    table = resource("dynamodb", region).Table(f"parallelcluster-{cluster}")
    output: list[str] = []
    for command in commands:
        if command == "set -e":
            continue
        if _COUNTED.fullmatch(command):
            jobs = table.get_item(Key=_JOBS).get("Item", {}).get("Data", {})
            output += [f"{int(count):7d} {queue}" for queue, count in sorted(jobs.items()) if count]
        elif command == "/opt/slurm/bin/scontrol show partition --oneliner":
            states = _states(table, cluster, region)
            output += [f"PartitionName={queue} AllowGroups=ALL State={state}" for queue, state in states.items()]
        elif found := _UPDATE.fullmatch(command):
            queue, state = found.groups()
            if queue not in _states(table, cluster, region):
                return 1, "slurm_update error: Invalid partition name specified"
            states = table.get_item(Key=_PARTITIONS).get("Item", {}).get("Data", {})
            table.put_item(Item={**_PARTITIONS, "Data": {**states, queue: state}})
        else:
            return 127, f"{command.split()[0] if command.split() else ''}: command not found"
    return 0, "\n".join(output) + ("\n" if output else "")


def _states(table: Any, cluster: str, region: str) -> dict[str, str]:
    """Each queue's state: UP unless it was set otherwise, INACTIVE in a fleet that is stopped."""
    ec2 = client("ec2", region)
    templates = [
        template["LaunchTemplateId"]
        for template in ec2.describe_launch_templates()["LaunchTemplates"]
        if template["LaunchTemplateName"].startswith(f"{cluster}-")
    ]
    queues: set[str] = set()
    for template in templates:
        found = ec2.describe_launch_template_versions(LaunchTemplateId=template, Versions=["$Latest"])
        data = found["LaunchTemplateVersions"][0]["LaunchTemplateData"]
        for specification in data.get("TagSpecifications", []):
            queues |= {tag["Value"] for tag in specification["Tags"] if tag["Key"] == "parallelcluster:queue-name"}
    fleet = table.get_item(Key={"Id": "COMPUTE_FLEET"}).get("Item", {}).get("Data", {}).get("status")
    set_states = table.get_item(Key=_PARTITIONS).get("Item", {}).get("Data", {})
    return {queue: "INACTIVE" if fleet == "STOPPED" else set_states.get(queue, "UP") for queue in sorted(queues)}
