"""Instances."""

from tests.engine.acceptance.case import Case, Gone, Kept, Values
from tests.engine.acceptance.ground import Clients
from tests.engine.acceptance.table.common import TAGS_CHANGED, TAGS_FIRST, ec2_tags


def _disk(size: int) -> Values:
    return {"rootBlockDevice": {"volumeSize": size, "volumeType": "gp3", "encrypted": True}}


def _instance(aws: Clients, it: Kept) -> Values:
    (reservation,) = aws("ec2").describe_instances(InstanceIds=[it.id])["Reservations"]
    (instance,) = reservation["Instances"]
    if instance["State"]["Name"] == "terminated":
        raise Gone(it.id)
    volume = instance["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
    (disk,) = aws("ec2").describe_volumes(VolumeIds=[volume])["Volumes"]
    return {
        "instanceType": instance["InstanceType"],
        "subnetId": instance["SubnetId"],
        "vpcSecurityGroupIds": sorted(group["GroupId"] for group in instance["SecurityGroups"]),
        "iamInstanceProfile": instance["IamInstanceProfile"]["Arn"].rpartition("/")[2],
        "metadataOptions": {"httpTokens": instance["MetadataOptions"]["HttpTokens"]},
        "rootBlockDevice": {
            "volumeSize": disk["Size"],
            "volumeType": disk["VolumeType"],
            "encrypted": disk["Encrypted"],
        },
        "tags": ec2_tags(aws, it.id),
    }


def _interface(aws: Clients, it: Kept) -> Values:
    (found,) = aws("ec2").describe_network_interfaces(NetworkInterfaceIds=[it.id])["NetworkInterfaces"]
    return {
        "subnetId": found["SubnetId"],
        "securityGroups": sorted(group["GroupId"] for group in found["Groups"]),
        "description": found["Description"],
        "tags": ec2_tags(aws, it.id),
    }


CASES = [
    Case(
        token="aws:ec2/instance:Instance",
        inputs=lambda g: {
            "ami": g.image,
            "instanceType": "t3.micro",
            "subnetId": g.subnets[0],
            "vpcSecurityGroupIds": [g.groups[0]],
            "iamInstanceProfile": g.profile,
            "userData": "#!/bin/sh\n",
            "userDataReplaceOnChange": True,
            "metadataOptions": {"httpTokens": "required"},
            **_disk(40),
            **TAGS_FIRST,
        },
        change=lambda g: {
            "instanceType": "t3.small",
            "vpcSecurityGroupIds": sorted(g.groups),
            **_disk(50),
            **TAGS_CHANGED,
        },
        replace=lambda g: {"subnetId": g.subnets[1], "userData": "#!/bin/bash\n"},
        look=_instance,
        drift=lambda aws, it: aws("ec2").modify_instance_attribute(
            InstanceId=it.id, Groups=it.outputs["vpcSecurityGroupIds"][:1]
        ),
        vanish=lambda aws, it: aws("ec2").terminate_instances(InstanceIds=[it.id]),
        import_id=lambda it: it.id,
        unread=frozenset({"userDataReplaceOnChange"}),
    ),
    Case(
        token="aws:ec2/networkInterface:NetworkInterface",
        inputs=lambda g: {
            "subnetId": g.subnets[0],
            "securityGroups": [g.groups[0]],
            "description": "controller",
            **TAGS_FIRST,
        },
        change=lambda g: {"securityGroups": sorted(g.groups), "description": "another", **TAGS_CHANGED},
        replace=lambda g: {"subnetId": g.subnets[1]},
        look=_interface,
        drift=lambda aws, it: aws("ec2").modify_network_interface_attribute(
            NetworkInterfaceId=it.id, Groups=it.outputs["securityGroups"][:1]
        ),
        vanish=lambda aws, it: aws("ec2").delete_network_interface(NetworkInterfaceId=it.id),
        import_id=lambda it: it.id,
    ),
]
