"""NAT gateways, route tables, routes."""

from tests.engine.acceptance.case import Case, Gone, Kept, Values
from tests.engine.acceptance.ground import Clients
from tests.engine.acceptance.table.common import TAGS_CHANGED, TAGS_FIRST, ec2_tags, ec2_untag, found


def _nat_gateway(aws: Clients, it: Kept) -> Values:
    (gateway,) = aws("ec2").describe_nat_gateways(NatGatewayIds=[it.id])["NatGateways"]
    if gateway["State"] == "deleted":
        raise Gone(it.id)
    addresses = gateway["NatGatewayAddresses"]
    return {
        "subnetId": gateway["SubnetId"],
        "allocationId": addresses[0]["AllocationId"],
        "tags": ec2_tags(aws, it.id),
    }


def _routes(aws: Clients, table: str) -> list[Values]:
    return aws("ec2").describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]


def _route(aws: Clients, it: Kept) -> Values:
    table, destination = it.outputs["routeTableId"], it.outputs["destinationCidrBlock"]
    routes = [route for route in _routes(aws, table) if route.get("DestinationCidrBlock") == destination]
    return found(routes, gatewayId="GatewayId", natGatewayId="NatGatewayId")


def _place(it: Kept) -> dict[str, str]:
    return {"RouteTableId": it.outputs["routeTableId"], "DestinationCidrBlock": it.outputs["destinationCidrBlock"]}


def _to_internet(aws: Clients, it: Kept) -> None:
    gateways = aws("ec2").describe_internet_gateways()["InternetGateways"]
    aws("ec2").replace_route(**_place(it), GatewayId=gateways[-1]["InternetGatewayId"])


def _associations(aws: Clients, it: Kept) -> list[Values]:
    """Those of the subnet, which has one or none: a move gives it another id."""
    subnet = it.outputs["subnetId"]
    wanted = [{"Name": "association.subnet-id", "Values": [subnet]}]
    tables = aws("ec2").describe_route_tables(Filters=wanted)["RouteTables"]
    return [one for table in tables for one in table["Associations"] if one.get("SubnetId") == subnet]


def _association(aws: Clients, it: Kept) -> Values:
    return found(_associations(aws, it), routeTableId="RouteTableId", subnetId="SubnetId")


def _to_another_table(aws: Clients, it: Kept) -> None:
    (mine,) = _associations(aws, it)
    (table,) = aws("ec2").describe_route_tables(RouteTableIds=[mine["RouteTableId"]])["RouteTables"]
    same_vpc = [{"Name": "vpc-id", "Values": [table["VpcId"]]}]
    every = [one["RouteTableId"] for one in aws("ec2").describe_route_tables(Filters=same_vpc)["RouteTables"]]
    other = next(one for one in every if one != mine["RouteTableId"])
    aws("ec2").replace_route_table_association(AssociationId=mine["RouteTableAssociationId"], RouteTableId=other)


def _taken_off(aws: Clients, it: Kept) -> None:
    (mine,) = _associations(aws, it)
    aws("ec2").disassociate_route_table(AssociationId=mine["RouteTableAssociationId"])


CASES = [
    Case(
        token="aws:ec2/natGateway:NatGateway",
        inputs=lambda g: {"subnetId": g.subnets[0], "allocationId": g.addresses[0], **TAGS_FIRST},
        change=lambda g: TAGS_CHANGED,
        replace=lambda g: {"subnetId": g.subnets[1], "allocationId": g.addresses[1]},
        look=_nat_gateway,
        drift=ec2_untag,
        vanish=lambda aws, it: aws("ec2").delete_nat_gateway(NatGatewayId=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:ec2/routeTable:RouteTable",
        inputs=lambda g: {"vpcId": g.vpc, **TAGS_FIRST},
        change=lambda g: TAGS_CHANGED,
        replace=lambda g: {"vpcId": g.other_vpc},
        look=lambda aws, it: {
            **found(aws("ec2").describe_route_tables(RouteTableIds=[it.id])["RouteTables"], vpcId="VpcId"),
            "tags": ec2_tags(aws, it.id),
        },
        drift=ec2_untag,
        vanish=lambda aws, it: aws("ec2").delete_route_table(RouteTableId=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:ec2/route:Route",
        inputs=lambda g: {"routeTableId": g.tables[0], "destinationCidrBlock": "0.0.0.0/0", "gatewayId": g.gateway},
        change=lambda g: {"gatewayId": None, "natGatewayId": g.nat_gateway},
        replace=lambda g: {"destinationCidrBlock": "10.200.0.0/16"},
        look=_route,
        drift=_to_internet,
        vanish=lambda aws, it: aws("ec2").delete_route(**_place(it)),
        import_id=lambda it: f"{it.outputs['routeTableId']}_{it.outputs['destinationCidrBlock']}",
    ),
    Case(
        token="aws:ec2/routeTableAssociation:RouteTableAssociation",
        inputs=lambda g: {"routeTableId": g.tables[0], "subnetId": g.subnets[0]},
        change=lambda g: {"routeTableId": g.tables[1]},
        replace=lambda g: {"subnetId": g.subnets[1]},
        look=_association,
        drift=_to_another_table,
        vanish=_taken_off,
        import_id=lambda it: f"{it.outputs['subnetId']}/{it.outputs['routeTableId']}",
    ),
]
