"""Network, security groups, access of nodes, jump host, directory."""

from typing import Any

import pulumi

from tests.engine.acceptance.case import No
from tests.engine.acceptance.component import Component, Parts
from tests.engine.acceptance.components.common import settings
from tests.engine.acceptance.ground import REGION, Clients, Ground

_KEYS = {
    name: f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP{middle}8YV0wiyXiNSyzLaTQCGxsBIQm0AW/Nvy0nBhHMZ a@b"
    for name, middle in (("first", "g8p"), ("other", "AAp"))
}


def _network(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.network import Network, NetworkArgs

    wanted = settings(network={"cidr": "10.20.0.0/16", "zones": 2, "natGateways": arguments["nat"]}).network
    return Network(name, NetworkArgs(settings=wanted, region=REGION), opts)


def _gateways(aws: Clients, parts: Parts) -> int:
    wanted = [{"Name": "vpc-id", "Values": [parts["Vpc::network-vpc"].id]}]
    found = aws("ec2").describe_nat_gateways(Filters=wanted)["NatGateways"]
    return len([gateway for gateway in found if gateway["State"] == "available"])


def _delete_route(aws: Clients, parts: Parts) -> None:
    table = parts["RouteTable::network-public"].id
    aws("ec2").delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")


def _security_groups(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.security_groups import SecurityGroups, SecurityGroupsArgs

    return SecurityGroups(
        name,
        SecurityGroupsArgs(
            vpc_id=arguments["vpc"],
            vpc_cidrs=["10.0.0.0/16"],
            roles=frozenset(role.replace("-", "_") for role in _ROLES),
            allowed_cidrs=arguments["cidrs"],
            ssh_to_jump_host=True,
        ),
        opts,
    )


def _vpc_endpoints(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.vpc_endpoints import VpcEndpoints, VpcEndpointsArgs

    args = VpcEndpointsArgs(
        services=("logs",),
        region=REGION,
        vpc_id=arguments["vpc"],
        subnet_ids=arguments["subnets"],
        security_group_id=arguments["group"],
    )
    return VpcEndpoints(name, args, opts)


_LOGS = "VpcEndpoint::vpcendpoints-logs"


def _interfaces(aws: Clients, parts: Parts) -> dict[str, object]:
    (found,) = aws("ec2").describe_vpc_endpoints(VpcEndpointIds=[parts[_LOGS].id])["VpcEndpoints"]
    return {"subnets": sorted(found["SubnetIds"]), "names": found["PrivateDnsEnabled"]}


def _ssh(cidr: str) -> str:
    name = cidr.replace(".", "-").replace("/", "-")
    return f"SecurityGroupIngressRule::securitygroups-ssh-to-jump-host-{name}"


_SSH = _ssh("10.1.0.0/16")
_SOURCES = "ManagedPrefixList::securitygroups-ssh-sources"
_ROLES = ("head", "compute", "efa", "efs", "database-clients", "slurm-database", "jump-host")
_RULES = ("efa-in", "head-to-efs", "compute-to-efs", "clients-to-slurm-database")
_RANGES = ("10.3.0.0/16", "10.2.0.0/16", "10.1.0.0/16")


def _sources(aws: Clients, parts: Parts) -> dict[str, object]:
    wanted = [{"Name": "group-id", "Values": [parts["SecurityGroup::securitygroups-jump-host"].id]}]
    (group,) = aws("ec2").describe_security_groups(Filters=wanted)["SecurityGroups"]
    cidrs = [one["CidrIp"] for rule in group["IpPermissions"] for one in rule["IpRanges"]]
    return {"cidrs": sorted(cidrs), "vpc": group["VpcId"]}


def _open(aws: Clients, parts: Parts) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv4": "0.0.0.0/0", "Description": "by hand"}
    aws("ec2").modify_security_group_rules(
        GroupId=parts["SecurityGroup::securitygroups-jump-host"].id,
        SecurityGroupRules=[{"SecurityGroupRuleId": parts[_SSH].id, "SecurityGroupRule": rule}],
    )


def _revoke(aws: Clients, parts: Parts) -> None:
    group = parts["SecurityGroup::securitygroups-jump-host"].id
    aws("ec2").revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[parts[_SSH].id])


def _node_access(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.node_access import NodeAccess, NodeAccessArgs
    from settings.directory import Ssh

    ssh = Ssh.model_validate({"publicKey": _KEYS[arguments["key"]]})
    arn = pulumi.Output.from_input(f"arn:aws:s3:::{arguments['bucket']}")
    return NodeAccess(
        name, NodeAccessArgs(bucket_arn=arn, ssh=ssh, partition="aws", objects=[("other-bucket", "prepare.sh")]), opts
    )


_SCRIPTS, _PAIR = "Policy::nodeaccess-scripts", "KeyPair::nodeaccess"


def _readable(aws: Clients, parts: Parts) -> str:
    arn = parts[_SCRIPTS].id
    version = aws("iam").get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = aws("iam").get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    return document["Statement"][0]["Resource"]


def _widen(aws: Clients, parts: Parts) -> None:
    everything = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
    aws("iam").create_policy_version(PolicyArn=parts[_SCRIPTS].id, PolicyDocument=everything, SetAsDefault=True)


def _jump_host(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.jump_host import JumpHost, JumpHostArgs
    from settings.directory import JumpHost as JumpHostSettings

    wanted = {"kind": "ec2", "instanceType": arguments["type"], "ami": ground.image}
    args = JumpHostArgs(
        settings=JumpHostSettings.model_validate(wanted),
        public=False,
        private_key=None,
        key_name=None,
        partition=pulumi.Output.from_input("aws"),
        public_subnet_ids=pulumi.Output.from_input(arguments["subnets"]),
        private_subnet_ids=pulumi.Output.from_input(arguments["subnets"]),
        security_group_id=ground.groups[0],
        permissions_boundary=None,
        needs=[],
    )
    return JumpHost(name, args, opts)


_HOST = "Instance::jumphost"


def _host(aws: Clients, parts: Parts) -> list[str]:
    (reservation,) = aws("ec2").describe_instances(InstanceIds=[parts[_HOST].id])["Reservations"]
    (instance,) = reservation["Instances"]
    return [instance["InstanceType"], instance["SubnetId"], instance["MetadataOptions"]["HttpTokens"]]


def _regroup(aws: Clients, parts: Parts) -> None:
    other = aws("ec2").describe_security_groups(Filters=[{"Name": "group-name", "Values": ["ground-1"]}])
    groups = [group["GroupId"] for group in other["SecurityGroups"]]
    aws("ec2").modify_instance_attribute(InstanceId=parts[_HOST].id, Groups=groups)


def _directory(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.bucket import Bucket, BucketArgs
    from components.directory import Directory, DirectoryArgs

    wanted = settings(
        directory={"kind": "simple-ad", "size": arguments["size"], "serverName": "ad.example.org"},
        jumpHost={"kind": "ec2"},
    )
    subnets = pulumi.Output.from_input(ground.subnets)
    args = DirectoryArgs(
        settings=wanted,
        vpc_id=ground.vpc,
        subnet_ids=subnets,
        clients={"nodes": ground.groups[0]},
        vpc_cidrs=["10.0.0.0/16"],
        bucket=Bucket(f"{name}-scripts", BucketArgs(files={}, expiring={}, protected=False), opts),
        partition=pulumi.Output.from_input("aws"),
        needs=[],
    )
    return Directory(name, args, opts)


def _size(aws: Clients, parts: Parts) -> str:
    directory = parts["Directory::directory"].id
    return aws("ds").describe_directories(DirectoryIds=[directory])["DirectoryDescriptions"][0]["Size"]


ROWS = [
    Component(
        token="hpcstack:index:Network",
        make=_network,
        first=lambda g: {"nat": "one"},
        change=lambda g: {"nat": "per-zone"},
        changed={
            "RouteTableAssociation::network-private-1": frozenset({"routeTableId"}),
            "VpcEndpoint::network-s3": frozenset({"routeTableIds"}),
            "VpcEndpoint::network-dynamodb": frozenset({"routeTableIds"}),
        },
        made=frozenset(
            {
                "Eip::network-nat-1",
                "NatGateway::network-nat-1",
                "RouteTable::network-private-1",
                "Route::network-private-1",
            }
        ),
        replace=No(
            "another range is another network, with everything that stands in it: a VPC's is proved of the type"
        ),
        look=_gateways,
        looks=lambda a: {"one": 1, "per-zone": 2}[a["nat"]],
        drift=lambda aws, parts: aws("ec2").modify_subnet_attribute(
            SubnetId=parts["Subnet::network-public-0"].id, MapPublicIpOnLaunch={"Value": False}
        ),
        drifted="Subnet::network-public-0",
        vanish=_delete_route,
        vanished=frozenset({"Route::network-public"}),
    ),
    Component(
        token="hpcstack:index:VpcEndpoints",
        make=_vpc_endpoints,
        first=lambda g: {"vpc": g.vpc, "subnets": g.subnets[:1], "group": g.groups[0]},
        change=lambda g: {"subnets": g.subnets[:2]},
        changed={_LOGS: frozenset({"subnetIds"})},
        replace=No("an endpoint of another VPC is proved of the type, and a VPC is never exchanged"),
        look=_interfaces,
        looks=lambda a: {"subnets": sorted(a["subnets"]), "names": True},
        drift=lambda aws, parts: aws("ec2").modify_vpc_endpoint(VpcEndpointId=parts[_LOGS].id, PrivateDnsEnabled=False),
        drifted=_LOGS,
        vanish=lambda aws, parts: aws("ec2").delete_vpc_endpoints(VpcEndpointIds=[parts[_LOGS].id]),
        vanished=frozenset({_LOGS}),
    ),
    Component(
        token="hpcstack:index:SecurityGroups",
        make=_security_groups,
        first=lambda g: {"vpc": g.vpc, "cidrs": ("10.1.0.0/16", "10.2.0.0/16")},
        # In another order, and one more: no rule becomes one that stands already.
        change=lambda g: {"cidrs": _RANGES},
        changed={_SOURCES: frozenset({"entries"})},
        made=frozenset({_ssh("10.3.0.0/16")}),
        replace=lambda g: {"vpc": g.other_vpc},
        replaced=frozenset(
            {
                *(f"SecurityGroup::securitygroups-{role}" for role in _ROLES),
                *(f"SecurityGroupEgressRule::securitygroups-{role}-out" for role in _ROLES),  # of efa, to itself
                *(f"SecurityGroupIngressRule::securitygroups-{rule}" for rule in _RULES),
                *map(_ssh, _RANGES),
            }
        ),
        look=_sources,
        looks=lambda a: {"cidrs": sorted(a["cidrs"]), "vpc": a["vpc"]},
        drift=_open,
        drifted=_SSH,
        vanish=_revoke,
        vanished=frozenset({_SSH}),
    ),
    Component(
        token="hpcstack:index:NodeAccess",
        make=_node_access,
        first=lambda g: {"bucket": "one", "key": "first"},
        change=lambda g: {"bucket": "two"},
        changed={_SCRIPTS: frozenset({"policy"})},
        replace=lambda g: {"key": "other"},
        replaced=frozenset({_PAIR}),
        look=_readable,
        looks=lambda a: [f"arn:aws:s3:::{a['bucket']}/scripts/*", "arn:aws:s3:::other-bucket/prepare.sh"],
        drift=_widen,
        drifted=_SCRIPTS,
        vanish=lambda aws, parts: aws("ec2").delete_key_pair(KeyName=parts[_PAIR].id),
        vanished=frozenset({_PAIR}),
    ),
    Component(
        token="hpcstack:index:JumpHost",
        make=_jump_host,
        first=lambda g: {"type": "t3.small", "subnets": [g.subnets[0]]},
        change=lambda g: {"type": "t3.medium"},
        changed={_HOST: frozenset({"instanceType"})},
        replace=lambda g: {"subnets": [g.subnets[1]]},
        replaced=frozenset({_HOST}),
        look=_host,
        looks=lambda a: [a["type"], a["subnets"][0], "required"],
        drift=_regroup,
        drifted=_HOST,
        vanish=lambda aws, parts: aws("ec2").terminate_instances(InstanceIds=[parts[_HOST].id]),
        vanished=frozenset({_HOST}),
    ),
    Component(
        token="hpcstack:index:Directory",
        make=_directory,
        first=lambda g: {"size": "Small"},
        change=No("of a directory itself only tags change in place, and its secrets as the component Secret proves"),
        replace=lambda g: {"size": "Large"},
        replaced=frozenset({"Directory::directory"}),
        look=_size,
        looks=lambda a: a["size"],
        drift=lambda aws, parts: aws("secretsmanager").update_secret(
            SecretId=parts["Secret::directory-admin"].id, Description="by hand"
        ),
        drifted="Secret::directory-admin",
        vanish=lambda aws, parts: aws("ds").delete_directory(DirectoryId=parts["Directory::directory"].id),
        vanished=frozenset({"Directory::directory"}),
    ),
]
