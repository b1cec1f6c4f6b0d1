"""What stands in the way of deleting parts of a network, and what goes with them."""

import pytest

from localcloud.emulator.inventory import inventory
from tests.emulator.rig import REGION, Emulator, refusal_code

pytestmark = pytest.mark.emulator


def test_group_that_another_one_names_and_its_vpc_cannot_be_deleted(aws: Emulator, network: dict[str, str]) -> None:
    ec2 = aws.client("ec2")
    other = ec2.create_security_group(GroupName="other", Description="other", VpcId=network["vpc"])["GroupId"]
    rule = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": network["group"]}]}
    ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[rule])
    assert refusal_code(ec2.delete_security_group, GroupId=network["group"]) == "DependencyViolation"
    ec2.delete_subnet(SubnetId=network["subnet"])
    assert refusal_code(ec2.delete_vpc, VpcId=network["vpc"]) == "DependencyViolation"
    for group in (other, network["group"]):
        ec2.delete_security_group(GroupId=group)
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network["vpc"])
    assert refusal_code(ec2.delete_vpc, VpcId=network["vpc"]) == "DependencyViolation"
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=network["vpc"])
    ec2.delete_internet_gateway(InternetGatewayId=gateway)
    ec2.delete_vpc(VpcId=network["vpc"])


def test_gateways_and_endpoints_leave_nothing(aws: Emulator, network: dict[str, str]) -> None:
    ec2 = aws.client("ec2")
    allocation = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=network["subnet"], AllocationId=allocation)["NatGateway"]["NatGatewayId"]
    service = f"com.amazonaws.{REGION}.s3"
    endpoint = ec2.create_vpc_endpoint(VpcId=network["vpc"], ServiceName=service)["VpcEndpoint"]["VpcEndpointId"]
    ec2.delete_nat_gateway(NatGatewayId=gateway)
    ec2.release_address(AllocationId=allocation)
    assert ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])["Unsuccessful"] == []
    ec2.delete_subnet(SubnetId=network["subnet"])
    left = inventory(aws.endpoint, REGION)
    assert gateway not in left.get("NAT gateways", [])
    assert endpoint not in left.get("VPC endpoints", [])


def test_dhcp_options_are_freed_by_others_and_outlive_their_network(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    servers = [{"Key": "domain-name-servers", "Values": ["10.0.0.2"]}]
    first, second = (
        ec2.create_dhcp_options(DhcpConfigurations=servers)["DhcpOptions"]["DhcpOptionsId"] for _ in range(2)
    )
    ec2.associate_dhcp_options(DhcpOptionsId=first, VpcId=vpc)
    assert refusal_code(ec2.delete_dhcp_options, DhcpOptionsId=first) == "DependencyViolation"
    ec2.associate_dhcp_options(DhcpOptionsId=second, VpcId=vpc)
    ec2.delete_dhcp_options(DhcpOptionsId=first)
    ec2.delete_vpc(VpcId=vpc)
    ec2.delete_dhcp_options(DhcpOptionsId=second)
