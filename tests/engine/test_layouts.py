"""Each layout of the network by the real engine: its routes, gateways, endpoints and public addresses, as the cloud tells them."""

from collections.abc import Iterator
from typing import Any

import pytest

from localcloud import paths
from planning.vpc_endpoints import needed
from tests.engine.acceptance.place import Place
from tests.engine.acceptance.stack import Run, Stack
from tests.engine.layouts_program import LAYOUTS, settings_of

pytestmark = pytest.mark.engine
_MAIN = """import sys

sys.path.insert(0, {root!r})
from tests.engine import layouts_program

layouts_program.run()
"""
_ZONES = {"all-private": 2, "public-head": 1, "all-public": 2, "isolated": 3}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("layouts"))
    yield made
    made.end()


@pytest.fixture(scope="module")
def stack(place: Place) -> Stack:
    made = place.stack("networks")
    (made.folder / "__main__.py").write_text(_MAIN.format(root=str(paths.ROOT)))
    return made


@pytest.fixture(scope="module")
def up(stack: Stack) -> Run:
    done = stack.run("up")
    assert done.code == 0, done.shown
    return done


@pytest.fixture
def ec2(place: Place, up: Run) -> Any:
    return place.clients("ec2")


def _in_vpc(ec2: Any, layout: str) -> list[dict[str, Any]]:
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": [layout]}])["Vpcs"]
    return [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]


def _subnets(ec2: Any, layout: str) -> dict[str, dict[str, Any]]:
    """By kind and zone's number."""
    found = ec2.describe_subnets(Filters=_in_vpc(ec2, layout))["Subnets"]
    return {_name(one).removeprefix(f"{layout}-"): one for one in found}


def _name(tagged: dict[str, Any]) -> str:
    return next(tag["Value"] for tag in tagged["Tags"] if tag["Key"] == "Name")


def _default_routes(ec2: Any, layout: str) -> dict[str, str]:
    """By subnet: what 0.0.0.0/0 leads to, as the beginning of its id; empty where it leads nowhere."""
    tables = ec2.describe_route_tables(Filters=_in_vpc(ec2, layout))["RouteTables"]
    way = {
        association["SubnetId"]: next(
            (
                str(route.get("NatGatewayId") or route.get("GatewayId"))
                for route in table["Routes"]
                if route.get("DestinationCidrBlock") == "0.0.0.0/0"
            ),
            "",
        )
        for table in tables
        for association in table["Associations"]
        if "SubnetId" in association
    }
    return {name: way[one["SubnetId"]] for name, one in _subnets(ec2, layout).items()}


def _endpoints(ec2: Any, layout: str, kind: str) -> dict[str, dict[str, Any]]:
    found = ec2.describe_vpc_endpoints(Filters=_in_vpc(ec2, layout))["VpcEndpoints"]
    return {one["ServiceName"].rpartition(".")[2]: one for one in found if one["VpcEndpointType"] == kind}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_subnets_are_in_zones_of_their_own_and_only_public_ones_give_addresses(ec2: Any, layout: str) -> None:
    found = _subnets(ec2, layout)
    kinds = ("private",) if layout == "isolated" else ("private", "public")
    assert set(found) == {f"{kind}-{index}" for kind in kinds for index in range(_ZONES[layout])}
    for kind in kinds:
        of_kind = [one for name, one in found.items() if name.startswith(kind)]
        assert len({one["AvailabilityZone"] for one in of_kind}) == len(of_kind)
        assert {one["MapPublicIpOnLaunch"] for one in of_kind} == {kind == "public"}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_routes(ec2: Any, layout: str) -> None:
    found = _default_routes(ec2, layout)
    private = "nat-" if layout in ("all-private", "public-head") else ""
    for name, way in found.items():
        assert way.startswith("igw-" if name.startswith("public") else private), (name, way)
        assert bool(way) or not private
    gateways = {way for way in found.values() if way.startswith("nat-")}
    assert len(gateways) == {"all-private": 2, "public-head": 1}.get(layout, 0)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_gateway_endpoints_are_in_every_route_table(ec2: Any, layout: str) -> None:
    found = _endpoints(ec2, layout, "Gateway")
    assert set(found) == {"s3", "dynamodb"}
    tables = {
        table["RouteTableId"]
        for table in ec2.describe_route_tables(Filters=_in_vpc(ec2, layout))["RouteTables"]
        if any("SubnetId" in one for one in table["Associations"])
    }
    assert all(set(one["RouteTableIds"]) == tables for one in found.values())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_interface_endpoints(ec2: Any, layout: str) -> None:
    found = _endpoints(ec2, layout, "Interface")
    if layout != "isolated":
        assert found == {}
        return
    assert set(found) == set(needed(settings_of(layout)))
    subnets = {one["SubnetId"] for one in _subnets(ec2, layout).values()}
    (group,) = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [f"{layout}-endpoints"]}])[
        "SecurityGroups"
    ]
    for one in found.values():
        assert one["PrivateDnsEnabled"]
        assert set(one["SubnetIds"]) == subnets
        interfaces = ec2.describe_network_interfaces(NetworkInterfaceIds=one["NetworkInterfaceIds"])
        groups = {group["GroupId"] for found in interfaces["NetworkInterfaces"] for group in found["Groups"]}
        assert groups == {group["GroupId"]}
    (rule,) = [one for one in group["IpPermissions"] if one["FromPort"] == 443]
    assert not rule["IpRanges"]
    assert len(rule["UserIdGroupPairs"]) == 2  # head node and compute nodes


def test_isolation_has_no_gateway_to_the_internet(ec2: Any) -> None:
    (vpc,) = _in_vpc(ec2, "isolated")[0]["Values"]
    attached = [{"Name": "attachment.vpc-id", "Values": [vpc]}]
    assert ec2.describe_internet_gateways(Filters=attached)["InternetGateways"] == []


def test_a_second_plan_is_empty_and_destroy_leaves_nothing(place: Place, stack: Stack, up: Run) -> None:
    again = stack.run("preview")
    assert again.code == 0, again.shown
    assert {op.op for ops in again.ops.values() for op in ops} == {"same"}
    gone = stack.run("destroy")
    assert gone.code == 0, gone.shown
    assert place.inventory() == place.before
