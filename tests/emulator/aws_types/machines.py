"""Instances, keys and security groups."""

from typing import Any

from tests.emulator.aws_types.world import KEY, KEY2, Inputs, Life, World


def machine(world: World, **more: Any) -> Inputs:
    return {
        "ami": world.image,
        "instanceType": "t3.micro",
        "subnetId": world.subnets[0],
        "vpcSecurityGroupIds": [world.groups[0]],
        "iamInstanceProfile": world.profiles[0],
        "userData": "#!/bin/sh\n",
        "userDataReplaceOnChange": True,
        "rootBlockDevice": {"volumeSize": 40, "volumeType": "gp3", "encrypted": True},
        "metadataOptions": {"httpTokens": "required"},
        **more,
    }


LIVES = [
    Life(
        "aws:ec2/securityGroup:SecurityGroup",
        lambda w: {"vpcId": w.vpc, "revokeRulesOnDelete": True},
        lambda w: {"revokeRulesOnDelete": False},
        lambda w: {"description": "other"},
        "sg-",
        ("arn", "name", "description"),
    ),
    Life(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        lambda w: {
            "securityGroupId": w.groups[0],
            "cidrIpv4": "10.0.0.0/8",
            "ipProtocol": "tcp",
            "fromPort": 22,
            "toPort": 22,
        },
        lambda w: {"description": "in", "toPort": 23},
        lambda w: {"securityGroupId": w.groups[1]},
        "sgr-",
        ("arn", "securityGroupRuleId"),
    ),
    Life(
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        lambda w: {"securityGroupId": w.groups[0], "referencedSecurityGroupId": w.groups[1], "ipProtocol": "-1"},
        lambda w: {"description": "out"},
        lambda w: {"securityGroupId": w.groups[1]},
        "sgr-",
        ("arn", "securityGroupRuleId"),
    ),
    Life(
        "aws:ec2/keyPair:KeyPair",
        lambda w: {"publicKey": KEY},
        None,
        lambda w: {"publicKey": KEY2},
        "keypair-",
        ("keyPairId", "fingerprint", "arn"),
    ),
    Life(
        "aws:ec2/instance:Instance",
        machine,
        lambda w: {
            "instanceType": "t3.small",
            "vpcSecurityGroupIds": w.groups,
            "disableApiTermination": False,
            "rootBlockDevice": {"volumeSize": 50, "volumeType": "gp3", "encrypted": True},
        },
        lambda w: {"subnetId": w.subnets[1], "userData": "#!/bin/bash\n"},
        "i-",
        ("privateIp", "primaryNetworkInterfaceId", "instanceState", "availabilityZone", "privateDns", "arn"),
        more=(
            lambda w: {"monitoring": True},
            lambda w: {"monitoring": False},
            lambda w: {"metadataOptions": {"httpTokens": "optional", "httpPutResponseHopLimit": 2}},
            lambda w: {"iamInstanceProfile": w.profiles[1]},
            lambda w: {"iamInstanceProfile": ""},
            lambda w: {"iamInstanceProfile": w.profiles[0]},
        ),
    ),
    Life(
        "aws:ec2/networkInterface:NetworkInterface",
        lambda w: {"subnetId": w.subnets[0], "securityGroups": [w.groups[0]], "description": "one"},
        lambda w: {"securityGroups": w.groups, "description": "two"},
        lambda w: {"subnetId": w.subnets[1]},
        "eni-",
        ("arn", "privateIp", "macAddress", "privateIps"),
        more=(
            lambda w: {"sourceDestCheck": False},
            lambda w: {"sourceDestCheck": None},
            lambda w: {"description": None},
        ),
    ),
]
