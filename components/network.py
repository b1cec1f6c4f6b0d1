"""The network: a VPC with its subnets, routes and gateways as the layout has them, or an existing VPC's subnets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from planning import subnets, vpc_endpoints
from settings.network import Network as NetworkSettings


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    settings: NetworkSettings
    region: str


class Network(pulumi.ComponentResource):
    """Existing subnets are passed on as they are; without `vpcId` everything is created."""

    vpc_id: pulumi.Output[str]
    cidr: pulumi.Output[str]
    """The first range of the VPC."""
    cidrs: pulumi.Output[list[str]]
    """All ranges of the VPC."""
    public_subnet_ids: pulumi.Output[list[str]]
    """One a zone; none in layout `isolated`."""
    private_subnet_ids: pulumi.Output[list[str]]
    """One a zone, for services and for what is not public."""

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:Network", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        if args.settings.vpc_id:
            self._use_existing(args.settings.vpc_id)
        else:
            self._create()
        self.register_outputs(
            {
                "vpc_id": self.vpc_id,
                "cidr": self.cidr,
                "cidrs": self.cidrs,
                "public_subnet_ids": self.public_subnet_ids,
                "private_subnet_ids": self.private_subnet_ids,
            }
        )

    def _use_existing(self, vpc_id: str) -> None:
        settings = self._args.settings
        vpc = aws.ec2.get_vpc_output(id=vpc_id, opts=pulumi.InvokeOutputOptions(parent=self))
        self.vpc_id, self.cidr = pulumi.Output.from_input(vpc_id), vpc.cidr_block
        self.cidrs = vpc.apply(lambda found: _ranges(found.cidr_block, found.cidr_block_associations))
        self.public_subnet_ids = pulumi.Output.from_input(list(settings.public_subnet_ids))
        # All that there is may be public.
        self.private_subnet_ids = pulumi.Output.from_input(
            list(settings.private_subnet_ids or settings.public_subnet_ids)
        )

    def _create(self) -> None:
        settings = self._args.settings
        vpc = aws.ec2.Vpc(
            f"{self._name}-vpc",
            cidr_block=settings.cidr,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags={"Name": self._name},
            opts=self._child,
        )
        self.vpc_id, self.cidr = vpc.id, vpc.cidr_block
        self.cidrs = self.cidr.apply(lambda cidr: [cidr])
        plans = subnets.plan(settings.cidr, settings.zones, nodes_public=settings.nodes_public)
        zones = [self._zone(index) for index in range(settings.zones)]
        public: list[aws.ec2.Subnet] = []
        tables: list[aws.ec2.RouteTable] = []
        gateways: list[aws.ec2.NatGateway] = []
        if settings.layout != "isolated":
            public = [self._subnet("public", i, zones[i], plan.public_cidr, vpc) for i, plan in enumerate(plans)]
            table, gateways = self._public_routes(vpc, public)
            tables.append(table)
        private = [self._subnet("private", i, zones[i], plan.private_cidr, vpc) for i, plan in enumerate(plans)]
        tables += self._private_routes(vpc, private, gateways)
        for service in vpc_endpoints.GATEWAYS:
            self._gateway_endpoint(service, vpc, tables)
        self.public_subnet_ids = pulumi.Output.all(*[subnet.id for subnet in public])
        self.private_subnet_ids = pulumi.Output.all(*[subnet.id for subnet in private])

    def _gateway_endpoint(self, service: str, vpc: aws.ec2.Vpc, tables: list[aws.ec2.RouteTable]) -> None:
        aws.ec2.VpcEndpoint(
            f"{self._name}-{service}",
            vpc_id=vpc.id,
            service_name=vpc_endpoints.service_name(service, self._args.region),
            vpc_endpoint_type="Gateway",
            route_table_ids=[table.id for table in tables],
            tags={"Name": f"{self._name}-{service}"},
            opts=self._child,
        )

    def _zone(self, index: int) -> pulumi.Output[str]:
        """The zone's name. Local and Wavelength zones need an opt-in and are left out."""
        if self._args.settings.zone_names:
            return pulumi.Output.from_input(self._args.settings.zone_names[index])
        found = aws.get_availability_zones_output(
            state="available",
            filters=[{"name": "opt-in-status", "values": ["opt-in-not-required"]}],
            opts=pulumi.InvokeOutputOptions(parent=self),
        )
        return found.names.apply(lambda names: _pick(names, index, self._args.region))

    def _subnet(self, kind: str, index: int, zone: pulumi.Output[str], cidr: str, vpc: aws.ec2.Vpc) -> aws.ec2.Subnet:
        return aws.ec2.Subnet(
            f"{self._name}-{kind}-{index}",
            vpc_id=vpc.id,
            cidr_block=cidr,
            availability_zone=zone,
            map_public_ip_on_launch=kind == "public",
            tags={"Name": f"{self._name}-{kind}-{index}"},
            opts=self._child,
        )

    def _table(self, kind: str, vpc: aws.ec2.Vpc) -> aws.ec2.RouteTable:
        name = f"{self._name}-{kind}"
        return aws.ec2.RouteTable(name, vpc_id=vpc.id, tags={"Name": name}, opts=self._child)

    def _associate(self, kind: str, index: int, subnet: aws.ec2.Subnet, table: aws.ec2.RouteTable) -> None:
        aws.ec2.RouteTableAssociation(
            f"{self._name}-{kind}-{index}", subnet_id=subnet.id, route_table_id=table.id, opts=self._child
        )

    def _public_routes(
        self, vpc: aws.ec2.Vpc, public: list[aws.ec2.Subnet]
    ) -> tuple[aws.ec2.RouteTable, list[aws.ec2.NatGateway]]:
        internet = aws.ec2.InternetGateway(
            f"{self._name}-internet", vpc_id=vpc.id, tags={"Name": self._name}, opts=self._child
        )
        table = self._table("public", vpc)
        aws.ec2.Route(
            f"{self._name}-public",
            route_table_id=table.id,
            destination_cidr_block="0.0.0.0/0",
            gateway_id=internet.id,
            opts=self._child,
        )
        for index, subnet in enumerate(public):
            self._associate("public", index, subnet, table)
        settings = self._args.settings
        wanted = (len(public) if settings.nat_gateways == "per-zone" else 1) if settings.has_nat else 0
        return table, [self._nat_gateway(index, public[index], internet) for index in range(wanted)]

    def _nat_gateway(self, index: int, subnet: aws.ec2.Subnet, internet: aws.ec2.InternetGateway) -> aws.ec2.NatGateway:
        name = f"{self._name}-nat-{index}"
        # AWS frees an address only after its gateway to the internet is still there, hence the dependency.
        after = pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(depends_on=[internet]))
        address = aws.ec2.Eip(name, domain="vpc", tags={"Name": name}, opts=after)
        return aws.ec2.NatGateway(
            name, subnet_id=subnet.id, allocation_id=address.allocation_id, tags={"Name": name}, opts=after
        )

    def _private_routes(
        self, vpc: aws.ec2.Vpc, private: list[aws.ec2.Subnet], gateways: list[aws.ec2.NatGateway]
    ) -> list[aws.ec2.RouteTable]:
        """One table for each gateway, or a single one without a way out."""
        tables = [self._table(f"private-{index}", vpc) for index in range(len(gateways) or 1)]
        for index, (table, gateway) in enumerate(zip(tables, gateways, strict=False)):
            aws.ec2.Route(
                f"{self._name}-private-{index}",
                route_table_id=table.id,
                destination_cidr_block="0.0.0.0/0",
                nat_gateway_id=gateway.id,
                opts=self._child,
            )
        for index, subnet in enumerate(private):
            self._associate("private", index, subnet, tables[min(index, len(tables) - 1)])
        return tables


def _ranges(first: str, associations: Sequence[aws.ec2.outputs.GetVpcCidrBlockAssociationResult]) -> list[str]:
    """Of an existing VPC, the first one first; ranges that are going are left out."""
    others = {one.cidr_block for one in associations if one.state == "associated"} - {first}
    return [first, *sorted(others)]


def _pick(names: list[str], index: int, region: str) -> str:
    ordered = sorted(names)
    if index >= len(ordered):
        raise ValueError(
            f"network.zones: {index + 1} zones are wanted, and region {region} offers {len(ordered)} "
            f"({', '.join(ordered)}): lower network.zones"
        )
    return ordered[index]
