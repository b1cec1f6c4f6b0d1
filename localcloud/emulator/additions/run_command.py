"""Run Command: on a cluster's head node by the stand-in for Slurm, on any other managed instance for real.

Wraps `SimpleSystemManagerBackend.send_command`, adds `SimpleSystemManagerResponse.describe_instance_information`. Without it every
command succeeds and says nothing, and nobody can ask which instances are managed. An instance whose role lacks
AmazonSSMManagedInstanceCore is not managed: InvalidInstanceId, as on AWS. So is one for which no host of the local cloud stands.
"""

import json
import threading
from typing import Any

from botocore.exceptions import ClientError
from moto.cloudformation.models import cloudformation_backends
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.ssm.models import SimpleSystemManagerBackend
from moto.ssm.responses import SimpleSystemManagerResponse

from localcloud.emulator import hosts, slurm
from localcloud.emulator.clients import client

SHELL = "AWS-RunShellScript"
_SECONDS = 3600
"""The document's default executionTimeout."""


def install() -> None:
    send_command = SimpleSystemManagerBackend.send_command

    def send_and_run(self: Any, **arguments: Any) -> Any:
        instances = {name: _instance(name, self.region_name) for name in arguments.get("instance_ids") or []}
        for name, instance in instances.items():
            if not _managed(instance, self.region_name):
                raise JsonRESTError("InvalidInstanceId", f"Instances [[{name}]] not in a valid state for account")
        command = send_command(self, **{**arguments, "instance_ids": list(instances)})
        if not arguments.get("targets"):
            # Without targets moto takes every instance of the account for one.
            command.instance_ids = list(instances)
            command.invocations = [one for one in command.invocations if one["InstanceId"] in instances]
        for invocation in command.invocations:
            if arguments["document_name"] == SHELL and invocation["InstanceId"] in instances:
                _run(invocation, instances[invocation["InstanceId"]], self.region_name, arguments["parameters"] or {})
        return command

    def describe_instance_information(self: Any) -> ActionResult:
        wanted = {key: _values(one) for one in self._get_param("Filters", []) for key in [one.get("Key")]}
        found = client("ec2", self.region).get_paginator("describe_instances").paginate()
        instances = [one for page in found for group in page["Reservations"] for one in group["Instances"]]
        return ActionResult(
            {
                "InstanceInformationList": [
                    _information(one)
                    for one in instances
                    if one["InstanceId"] in wanted.get("InstanceIds", [one["InstanceId"]])
                    and _managed(one, self.region)
                ]
            }
        )

    SimpleSystemManagerBackend.send_command = send_and_run
    SimpleSystemManagerResponse.describe_instance_information = describe_instance_information


def _values(one: dict[str, Any]) -> list[str]:
    return list(one.get("Values", []))


def _information(instance: dict[str, Any]) -> dict[str, Any]:
    return {
        "InstanceId": instance["InstanceId"],
        "PingStatus": "Online",
        "LastPingDateTime": instance["LaunchTime"].timestamp(),
        "PlatformType": "Linux",
        "ResourceType": "EC2Instance",
        "IPAddress": instance.get("PrivateIpAddress", ""),
        "ComputerName": instance.get("PrivateDnsName", ""),
    }


def _run(invocation: dict[str, Any], instance: dict[str, Any], region: str, parameters: dict[str, list[str]]) -> None:
    if cluster := _cluster(instance):
        lines = [line for line in parameters.get("commands", []) if line.strip()]
        code, output = slurm.run(cluster, region, lines)
        _end(invocation, hosts.Ended(code, output if code == 0 else "", "" if code == 0 else output))
        return
    invocation.update({"Status": "InProgress", "StatusDetails": "InProgress", "ResponseCode": -1})
    seconds = float(next(iter(parameters.get("executionTimeout", [])), _SECONDS))

    def work() -> None:
        _end(invocation, hosts.run(instance["InstanceId"], region, parameters.get("commands", []), seconds))

    threading.Thread(target=work, daemon=True).start()


def _end(invocation: dict[str, Any], ended: hosts.Ended) -> None:
    status = {0: "Success", None: "TimedOut"}.get(ended.code, "Failed")
    code = -1 if ended.code is None else ended.code
    details = "ExecutionTimedOut" if status == "TimedOut" else status
    output = {"StandardOutputContent": ended.stdout, "StandardErrorContent": ended.stderr}
    invocation.update({**output, "ResponseCode": code, "Status": status, "StatusDetails": details})


def _instance(name: str, region: str) -> dict[str, Any]:
    try:
        found = client("ec2", region).describe_instances(InstanceIds=[name])["Reservations"]
    except ClientError:
        return {}
    return found[0]["Instances"][0] if found else {}


def _cluster(instance: dict[str, Any]) -> str | None:
    """The cluster whose head node an instance is."""
    tags = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", [])}
    return tags.get("parallelcluster:cluster-name") if tags.get("parallelcluster:node-type") == "HeadNode" else None


def _managed(instance: dict[str, Any], region: str) -> bool:
    """Whether Systems Manager knows the instance."""
    if cluster := _cluster(instance):
        return _given_by_stack(cluster, region)
    return bool(instance) and hosts.online(instance, region)


def _given_by_stack(cluster: str, region: str) -> bool:
    """Whether the stack gives the head node's role the policy; moto's own roles do not keep what a stack attaches."""
    stacks = cloudformation_backends[DEFAULT_ACCOUNT_ID][region].stacks.values()
    resources = next((stack.template_dict["Resources"] for stack in stacks if stack.name == cluster), {})
    return hosts.POLICY in json.dumps(resources.get("RoleHeadNode", {}))
