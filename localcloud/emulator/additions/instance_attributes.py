"""Attributes of instances that moto drops: termination protection at launch, monitoring, groups, metadata options, profile.

Wraps `InstanceResponse.run_instances` and, in EC2's backend, modify_instance_security_groups, modify_instance_metadata_options and
replace_iam_instance_profile_association; replaces MonitorInstances and UnmonitorInstances. Without it: a protected instance can be
ended; a change of monitoring ends in HTTP 500; an instance with network interfaces shows no security groups; a change of one
metadata option forgets the others; an instance shows the profile that was replaced.
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models import EC2Backend
from moto.ec2.responses.instances import InstanceResponse
from moto.ec2.responses.monitoring import Monitoring

_METADATA = (
    "http_tokens",
    "http_put_response_hop_limit",
    "http_endpoint",
    "http_protocol_ipv6",
    "instance_metadata_tags",
)


def install() -> None:
    _install_launch()
    _install_groups()
    _install_metadata()
    _install_profile()
    Monitoring.monitor_instances = lambda self: _monitor(self, "enabled")
    Monitoring.unmonitor_instances = lambda self: _monitor(self, "disabled")


def _install_profile() -> None:
    replace = EC2Backend.replace_iam_instance_profile_association

    def replace_and_show(self: Any, *arguments: Any, **keywords: Any) -> Any:
        association = replace(self, *arguments, **keywords)
        shown = {"Arn": association.iam_instance_profile.arn, "Id": association.association_id}
        self.modify_instance_attribute(association.instance_id, "iam_instance_profile", shown)
        return association

    EC2Backend.replace_iam_instance_profile_association = replace_and_show


def _install_launch() -> None:
    run = InstanceResponse.run_instances

    def run_protected(self: Any) -> Any:
        answer = run(self)
        if str(self._get_param("DisableApiTermination")).lower() == "true":
            for instance in answer.result.instances:
                instance.disable_api_termination = True
        return answer

    InstanceResponse.run_instances = run_protected


def _install_groups() -> None:
    run, modify = EC2Backend.run_instances, EC2Backend.modify_instance_security_groups

    def run_with_groups(self: Any, *arguments: Any, **keywords: Any) -> Any:
        reservation = run(self, *arguments, **keywords)
        for instance in reservation.instances:
            primary = instance.nics.get(0)
            if primary is not None and not instance.security_groups:
                instance.security_groups = list(primary._group_set)
        return reservation

    def modify_everywhere(self: Any, instance_id: str, new_group_id_list: list[str]) -> Any:
        instance = modify(self, instance_id, new_group_id_list)
        if primary := instance.nics.get(0):
            # An interface shows its own groups together with the instance's.
            primary._group_set = list(instance.security_groups)
        return instance

    EC2Backend.run_instances = run_with_groups
    EC2Backend.modify_instance_security_groups = modify_everywhere


def _install_metadata() -> None:
    modify = EC2Backend.modify_instance_metadata_options

    def modify_named(self: Any, instance_id: str, *arguments: Any, **keywords: Any) -> Any:
        before = self.get_instance(instance_id).metadata_options
        options = modify(self, instance_id, *arguments, **keywords)
        given = {
            "http_put_response_hop_limit": keywords.get("hop_limit"),
            "http_protocol_ipv6": keywords.get("http_protocol"),
            "instance_metadata_tags": keywords.get("metadata_tags"),
            **keywords,
        }
        for name in _METADATA:
            if given.get(name) is None:
                setattr(options, name, getattr(before, name))
        return options

    EC2Backend.modify_instance_metadata_options = modify_named


def _monitor(response: Any, state: str) -> ActionResult:
    instances = response.ec2_backend.get_multi_instances_by_id(response._get_param("InstanceIds", []))
    for instance in instances:
        instance.monitoring_state = state
    shown = [{"InstanceId": instance.id, "Monitoring": {"State": state}} for instance in instances]
    return ActionResult({"InstanceMonitorings": shown})
