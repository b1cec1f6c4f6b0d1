"""What resources of the tables stand on, and what one row of a table says."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tests.emulator.aws_types.certificates import imported
from tests.unit.aws_standin_rig import REGION, Rig

Inputs = dict[str, Any]
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPg8p8YV0wiyXiNSyzLaTQCGxsBIQm0AW/Nvy0nBhHMZ a@b"
KEY2 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAp8YV0wiyXiNSyzLaTQCGxsBIQm0AW/Nvy0nBhHMZ a@b"
ASSUME = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}],
}


def policy(action: str, resource: str = "*") -> str:
    statement = {"Effect": "Allow", "Action": [action], "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class World:
    """What resources stand on, made through the stand-in itself when first needed."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig

    def make(self, token: str, name: str = "", **inputs: Any) -> str:
        self.rig.name = name or f"base-{len(vars(self))}"
        return self.rig.create(token, **inputs).id

    def named(self, token: str, name: str, **inputs: Any) -> str:
        self.rig.name = name
        return self.rig.create(token, name=name, **inputs).id

    @cached_property
    def vpc(self) -> str:
        return self.make("aws:ec2/vpc:Vpc", cidrBlock="10.0.0.0/16")

    @cached_property
    def subnets(self) -> list[str]:
        return [
            self.make("aws:ec2/subnet:Subnet", vpcId=self.vpc, cidrBlock=f"10.0.{n}.0/24", availabilityZone=REGION + z)
            for n, z in enumerate("ab")
        ]

    @cached_property
    def topic(self) -> str:
        return self.make("aws:sns/topic:Topic")

    @cached_property
    def gateway(self) -> str:
        return self.make("aws:ec2/internetGateway:InternetGateway", vpcId=self.vpc)

    @cached_property
    def other_vpc(self) -> str:
        return self.make("aws:ec2/vpc:Vpc", cidrBlock="10.1.0.0/16")

    @cached_property
    def nat(self) -> str:
        address = self.make("aws:ec2/eip:Eip", domain="vpc")
        return self.make("aws:ec2/natGateway:NatGateway", subnetId=self.subnets[0], allocationId=address)

    @cached_property
    def address(self) -> str:
        return self.make("aws:ec2/eip:Eip", domain="vpc")

    @cached_property
    def tables(self) -> list[str]:
        return [self.make("aws:ec2/routeTable:RouteTable", vpcId=self.vpc) for _ in range(2)]

    @cached_property
    def groups(self) -> list[str]:
        return [self.make("aws:ec2/securityGroup:SecurityGroup", f"sg{n}", vpcId=self.vpc) for n in range(2)]

    @cached_property
    def bucket(self) -> str:
        return self.make("aws:s3/bucket:Bucket", "Base-Bucket")

    @cached_property
    def roles(self) -> list[str]:
        return [self.make("aws:iam/role:Role", f"role{n}", assumeRolePolicy=ASSUME) for n in range(2)]

    @cached_property
    def policy(self) -> str:
        return self.make("aws:iam/policy:Policy", "base-policy", policy=policy("s3:GetObject"))

    @cached_property
    def profiles(self) -> list[str]:
        token = "aws:iam/instanceProfile:InstanceProfile"
        return [self.make(token, f"profile{n}", role=self.roles[n]) for n in range(2)]

    @cached_property
    def secret(self) -> str:
        return self.make("aws:secretsmanager/secret:Secret", "base-secret")

    @cached_property
    def balancers(self) -> list[str]:
        given = {"loadBalancerType": "network", "internal": True, "subnets": self.subnets}
        return [self.named("aws:lb/loadBalancer:LoadBalancer", f"base{n}", **given) for n in range(2)]

    @cached_property
    def target_groups(self) -> list[str]:
        given = {"port": 389, "protocol": "TCP", "targetType": "ip", "vpcId": self.vpc}
        return [self.named("aws:lb/targetGroup:TargetGroup", f"base{n}", **given) for n in range(2)]

    @cached_property
    def dhcp_options(self) -> list[str]:
        token = "aws:ec2/vpcDhcpOptions:VpcDhcpOptions"
        return [self.make(token, domainNameServers=[f"10.0.{n}.2"]) for n in range(2)]

    @cached_property
    def resolver_endpoint(self) -> str:
        addresses = [{"subnetId": subnet} for subnet in self.subnets]
        given = {"direction": "OUTBOUND", "ipAddresses": addresses, "securityGroupIds": self.groups[:1]}
        return self.make("aws:route53/resolverEndpoint:ResolverEndpoint", **given)

    @cached_property
    def resolver_rule(self) -> str:
        given = {"resolverEndpointId": self.resolver_endpoint, "targetIps": [{"ip": "10.0.0.2"}]}
        return self.make(
            "aws:route53/resolverRule:ResolverRule", domainName="base.example", ruleType="FORWARD", **given
        )

    @cached_property
    def certificate(self) -> str:
        return self.make("aws:acm/certificate:Certificate", **imported("base.example"))

    @cached_property
    def zone(self) -> str:
        return self.rig.create("aws:route53/zone:Zone", name="zone.example", vpcs=[{"vpcId": self.vpc}]).id

    @cached_property
    def files(self) -> str:
        return self.make("aws:efs/fileSystem:FileSystem", encrypted=True)

    @cached_property
    def other_files(self) -> str:
        return self.make("aws:efs/fileSystem:FileSystem", encrypted=True)

    @cached_property
    def lustre(self) -> str:
        given = {"subnetIds": self.subnets[0], "storageCapacity": 1200, "deploymentType": "SCRATCH_2"}
        return self.make("aws:fsx/lustreFileSystem:LustreFileSystem", **given)

    @cached_property
    def ontap(self) -> str:
        place = {"subnetIds": self.subnets[:1], "preferredSubnetId": self.subnets[0]}
        given = {"deploymentType": "SINGLE_AZ_1", "storageCapacity": 1024, "throughputCapacity": 128, **place}
        return self.make("aws:fsx/ontapFileSystem:OntapFileSystem", **given)

    @cached_property
    def storage_machine(self) -> str:
        token = "aws:fsx/ontapStorageVirtualMachine:OntapStorageVirtualMachine"
        return self.named(token, "base", fileSystemId=self.ontap)

    @cached_property
    def subnet_group(self) -> str:
        return self.make("aws:rds/subnetGroup:SubnetGroup", "base-group", subnetIds=self.subnets)

    @cached_property
    def image(self) -> str:
        return self.rig.boto("ec2").describe_images()["Images"][0]["ImageId"]


@dataclass(frozen=True)
class Life:
    """One type: how to make it, what changes in place, what replaces it, and what its id and outputs look like."""

    token: str
    inputs: Callable[[World], Inputs]
    change: Callable[[World], Inputs] | None = None
    replace: Callable[[World], Inputs] | None = None
    id: str = ""
    outputs: tuple[str, ...] = ()
    secrets: set[str] = field(default_factory=set)
    more: tuple[Callable[[World], Inputs], ...] = ()
    """Further changes in place, one after the other; None takes an input away."""
    stays: bool = False
    """AWS keeps such a thing: its deletion resets it."""
