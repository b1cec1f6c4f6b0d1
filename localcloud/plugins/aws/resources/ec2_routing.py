"""Addresses, NAT gateways, route tables and routes."""

import zlib

from localcloud.plugins.aws.base import Ec2Type, first, given, picked
from localcloud.plugins.aws.client import Aws, tag_map
from localcloud.plugins.resource import PluginError, wait_until
from localcloud.plugins.rules import APPLY, Cidr, ExactlyOne, Needed, OneOf, Refused
from localcloud.plugins.values import Plain


class Eip(Ec2Type):
    token, kind = "aws:ec2/eip:Eip", "elastic-ip"
    computed = frozenset({"domain"})
    inputs = frozenset({"domain", "tags"})
    replace = frozenset({"domain"})
    rules = (OneOf("domain", ("vpc",), ours="the other domain, standard, was EC2-Classic"),)

    def create(self, context: Aws, inputs: Plain) -> str:
        tags = self.tags_at_creation(context, inputs)
        return context.client("ec2").allocate_address(Domain="vpc", **tags)["AllocationId"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        address = first(aws.client("ec2").describe_addresses(AllocationIds=[resource_id])["Addresses"])
        state = picked(
            address,
            allocationId="AllocationId",
            associationId="AssociationId",
            domain="Domain",
            instance="InstanceId",
            networkInterface="NetworkInterfaceId",
            privateIp="PrivateIpAddress",
            publicIp="PublicIp",
        )
        zone = "compute-1" if aws.region == "us-east-1" else f"{aws.region}.compute"
        return state | {
            "arn": aws.arn("ec2", f"elastic-ip/{resource_id}"),
            "networkBorderGroup": address.get("NetworkBorderGroup", aws.region),
            "publicIpv4Pool": address.get("PublicIpv4Pool", "amazon"),
            "publicDns": f"ec2-{address['PublicIp'].replace('.', '-')}.{zone}.amazonaws.com",
            "tagsAll": tag_map(address.get("Tags")),
        }

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("ec2").release_address(AllocationId=resource_id)


class NatGateway(Ec2Type):
    token, kind = "aws:ec2/natGateway:NatGateway", "natgateway"
    inputs = frozenset({"subnetId", "allocationId", "connectivityType", "tags"})
    replace = frozenset({"subnetId", "allocationId", "connectivityType"})
    rules = (
        OneOf("connectivityType", ("public", "private")),
        Needed("allocationId", when="connectivityType", has=("public",), stage=APPLY),
        Refused("allocationId", when="connectivityType", has=("private",)),
        Needed("subnetId", ours="the local cloud has no regional NAT gateways"),
    )

    def normalise(self, inputs: Plain) -> Plain:
        return {"connectivityType": "public", **inputs}

    def create(self, context: Aws, inputs: Plain) -> str:
        arguments = given(inputs, SubnetId="subnetId", AllocationId="allocationId", ConnectivityType="connectivityType")
        made = context.client("ec2").create_nat_gateway(**arguments, **self.tags_at_creation(context, inputs))
        return made["NatGateway"]["NatGatewayId"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        def available() -> bool:
            gateway = self._describe(context, resource_id)
            if gateway.get("State") in ("failed", "deleted"):
                raise PluginError(f"NAT gateway {resource_id} {gateway['State']}: {gateway.get('FailureMessage', '')}")
            return gateway.get("State") == "available"

        wait_until(available, f"NAT gateway {resource_id} is available", context.stopping)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        gateway = self._describe(aws, resource_id)
        if gateway.get("State") in (None, "deleted", "failed"):
            return None
        kind = gateway.get("ConnectivityType", inputs.get("connectivityType", "public"))
        state = picked(gateway, subnetId="SubnetId", vpcId="VpcId")
        state |= {"connectivityType": kind, "availabilityMode": gateway.get("AvailabilityMode", "zonal")}
        address = (gateway.get("NatGatewayAddresses") or [{}])[0]
        state |= picked(
            address,
            allocationId="AllocationId",
            associationId="AssociationId",
            networkInterfaceId="NetworkInterfaceId",
            privateIp="PrivateIp",
            publicIp="PublicIp",
        )
        return state | {"tagsAll": tag_map(gateway.get("Tags"))}

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("ec2").delete_nat_gateway(NatGatewayId=resource_id)

    def _describe(self, aws: Aws, resource_id: str) -> Plain:
        found = aws.client("ec2").describe_nat_gateways(NatGatewayIds=[resource_id])["NatGateways"]
        return found[0] if found else {}


class RouteTable(Ec2Type):
    token, kind = "aws:ec2/routeTable:RouteTable", "route-table"
    inputs = frozenset({"vpcId", "tags"})
    replace = frozenset({"vpcId"})

    def create(self, context: Aws, inputs: Plain) -> str:
        made = context.client("ec2").create_route_table(VpcId=inputs["vpcId"], **self.tags_at_creation(context, inputs))
        return made["RouteTable"]["RouteTableId"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        table = first(aws.client("ec2").describe_route_tables(RouteTableIds=[resource_id])["RouteTables"])
        return {
            "arn": aws.arn("ec2", f"route-table/{resource_id}"),
            "vpcId": table["VpcId"],
            "ownerId": table.get("OwnerId", aws.account),
            "tagsAll": tag_map(table.get("Tags")),
        }

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("ec2").delete_route_table(RouteTableId=resource_id)


class Route(Ec2Type):
    token, kind = "aws:ec2/route:Route", ""
    inputs = frozenset({"routeTableId", "destinationCidrBlock", "gatewayId", "natGatewayId"})
    replace = frozenset({"routeTableId", "destinationCidrBlock"})
    rules = (
        Needed("destinationCidrBlock", ours="the stand-in knows no other destination"),
        Cidr("destinationCidrBlock"),
        ExactlyOne(("gatewayId", "natGatewayId")),
    )

    def create(self, context: Aws, inputs: Plain) -> str:
        context.client("ec2").create_route(**self._arguments(inputs))
        return self.identity(context, "", inputs)

    def identity(self, context: Aws, resource_id: str, state: Plain) -> str:
        # The official provider's id: the destination's CRC-32 behind the table's id.
        return f"r-{state['routeTableId']}{zlib.crc32(state['destinationCidrBlock'].encode())}"

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        # To import, the id is table_destination, as with the official provider.
        table = inputs.get("routeTableId") or resource_id.partition("_")[0]
        destination = inputs.get("destinationCidrBlock") or resource_id.partition("_")[2]
        found = first(aws.client("ec2").describe_route_tables(RouteTableIds=[table])["RouteTables"])["Routes"]
        route = next((one for one in found if one.get("DestinationCidrBlock") == destination), None)
        if route is None:
            return None
        # One of the two targets is not there, and is said to be None: the route may have been turned to the other.
        targets = {"gatewayId": route.get("GatewayId"), "natGatewayId": route.get("NatGatewayId")}
        state = picked(route, origin="Origin", state="State")
        return state | targets | {"routeTableId": table, "destinationCidrBlock": destination}

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        aws.client("ec2").replace_route(**self._arguments(new))

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        arguments = given(state, RouteTableId="routeTableId", DestinationCidrBlock="destinationCidrBlock")
        aws.client("ec2").delete_route(**arguments)

    def _arguments(self, inputs: Plain) -> Plain:
        return given(
            inputs,
            RouteTableId="routeTableId",
            DestinationCidrBlock="destinationCidrBlock",
            GatewayId="gatewayId",
            NatGatewayId="natGatewayId",
        )


class RouteTableAssociation(Ec2Type):
    token, kind = "aws:ec2/routeTableAssociation:RouteTableAssociation", ""
    inputs = frozenset({"subnetId", "routeTableId"})
    # A subnet has one association: the new one cannot be made beside the old.
    replace, delete_before_replace = frozenset({"subnetId"}), True
    rules = (Needed("subnetId", ours="the stand-in associates subnets only"),)

    def create(self, context: Aws, inputs: Plain) -> str:
        arguments = given(inputs, RouteTableId="routeTableId", SubnetId="subnetId")
        return context.client("ec2").associate_route_table(**arguments)["AssociationId"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        found = self._association(aws, resource_id, inputs)
        return picked(found, subnetId="SubnetId", routeTableId="RouteTableId") if found else None

    def identity(self, context: Aws, resource_id: str, state: Plain) -> str:
        return (self._association(context, resource_id, state) or {}).get("RouteTableAssociationId", resource_id)

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        live = self._association(aws, resource_id, new)
        if live and live["RouteTableId"] != new["routeTableId"]:
            move = {"AssociationId": live["RouteTableAssociationId"], "RouteTableId": new["routeTableId"]}
            aws.client("ec2").replace_route_table_association(**move)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        if live := self._association(aws, resource_id, state):
            aws.client("ec2").disassociate_route_table(AssociationId=live["RouteTableAssociationId"])

    def _association(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        """The association by its id, else that of its subnet: a move gives it another id, and the engine keeps the first.

        To import, the id is subnet/table, as with the official provider.
        """
        subnet, _, table = resource_id.partition("/")
        names = {"route-table-association-id": "" if table else resource_id}
        names["subnet-id"] = subnet if table else inputs.get("subnetId", "")
        for name, value in names.items():
            wanted = [{"Name": f"association.{name}", "Values": [value]}]
            tables = aws.client("ec2").describe_route_tables(Filters=wanted)["RouteTables"] if value else []
            for one in (one for found in tables for one in found["Associations"]):
                mine = value in (one.get("RouteTableAssociationId"), one.get("SubnetId"))
                if mine and table in ("", one["RouteTableId"]):
                    return one
        return None


ALL = (Eip, NatGateway, RouteTable, Route, RouteTableAssociation)
