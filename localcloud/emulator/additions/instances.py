"""EC2 instances: block devices as ParallelCluster writes them, and load balancers that hear of every end of an instance.

Wraps `InstanceBackend.run_instances` and `terminate_instances`, replaces `InstanceResponse._validate_block_device_mapping`.
Without it: "The request must contain the parameter ebs" for launch templates with instance-store volumes (VirtualName) or a root
volume of the image's own size; a login pool shows healthy nodes after its group ended them.
"""

from typing import Any

from moto.ec2.models.instances import InstanceBackend
from moto.ec2.responses.instances import InstanceResponse
from moto.elbv2.models import elbv2_backends

ROOT_GIB = 35
"""Size of a volume for which the launch names none: that of ParallelCluster's images."""


def volumes(mappings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The mappings of EBS volumes, each with a size; instance-store volumes come with the instance type."""
    return [
        {**mapping, "Ebs": {**mapping["Ebs"], "VolumeSize": mapping["Ebs"].get("VolumeSize") or ROOT_GIB}}
        for mapping in mappings
        if mapping.get("Ebs")
    ]


def complete(mapping: dict[str, Any]) -> None:
    """Make one block device mapping of a RunInstances call acceptable to moto."""
    if "Ebs" in mapping:
        mapping["Ebs"].setdefault("VolumeSize", ROOT_GIB)
    else:
        mapping["NoDevice"] = ""


def install() -> None:
    run, terminate = InstanceBackend.run_instances, InstanceBackend.terminate_instances

    def run_instances(self: Any, *arguments: Any, **keywords: Any) -> Any:
        mappings = keywords.get("block_device_mappings")
        if mappings is None and keywords.get("launch_template"):
            mappings = self._get_template_from_args(keywords["launch_template"]).data.get("BlockDeviceMappings")
        if mappings:
            keywords["block_device_mappings"] = volumes(mappings)
        return run(self, *arguments, **keywords)

    def terminate_instances(self: Any, instance_ids: list[str]) -> Any:
        terminated = terminate(self, instance_ids)
        elbv2_backends[self.account_id][self.region_name].notify_terminate_instances(instance_ids)
        return terminated

    InstanceBackend.run_instances = run_instances
    InstanceBackend.terminate_instances = terminate_instances
    InstanceResponse._validate_block_device_mapping = staticmethod(complete)
