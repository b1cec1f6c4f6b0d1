"""What the cases stand on: things of the emulated account that no stack of theirs makes."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.emulator.aws_types.certificates import imported

REGION = "us-east-1"
Clients = Callable[[str], Any]
"""A boto3 client by the name of its service."""

ASSUMED_BY_EC2 = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}],
    }
)


def allow(action: str, resource: str = "arn:aws:s3:::example/*") -> str:
    """A policy document of one statement."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@dataclass(frozen=True)
class Ground:
    """Ids and names. Of most things there are two, so that a resource can move from one to the other."""

    folder: str
    vpc: str
    other_vpc: str
    subnets: list[str]
    other_subnets: list[str]
    """Of the other VPC."""
    tables: list[str]
    gateway: str
    nat_gateway: str
    addresses: list[str]
    groups: list[str]
    image: str
    buckets: list[str]
    roles: list[str]
    policies: list[str]
    profile: str
    secrets: list[str]
    files: list[str]
    lustre: str
    ontap: str
    storage_machines: list[str]
    subnet_groups: list[str]
    zone: str
    balancers: list[str]
    target_groups: list[str]
    certificate: str
    dhcp_options: list[str]
    resolver_endpoint: str
    resolver_rule: str
    topics: list[str]


def lay(clients: Clients, folder: str) -> Ground:
    """Make everything; `folder` is for what commands do."""
    network = _network(clients("ec2"))
    zone = clients("route53").create_hosted_zone(
        Name="ground.example",
        CallerReference="ground",
        HostedZoneConfig={"PrivateZone": True},
        VPC={"VPCRegion": REGION, "VPCId": network["vpc"]},
    )["HostedZone"]["Id"]
    return Ground(
        folder=folder,
        zone=zone.removeprefix("/hostedzone/"),
        **network,
        **_identity(clients),
        **_storage(clients, network["subnets"]),
        **_balancing(clients, network),
        **_name_servers(clients, network),
        topics=[clients("sns").create_topic(Name=f"ground-{n}")["TopicArn"] for n in range(2)],
    )


def _network(ec2: Any) -> dict[str, Any]:
    vpc, other = (ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"] for cidr in ("10.0.0.0/16", "10.1.0.0/16"))
    for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
        ec2.modify_vpc_attribute(VpcId=vpc, **{attribute: {"Value": True}})
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    subnets, other_subnets = (
        [
            ec2.create_subnet(VpcId=one, CidrBlock=f"{start}.{n}.0/24", AvailabilityZone=REGION + zone)["Subnet"][
                "SubnetId"
            ]
            for n, zone in enumerate("ab")
        ]
        for one, start in ((vpc, "10.0"), (other, "10.1"))
    )
    *addresses, taken = [ec2.allocate_address(Domain="vpc")["AllocationId"] for _ in range(3)]
    nat_gateway = ec2.create_nat_gateway(SubnetId=subnets[0], AllocationId=taken)["NatGateway"]["NatGatewayId"]
    return {
        "vpc": vpc,
        "other_vpc": other,
        "subnets": subnets,
        "other_subnets": other_subnets,
        "tables": [ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(2)],
        "gateway": gateway,
        "nat_gateway": nat_gateway,
        "addresses": addresses,
        "groups": [
            ec2.create_security_group(GroupName=f"ground-{n}", Description="ground", VpcId=vpc)["GroupId"]
            for n in range(2)
        ],
        "image": ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"],
    }


def _balancing(clients: Clients, network: dict[str, Any]) -> dict[str, Any]:
    elb = clients("elbv2")
    kind, ours = {"Type": "network", "Scheme": "internal", "Subnets": network["subnets"]}, imported("ground.example")
    behind = {"Protocol": "TCP", "Port": 389, "VpcId": network["vpc"], "TargetType": "ip"}
    made = [elb.create_load_balancer(Name=f"ground-{n}", **kind)["LoadBalancers"][0] for n in range(2)]
    groups = [elb.create_target_group(Name=f"ground-{n}", **behind)["TargetGroups"][0] for n in range(2)]
    certificate = clients("acm").import_certificate(
        Certificate=ours["certificateBody"].encode(), PrivateKey=ours["privateKey"].encode()
    )
    return {
        "balancers": [one["LoadBalancerArn"] for one in made],
        "target_groups": [one["TargetGroupArn"] for one in groups],
        "certificate": certificate["CertificateArn"],
    }


def _name_servers(clients: Clients, network: dict[str, Any]) -> dict[str, Any]:
    ec2, resolver = clients("ec2"), clients("route53resolver")
    servers = [{"Key": "domain-name-servers", "Values": ["10.0.0.2"]}]
    endpoint = resolver.create_resolver_endpoint(
        CreatorRequestId="ground",
        Name="ground",
        Direction="OUTBOUND",
        SecurityGroupIds=network["groups"][:1],
        IpAddresses=[{"SubnetId": subnet} for subnet in network["subnets"]],
    )["ResolverEndpoint"]["Id"]
    rule = resolver.create_resolver_rule(
        CreatorRequestId="ground",
        RuleType="FORWARD",
        DomainName="ground.example",
        ResolverEndpointId=endpoint,
        TargetIps=[{"Ip": "10.0.0.2", "Port": 53}],
    )["ResolverRule"]["Id"]
    return {
        "dhcp_options": [
            ec2.create_dhcp_options(DhcpConfigurations=servers)["DhcpOptions"]["DhcpOptionsId"] for _ in range(2)
        ],
        "resolver_endpoint": endpoint,
        "resolver_rule": rule,
    }


def _identity(clients: Clients) -> dict[str, Any]:
    iam, secrets = clients("iam"), clients("secretsmanager")
    roles = ["ground-0", "ground-1"]
    for role in roles:
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=ASSUMED_BY_EC2)
    document = allow("s3:GetObject")
    made = [iam.create_policy(PolicyName=name, PolicyDocument=document) for name in ("ground-0", "ground-1")]
    iam.create_instance_profile(InstanceProfileName="ground")
    iam.add_role_to_instance_profile(InstanceProfileName="ground", RoleName=roles[0])
    return {
        "roles": roles,
        "policies": [one["Policy"]["Arn"] for one in made],
        "profile": "ground",
        "secrets": [secrets.create_secret(Name=f"ground-{number}")["ARN"] for number in range(2)],
    }


def _storage(clients: Clients, subnets: list[str]) -> dict[str, Any]:
    s3, efs, rds, fsx = clients("s3"), clients("efs"), clients("rds"), clients("fsx")
    buckets = ["ground-bucket-0", "ground-bucket-1"]
    subnet_groups = ["ground-0", "ground-1"]
    for bucket in buckets:
        s3.create_bucket(Bucket=bucket)
    for name in subnet_groups:
        rds.create_db_subnet_group(DBSubnetGroupName=name, DBSubnetGroupDescription="ground", SubnetIds=subnets)
    ontap = fsx.create_file_system(
        FileSystemType="ONTAP",
        StorageCapacity=1024,
        SubnetIds=subnets[:1],
        OntapConfiguration={"DeploymentType": "SINGLE_AZ_1", "ThroughputCapacity": 128},
    )["FileSystem"]["FileSystemId"]
    machines = [fsx.create_storage_virtual_machine(FileSystemId=ontap, Name=f"ground-{n}") for n in range(2)]
    return {
        "buckets": buckets,
        "ontap": ontap,
        "storage_machines": [one["StorageVirtualMachine"]["StorageVirtualMachineId"] for one in machines],
        "lustre": fsx.create_file_system(
            FileSystemType="LUSTRE",
            StorageCapacity=1200,
            SubnetIds=subnets[:1],
            LustreConfiguration={"DeploymentType": "SCRATCH_2"},
        )["FileSystem"]["FileSystemId"],
        "files": [efs.create_file_system(CreationToken=f"ground-{number}")["FileSystemId"] for number in range(2)],
        "subnet_groups": subnet_groups,
    }
