"""Network, and endpoints of services in it."""

from typing import Any

from tests.engine.acceptance.case import No
from tests.engine.acceptance.component import Component, Parts
from tests.engine.acceptance.components.common import settings
from tests.engine.acceptance.ground import REGION, Clients, Ground


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
]
