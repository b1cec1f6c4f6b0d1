"""EC2 instances."""

import base64
from collections.abc import Iterator
from typing import Any

from localcloud.plugins.aws.base import Ec2Type, first, given, picked
from localcloud.plugins.aws.client import Aws, tag_list, tag_map
from localcloud.plugins.aws.resources import ec2_root_volume
from localcloud.plugins.checking import Problem
from localcloud.plugins.resource import PluginError, wait_until
from localcloud.plugins.rules import APPLY, AtMostOne, Length, Needed, OneOf, Refused, Within
from localcloud.plugins.values import Plain

TEMPLATES = "the stand-in does not implement launch templates"
SWITCHES = ("httpEndpoint", "httpProtocolIpv6", "instanceMetadataTags")

_METADATA = {
    "httpEndpoint": "HttpEndpoint",
    "httpTokens": "HttpTokens",
    "httpPutResponseHopLimit": "HttpPutResponseHopLimit",
    "httpProtocolIpv6": "HttpProtocolIpv6",
    "instanceMetadataTags": "InstanceMetadataTags",
}
_OF_INTERFACE = ("associatePublicIpAddress", "subnetId", "vpcSecurityGroupIds")
"""What an interface that was made before brings with it."""


class Instance(Ec2Type):
    token, kind = "aws:ec2/instance:Instance", "instance"
    computed = frozenset(
        {
            "associatePublicIpAddress",
            "disableApiTermination",
            "iamInstanceProfile",
            "keyName",
            "metadataOptions",
            "monitoring",
            "primaryNetworkInterface",
            "rootBlockDevice",
            "subnetId",
            "userData",
            "vpcSecurityGroupIds",
        }
    )
    opened = frozenset({"metadataOptions", "primaryNetworkInterface", "rootBlockDevice"})
    inputs = frozenset(
        {
            "ami",
            "instanceType",
            "subnetId",
            "vpcSecurityGroupIds",
            "primaryNetworkInterface",
            "iamInstanceProfile",
            "keyName",
            "associatePublicIpAddress",
            "metadataOptions",
            "rootBlockDevice",
            "userData",
            "userDataReplaceOnChange",
            "disableApiTermination",
            "monitoring",
            "tags",
        }
    )
    replace = frozenset({"ami", "subnetId", "keyName", "associatePublicIpAddress", "primaryNetworkInterface"})
    unordered = frozenset({"vpcSecurityGroupIds"})
    unstable = frozenset({"publicIp", "publicDns", "instanceState"})
    rules = (
        Needed("ami", ours=TEMPLATES),
        Needed("instanceType", ours=TEMPLATES),
        *(AtMostOne((key, "primaryNetworkInterface")) for key in _OF_INTERFACE),
        Refused(
            "primaryNetworkInterface.deleteOnTermination", ours="the service says what it is; the stand-in sets none"
        ),
        Length("userData", 0, 16384, "bytes"),
        OneOf("metadataOptions.httpTokens", ("optional", "required")),
        *(OneOf(f"metadataOptions.{key}", ("enabled", "disabled")) for key in SWITCHES),
        Within("metadataOptions.httpPutResponseHopLimit", 1, 64),
        OneOf("rootBlockDevice.volumeType", ("standard", "gp2", "gp3", "io1", "io2", "sc1", "st1")),
        Within("rootBlockDevice.volumeSize", 1, 65536, stage=APPLY),
        Within("rootBlockDevice.throughput", 125, 2000, stage=APPLY),
    )

    def faults(self, inputs: Plain) -> Iterator[Problem]:
        root = inputs.get("rootBlockDevice", {})
        if isinstance(root, dict):
            for key in sorted(set(root) - {*ec2_root_volume.CHANGED, *ec2_root_volume.CREATED, "tags"}):
                yield Problem(f"rootBlockDevice.{key}", "the local cloud's stand-in does not implement it")

    def replaces(self, key: str, old: Plain, new: Plain) -> bool:
        if key == "userData":
            return bool(new.get("userDataReplaceOnChange"))
        if key == "rootBlockDevice":
            pair = [one.get(key, {}) if isinstance(one.get(key, {}), dict) else {} for one in (old, new)]
            return any(pair[0].get(part) != pair[1][part] for part in ("encrypted", "kmsKeyId") if part in pair[1])
        return super().replaces(key, old, new)

    def create(self, context: Aws, inputs: Plain) -> str:
        arguments = given(
            inputs,
            ImageId="ami",
            InstanceType="instanceType",
            KeyName="keyName",
            UserData="userData",
            DisableApiTermination="disableApiTermination",
        )
        arguments |= self._network(inputs) | ec2_root_volume.asked(context, inputs)
        if "iamInstanceProfile" in inputs:
            arguments["IamInstanceProfile"] = {"Name": inputs["iamInstanceProfile"]}
        if "metadataOptions" in inputs:
            names = {api: key for key, api in _METADATA.items()}
            arguments["MetadataOptions"] = given(inputs["metadataOptions"], **names)
        if "monitoring" in inputs:
            arguments["Monitoring"] = {"Enabled": inputs["monitoring"]}
        specifications = self.tags_at_creation(context, inputs).get("TagSpecifications", [])
        if volume_tags := ec2_root_volume.tags(context, inputs):
            specifications.append({"ResourceType": "volume", "Tags": tag_list(volume_tags)})
        if specifications:
            arguments["TagSpecifications"] = specifications
        made = context.client("ec2").run_instances(MinCount=1, MaxCount=1, **arguments)
        return made["Instances"][0]["InstanceId"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        self._await(context, resource_id, "running")

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        instance = self._describe(aws, resource_id)
        if instance["State"]["Name"] == "terminated":
            return None
        state = picked(
            instance,
            ami="ImageId",
            instanceType="InstanceType",
            subnetId="SubnetId",
            keyName="KeyName",
            privateIp="PrivateIpAddress",
            privateDns="PrivateDnsName",
            publicIp="PublicIpAddress",
            publicDns="PublicDnsName",
        )
        ec2, profile = aws.client("ec2"), instance.get("IamInstanceProfile", {}).get("Arn", "")
        interfaces = instance.get("NetworkInterfaces") or [{}]
        protected = ec2.describe_instance_attribute(InstanceId=resource_id, Attribute="disableApiTermination")
        data = ec2.describe_instance_attribute(InstanceId=resource_id, Attribute="userData")["UserData"].get("Value")
        if "associatePublicIpAddress" not in inputs:
            state["associatePublicIpAddress"] = "publicIp" in state
        return state | {
            "arn": aws.arn("ec2", f"instance/{resource_id}"),
            "instanceState": instance["State"]["Name"],
            "availabilityZone": instance["Placement"]["AvailabilityZone"],
            "tenancy": instance["Placement"].get("Tenancy", "default"),
            "vpcSecurityGroupIds": [group["GroupId"] for group in instance.get("SecurityGroups", [])],
            "iamInstanceProfile": profile.rsplit("/", 1)[-1],
            "primaryNetworkInterfaceId": interfaces[0].get("NetworkInterfaceId"),
            "primaryNetworkInterface": self._interface(interfaces[0]),
            "monitoring": instance.get("Monitoring", {}).get("State") in ("enabled", "pending"),
            "disableApiTermination": protected["DisableApiTermination"]["Value"],
            "metadataOptions": picked(instance.get("MetadataOptions", {}), **_METADATA),
            "rootBlockDevice": ec2_root_volume.state(aws, instance),
            "userData": base64.b64decode(data).decode() if data else None,
            "tagsAll": tag_map(instance.get("Tags")),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        ec2 = aws.client("ec2")
        if "vpcSecurityGroupIds" in changed and "vpcSecurityGroupIds" in new:
            ec2.modify_instance_attribute(InstanceId=resource_id, Groups=new["vpcSecurityGroupIds"])
        if "disableApiTermination" in changed:
            wanted = {"Value": new.get("disableApiTermination", False)}
            ec2.modify_instance_attribute(InstanceId=resource_id, DisableApiTermination=wanted)
        if "metadataOptions" in changed and "metadataOptions" in new:
            options = given(new["metadataOptions"], **{api: key for key, api in _METADATA.items()})
            ec2.modify_instance_metadata_options(InstanceId=resource_id, **options)
        if "monitoring" in changed:
            switch = ec2.monitor_instances if new.get("monitoring") else ec2.unmonitor_instances
            switch(InstanceIds=[resource_id])
        if "iamInstanceProfile" in changed:
            self._assign_profile(aws, resource_id, new.get("iamInstanceProfile"))
        if changed & {"instanceType", "userData"}:
            self._restarted(aws, resource_id, new, changed)
        ec2_root_volume.alter(aws, self._describe(aws, resource_id), new, "rootBlockDevice" in changed)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("ec2").terminate_instances(InstanceIds=[resource_id])

    def _network(self, inputs: Plain) -> dict[str, Any]:
        if own := inputs.get("primaryNetworkInterface"):
            return {"NetworkInterfaces": [{"DeviceIndex": 0, **given(own, NetworkInterfaceId="networkInterfaceId")}]}
        # A public address is asked for on the interface, and then the interface takes subnet and groups.
        if "associatePublicIpAddress" not in inputs:
            return given(inputs, SubnetId="subnetId", SecurityGroupIds="vpcSecurityGroupIds")
        interface = given(
            inputs,
            SubnetId="subnetId",
            Groups="vpcSecurityGroupIds",
            AssociatePublicIpAddress="associatePublicIpAddress",
        )
        return {"NetworkInterfaces": [{"DeviceIndex": 0, "DeleteOnTermination": True, **interface}]}

    def _interface(self, interface: Plain) -> Plain:
        kept = interface.get("Attachment", {}).get("DeleteOnTermination")
        return picked({**interface, "Kept": kept}, networkInterfaceId="NetworkInterfaceId", deleteOnTermination="Kept")

    def _assign_profile(self, aws: Aws, resource_id: str, name: str | None) -> None:
        ec2, wanted = aws.client("ec2"), [{"Name": "instance-id", "Values": [resource_id]}]
        found = ec2.describe_iam_instance_profile_associations(Filters=wanted)["IamInstanceProfileAssociations"]
        if found and name:
            association = found[0]["AssociationId"]
            ec2.replace_iam_instance_profile_association(IamInstanceProfile={"Name": name}, AssociationId=association)
        elif found:
            ec2.disassociate_iam_instance_profile(AssociationId=found[0]["AssociationId"])
        elif name:
            ec2.associate_iam_instance_profile(IamInstanceProfile={"Name": name}, InstanceId=resource_id)

    def _restarted(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        """Change what can only be changed on a stopped instance."""
        ec2 = aws.client("ec2")
        ec2.stop_instances(InstanceIds=[resource_id])
        self._await(aws, resource_id, "stopped")
        if "instanceType" in changed:
            ec2.modify_instance_attribute(InstanceId=resource_id, InstanceType={"Value": new["instanceType"]})
        if "userData" in changed:
            data = {"Value": new.get("userData", "").encode()}
            ec2.modify_instance_attribute(InstanceId=resource_id, UserData=data)
        ec2.start_instances(InstanceIds=[resource_id])

    def _await(self, aws: Aws, resource_id: str, wanted: str) -> None:
        def reached() -> bool:
            state = self._describe(aws, resource_id)["State"]["Name"]
            if state in ("terminated", "shutting-down"):
                raise PluginError(f"instance {resource_id} is {state}, and not {wanted}")
            return state == wanted

        wait_until(reached, f"instance {resource_id} is {wanted}", aws.stopping)

    def _describe(self, aws: Aws, resource_id: str) -> Plain:
        found = aws.client("ec2").describe_instances(InstanceIds=[resource_id])["Reservations"]
        return first(found)["Instances"][0]


ALL = (Instance,)
