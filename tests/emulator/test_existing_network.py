"""What the look at an existing network finds in an account, and how it names it."""

from dataclasses import dataclass
from typing import Any

import pytest

from components import existing_network
from planning.existing_network import ExistingNetwork, resolved
from planning.usable_network import problems
from settings import Problem
from tests.emulator.rig import REGION, Emulator, shared
from tests.unit.test_settings import load_with

pytestmark = pytest.mark.emulator


@dataclass(frozen=True)
class Ground:
    """A VPC as somebody else made it."""

    vpc: str
    public: str
    private: str
    closed: str
    """A private subnet without a way out, in another zone, and with the same tag."""


@pytest.fixture(scope="module")
def aws() -> Emulator:
    return shared()


@pytest.fixture(autouse=True)
def _environment(aws: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def ground(aws: Emulator) -> Ground:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.70.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": "looked-at"}])
    public = _subnet(ec2, vpc, "10.70.0.0/24", "a", "public")
    ec2.modify_subnet_attribute(SubnetId=public, MapPublicIpOnLaunch={"Value": True})
    private, closed = (
        _subnet(ec2, vpc, "10.70.1.0/24", "b", "private"),
        _subnet(ec2, vpc, "10.70.2.0/28", "a", "private"),
    )
    internet = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(VpcId=vpc, InternetGatewayId=internet)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=public, AllocationId=address)["NatGateway"]["NatGatewayId"]
    _route(ec2, vpc, public, GatewayId=internet)
    _route(ec2, vpc, private, NatGatewayId=gateway)
    service = f"com.amazonaws.{REGION}"
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"{service}.s3", VpcEndpointType="Gateway")
    for name, private_names in (("logs", True), ("sts", False)):
        ec2.create_vpc_endpoint(
            VpcId=vpc,
            ServiceName=f"{service}.{name}",
            VpcEndpointType="Interface",
            SubnetIds=[private],
            PrivateDnsEnabled=private_names,
        )
    return Ground(vpc, public, private, closed)


def _subnet(ec2: Any, vpc: str, cidr: str, zone: str, kind: str) -> str:
    tags = [{"ResourceType": "subnet", "Tags": [{"Key": "kind", "Value": kind}]}]
    made = ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=f"{REGION}{zone}", TagSpecifications=tags)
    return made["Subnet"]["SubnetId"]


def _route(ec2: Any, vpc: str, subnet: str, **way: str) -> None:
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **way)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)


def _look(network: dict[str, Any], **sections: Any) -> ExistingNetwork:
    found = existing_network.look(load_with(region=REGION, network=network, **sections), "dev")
    assert isinstance(found, ExistingNetwork)
    return found


def test_a_network_by_its_ids(ground: Ground) -> None:
    found = _look({"vpcId": ground.vpc, "publicSubnetIds": [ground.public], "privateSubnetIds": [ground.private]})
    assert (found.vpc_ids, found.dns_support, found.dns_hostnames) == ((ground.vpc,), True, True)
    (public,) = found.public
    assert (public.id, public.zone, public.default_route) == (ground.public, f"{REGION}a", "internet gateway")
    assert public.gives_public_addresses
    (private,) = found.private
    assert (private.id, private.default_route, private.gives_public_addresses) == (ground.private, "another way", False)
    assert 240 < private.free <= 251
    assert found.endpoints == {"s3", "logs"}  # not sts, whose usual name does not lead there
    assert found.offered[f"{REGION}b"] == {"t3.large", "c6i.xlarge"}


def test_a_network_by_tags_in_the_order_of_zones(ground: Ground) -> None:
    wanted = {"vpcTag": "Name=looked-at", "privateSubnetTag": "kind=private"}
    found = _look(wanted)
    assert [one.id for one in found.private] == [ground.closed, ground.private]
    network = resolved(load_with(region=REGION, network=wanted), found).network
    assert (network.vpc_id, network.vpc_tag) == (ground.vpc, None)
    assert network.private_subnet_ids == (ground.closed, ground.private)
    assert not network.public_subnet_ids


def test_faults_of_a_real_network_are_all_told(ground: Ground) -> None:
    wanted = {"vpcId": ground.vpc, "privateSubnetIds": [ground.closed, ground.public, "subnet-0123456789abcdef0"]}
    settings = load_with(region=REGION, network=wanted, cluster={"queues": [{"name": "a", "maxCount": 12}]})
    assert {(one.rule, one.path) for one in problems(settings, _look(wanted))} == {
        ("existing-subnet", "network.privateSubnetIds[2]"),
        ("existing-zone", "network.privateSubnetIds[1]"),
        ("existing-addresses", "network.privateSubnetIds[0]"),
        ("existing-way-out", "network.privateSubnetIds[0]"),
        ("existing-private-route", "network.privateSubnetIds[1]"),
        ("existing-private-addresses", "network.privateSubnetIds[1]"),
    }


def test_addresses_of_the_stacks_own_machines_are_not_missed(aws: Emulator, ground: Ground) -> None:
    ec2 = aws.client("ec2")
    image = ec2.describe_images(Filters=[{"Name": "name", "Values": ["ubuntu*"]}])["Images"][0]["ImageId"]
    tags = [{"Key": key, "Value": value} for key, value in (("hpcstack:team", "genomics"), ("hpcstack:stack", "dev"))]
    made = ec2.run_instances(
        ImageId=image,
        InstanceType="t3.micro",
        MinCount=2,
        MaxCount=2,
        SubnetId=ground.private,
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
    )["Instances"]
    wanted = {"vpcId": ground.vpc, "privateSubnetIds": [ground.private]}
    assert [one.own for one in _look(wanted).private] == [2]
    other = existing_network.look(load_with(region=REGION, network=wanted), "prod")
    assert isinstance(other, ExistingNetwork)
    assert [one.own for one in other.private] == [0]
    ec2.terminate_instances(InstanceIds=[one["InstanceId"] for one in made])


def test_a_vpc_that_is_not_there_and_an_account_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {"vpcId": "vpc-0123456789abcdef0", "privateSubnetIds": ["subnet-0123456789abcdef0"]}
    assert _look(wanted).vpc_ids == ()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    found = existing_network.look(load_with(region=REGION, network=wanted), "dev")
    assert isinstance(found, Problem)
    assert "AWS could not be asked: " in str(found)
