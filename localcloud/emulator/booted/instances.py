"""RunInstances and TerminateInstances drive machines, for instances of clusters and for API hosts.

Wraps `EC2Backend.run_instances` and `Instance.terminate`, the one place that all ways of ending an instance pass.
A launch template's network interfaces are taken from it, which moto does not: without a subnet there is no network to boot in.
"""

import base64
from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.instances import Instance

from localcloud.emulator.booted import account
from localcloud.emulator.booted.site import site
from localcloud.machines.hypervisor import Machine

CLUSTER_TAG, KIND_TAG = "parallelcluster:cluster-name", "parallelcluster:node-type"

_API_HOST = b"/api_host/api-host.pyz "
"""What user data of the API host names in its first lines: its program in the stack's bucket."""


def install() -> None:
    run, terminate = EC2Backend.run_instances, Instance.terminate

    def run_and_boot(
        self: Any,
        image_id: Any,
        count: int,
        user_data: Any,
        security_group_names: list[str],
        **keywords: Any,
    ) -> Any:
        if keywords.get("launch_template"):
            _place(self, keywords)
        reservation = run(self, image_id, count, user_data, security_group_names, **keywords)
        for instance in reservation.instances:
            if instance.user_data and _kind(instance):
                _boot(self, instance)
        return reservation

    def terminate_and_power_off(self: Any, *arguments: Any, **keywords: Any) -> Any:
        answer = terminate(self, *arguments, **keywords)
        site().hypervisor.power_off(self.id)
        return answer

    # Fleets call it with the names of its parameters.
    EC2Backend.run_instances = run_and_boot
    Instance.terminate = terminate_and_power_off


def _kind(instance: Any) -> str:
    """Of a machine that boots; empty for what stays a record."""
    tags = account.tags(instance)
    if CLUSTER_TAG in tags:
        return tags.get(KIND_TAG, "Node")
    encoded = getattr(instance.user_data, "_encoded_string", instance.user_data)
    return "ApiHost" if _API_HOST in base64.b64decode(encoded) else ""


def _place(backend: Any, keywords: dict[str, Any]) -> None:
    """Subnet and security groups of the first interface of the template, if the call has none of its own."""
    interfaces = backend._get_template_from_args(keywords["launch_template"]).data.get("NetworkInterfaces") or []
    if not interfaces or keywords.get("nics"):
        return
    keywords["subnet_id"] = keywords.get("subnet_id") or interfaces[0].get("SubnetId")
    keywords["security_group_ids"] = keywords.get("security_group_ids") or interfaces[0].get("Groups", [])


def _boot(backend: Any, instance: Any) -> None:
    def ended() -> None:
        # Powered off from inside: nodes that cannot start end themselves, and ParallelCluster's launch templates say `terminate`.
        if instance.state in ("pending", "running"):
            backend.terminate_instances([instance.id])

    tags = account.tags(instance)
    machine = Machine(
        instance=instance.id,
        hostname=instance.private_dns_name.split(".")[0],
        address=instance.private_ip,
        kind=_kind(instance),
        cluster=tags.get(CLUSTER_TAG, ""),
    )
    network = site().network(backend.get_vpc(instance.vpc_id))
    site().hypervisor.launch(machine, network, ended)
