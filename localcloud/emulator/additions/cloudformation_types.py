"""CloudFormation resource types of ParallelCluster's templates that moto lacks or has too small.

Uses moto's own extension point (a direct subclass of CloudFormationModel serves its type) and empties `parsing.NULL_MODELS`, types
that moto passes over. Without it: "Fn::GetAtt references undefined resource HeadNodeHealthAlarm", instances without the data of
their launch template (KeyError: ImageId), "Listener protocol 'TCP' must be one of 'HTTP, HTTPS'".
"""

from typing import Any

import moto.cloudformation.models as cloudformation
import moto.cloudformation.parsing as parsing
from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends

from localcloud.emulator.additions.cluster_signals import CleanUp, WaitCondition
from localcloud.emulator.additions.image_build import Image
from localcloud.emulator.additions.opaque import Opaque, model
from localcloud.emulator.clients import client


class Alarm(Opaque):
    """A real alarm of CloudWatch."""

    def create(self) -> None:
        client("cloudwatch", self.region).put_metric_alarm(**{"AlarmName": self.name, **self.properties})

    def update(self) -> None:
        self.create()

    def get_cfn_attribute(self, attribute: str) -> str:
        return f"arn:aws:cloudwatch:{self.region}:{self.account}:alarm:{self.name}"

    def delete(self, account_id: str, region_name: str) -> None:
        client("cloudwatch", self.region).delete_alarms(AlarmNames=[self.name])


class LaunchedInstance(Opaque):
    """AWS::EC2::Instance by a launch template; the resource is moto's instance. An update keeps it as it is."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str, **kwargs: Any
    ) -> Any:
        properties = cloudformation_json["Properties"]
        backend = ec2_backends[account_id][region_name]
        template = properties.get("LaunchTemplate")
        data = {**(backend._get_template_from_args(template).data if template else {}), **properties}
        profile = data.get("IamInstanceProfile", {})
        reservation = backend.run_instances(
            data.get("ImageId"),
            1,
            data.get("UserData"),
            [],
            instance_type=data.get("InstanceType", "m1.small"),
            is_instance_type_default=False,
            key_name=data.get("KeyName"),
            region_name=region_name,
            subnet_id=data.get("SubnetId"),
            security_group_ids=data.get("SecurityGroupIds", []),
            nics=data.get("NetworkInterfaces", []),
            block_device_mappings=data.get("BlockDeviceMappings", []),
            iam_instance_profile_name=profile.get("Name") if isinstance(profile, dict) else profile,
            tags={"instance": {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}},
        )
        return reservation.instances[0]

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> Any:
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str
    ) -> None:
        ec2_backends[account_id][region_name].terminate_instances([resource_name])


class LoadBalancer(Opaque):
    """AWS::ElasticLoadBalancingV2::LoadBalancer of any Type, with the stack's tags; the resource is moto's load balancer."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str, **kwargs: Any
    ) -> Any:
        properties = cloudformation_json["Properties"]
        stack = cloudformation.cloudformation_backends[account_id][region_name].get_stack(kwargs["StackId"])
        tags = [{"Key": key, "Value": value} for key, value in stack.tags.items()] + properties.get("Tags", [])
        return elbv2_backends[account_id][region_name].create_load_balancer(
            resource_name,
            properties.get("SecurityGroups"),
            properties.get("Subnets"),
            scheme=properties.get("Scheme", "internet-facing"),
            loadbalancer_type=properties.get("Type", "application"),
            tags=tags,
        )

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> Any:
        return original_resource


TYPES: list[tuple[str, str, type]] = [
    ("AWS::CloudFormation::CustomResource", "", CleanUp),
    ("AWS::CloudFormation::WaitCondition", "", WaitCondition),
    ("AWS::CloudFormation::WaitConditionHandle", "", Opaque),
    ("AWS::CloudWatch::Alarm", "AlarmName", Alarm),
    ("AWS::CloudWatch::CompositeAlarm", "AlarmName", Opaque),
    ("AWS::EC2::Instance", "", LaunchedInstance),
    ("AWS::EC2::PlacementGroup", "", Opaque),
    ("AWS::EC2::SecurityGroupEgress", "", Opaque),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "Name", LoadBalancer),
    ("AWS::ImageBuilder::Component", "", Opaque),
    ("AWS::ImageBuilder::DistributionConfiguration", "", Opaque),
    ("AWS::ImageBuilder::Image", "", Image),
    ("AWS::ImageBuilder::ImageRecipe", "", Opaque),
    ("AWS::ImageBuilder::InfrastructureConfiguration", "", Opaque),
    ("AWS::Logs::MetricFilter", "", Opaque),
    ("AWS::SNS::Subscription", "", Opaque),
]
"""Type, the property that names such a resource (or ""), and what serves it."""

_MODELS: list[type] = []


def install() -> None:
    parsing.NULL_MODELS.clear()
    _MODELS.extend(model(*row) for row in TYPES)
