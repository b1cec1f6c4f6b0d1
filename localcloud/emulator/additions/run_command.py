"""Run Command on a cluster's head node.

Wraps `SimpleSystemManagerBackend.send_command`. Without it every command succeeds and says nothing. A head node whose role lacks
AmazonSSMManagedInstanceCore is not managed: InvalidInstanceId, as on AWS. Other instances are left to moto.
"""

import json
from typing import Any

from botocore.exceptions import ClientError
from moto.cloudformation.models import cloudformation_backends
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import JsonRESTError
from moto.ssm.models import SimpleSystemManagerBackend

from localcloud.emulator import slurm
from localcloud.emulator.clients import client

_POLICY = "AmazonSSMManagedInstanceCore"


def install() -> None:
    send_command = SimpleSystemManagerBackend.send_command

    def send_and_run(self: Any, **arguments: Any) -> Any:
        clusters = {name: _cluster(name, self.region_name) for name in arguments.get("instance_ids") or []}
        for instance, cluster in clusters.items():
            if cluster and not _managed(cluster, self.region_name):
                raise JsonRESTError("InvalidInstanceId", f"Instances [[{instance}]] not in a valid state for account")
        command = send_command(self, **arguments)
        for invocation in command.invocations:
            if cluster := clusters.get(invocation["InstanceId"]):
                lines = [line for line in (arguments["parameters"] or {}).get("commands", []) if line.strip()]
                code, output = slurm.run(cluster, self.region_name, lines)
                status = "Success" if code == 0 else "Failed"
                where = "StandardOutputContent" if code == 0 else "StandardErrorContent"
                invocation.update({"ResponseCode": code, "Status": status, "StatusDetails": status, where: output})
        return command

    SimpleSystemManagerBackend.send_command = send_and_run


def _instance(name: str, region: str) -> dict[str, Any]:
    try:
        found = client("ec2", region).describe_instances(InstanceIds=[name])["Reservations"]
    except ClientError:
        return {}
    return found[0]["Instances"][0] if found else {}


def _cluster(name: str, region: str) -> str | None:
    """The cluster whose head node an instance is."""
    tags = {tag["Key"]: tag["Value"] for tag in _instance(name, region).get("Tags", [])}
    return tags.get("parallelcluster:cluster-name") if tags.get("parallelcluster:node-type") == "HeadNode" else None


def _managed(cluster: str, region: str) -> bool:
    """Whether the stack gives the head node's role the policy; moto's own roles do not keep what a stack attaches."""
    stacks = cloudformation_backends[DEFAULT_ACCOUNT_ID][region].stacks.values()
    resources = next((stack.template_dict["Resources"] for stack in stacks if stack.name == cluster), {})
    return _POLICY in json.dumps(resources.get("RoleHeadNode", {}))
