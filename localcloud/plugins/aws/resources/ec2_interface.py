"""Network interfaces of the EC2 API that are made by themselves."""

from localcloud.plugins.aws.base import Ec2Type, first, given, picked
from localcloud.plugins.aws.client import Aws, tag_map
from localcloud.plugins.rules import APPLY, Items, Length
from localcloud.plugins.values import Plain

_ATTACHED = {"attachmentId": "AttachmentId", "deviceIndex": "DeviceIndex", "instance": "InstanceId"}


class NetworkInterface(Ec2Type):
    token, kind = "aws:ec2/networkInterface:NetworkInterface", "network-interface"
    inputs = frozenset({"subnetId", "securityGroups", "description", "sourceDestCheck", "tags"})
    replace = frozenset({"subnetId"})
    computed = frozenset({"securityGroups"})
    unordered = frozenset({"securityGroups"})
    rules = (Length("description", 0, 255, stage=APPLY), Items("securityGroups", 0, 16, stage=APPLY))

    def create(self, context: Aws, inputs: Plain) -> str:
        asked = given(inputs, SubnetId="subnetId", Groups="securityGroups", Description="description")
        made = context.client("ec2").create_network_interface(**asked, **self.tags_at_creation(context, inputs))
        return made["NetworkInterface"]["NetworkInterfaceId"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        # The API has no such argument when it makes one.
        if inputs.get("sourceDestCheck") is False:
            self.alter(context, resource_id, inputs, {"sourceDestCheck"})

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        ec2 = aws.client("ec2")
        found = first(ec2.describe_network_interfaces(NetworkInterfaceIds=[resource_id])["NetworkInterfaces"])
        addresses = [one["PrivateIpAddress"] for one in found["PrivateIpAddresses"]]
        attached = found.get("Attachment")
        state = picked(
            found,
            description="Description",
            interfaceType="InterfaceType",
            macAddress="MacAddress",
            ownerId="OwnerId",
            privateDnsName="PrivateDnsName",
            privateIp="PrivateIpAddress",
            subnetId="SubnetId",
        )
        # Checked is what every interface is of which nothing is said.
        if "sourceDestCheck" in inputs or not found["SourceDestCheck"]:
            state["sourceDestCheck"] = found["SourceDestCheck"]
        return state | {
            "arn": aws.arn("ec2", f"network-interface/{resource_id}"),
            "attachments": [picked(attached, **_ATTACHED)] if attached else [],
            "privateIps": addresses,
            "privateIpLists": addresses,
            "privateIpsCount": len(addresses) - 1,
            "securityGroups": [group["GroupId"] for group in found["Groups"]],
            "tagsAll": tag_map(found.get("TagSet")),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        # The API takes one of them a call.
        ec2 = aws.client("ec2")
        if "securityGroups" in changed:
            ec2.modify_network_interface_attribute(NetworkInterfaceId=resource_id, Groups=new["securityGroups"])
        if "description" in changed:
            text = {"Value": new.get("description", "")}
            ec2.modify_network_interface_attribute(NetworkInterfaceId=resource_id, Description=text)
        if "sourceDestCheck" in changed:
            check = {"Value": new.get("sourceDestCheck", True)}
            ec2.modify_network_interface_attribute(NetworkInterfaceId=resource_id, SourceDestCheck=check)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("ec2").delete_network_interface(NetworkInterfaceId=resource_id)


ALL = (NetworkInterface,)
