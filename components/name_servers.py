"""Who answers for the names of the directory's domain inside the VPC."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_aws as aws

_DNS = 53


@dataclass(frozen=True, kw_only=True)
class NameServersArgs:
    kind: Literal["resolver-rule", "dhcp-options"]
    domain_name: str
    servers: Sequence[pulumi.Output[str]]
    """Addresses of the controllers."""
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Output[str]]
    """Two, in different zones, for the interfaces of an outbound endpoint."""


class NameServers(pulumi.ComponentResource):
    """A rule leaves the VPC's own resolver in its place and asks the controllers for this domain only; names in private zones that
    are longer than the domain's stay as they are. With DHCP options the controllers are asked for all names."""

    def __init__(self, name: str, args: NameServersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:NameServers", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        if args.kind == "dhcp-options":
            self._options()
        else:
            self._rule()
        self.register_outputs({})

    def _options(self) -> None:
        args = self._args
        options = aws.ec2.VpcDhcpOptions(
            self._name,
            domain_name=args.domain_name,
            domain_name_servers=list(args.servers),
            tags={"Name": self._name},
            opts=self._child,
        )
        aws.ec2.VpcDhcpOptionsAssociation(self._name, dhcp_options_id=options.id, vpc_id=args.vpc_id, opts=self._child)

    def _rule(self) -> None:
        args = self._args
        endpoint = aws.route53.ResolverEndpoint(
            self._name,
            name=self._name,
            direction="OUTBOUND",
            security_group_ids=[self._security_group()],
            ip_addresses=[{"subnet_id": subnet} for subnet in args.subnet_ids],
            tags={"Name": self._name},
            opts=self._child,
        )
        rule = aws.route53.ResolverRule(
            self._name,
            name=self._name,
            domain_name=args.domain_name,
            rule_type="FORWARD",
            resolver_endpoint_id=endpoint.id,
            target_ips=[{"ip": server} for server in args.servers],
            tags={"Name": self._name},
            opts=self._child,
        )
        aws.route53.ResolverRuleAssociation(
            self._name, name=self._name, resolver_rule_id=rule.id, vpc_id=args.vpc_id, opts=self._child
        )

    def _security_group(self) -> pulumi.Output[str]:
        group = aws.ec2.SecurityGroup(
            self._name,
            name=self._name,
            description="Questions for names of the directory",
            vpc_id=self._args.vpc_id,
            tags={"Name": self._name},
            opts=self._child,
        )
        for protocol in ("udp", "tcp"):
            for index, server in enumerate(self._args.servers):
                aws.vpc.SecurityGroupEgressRule(
                    f"{self._name}-{protocol}-{index}",
                    security_group_id=group.id,
                    ip_protocol=protocol,
                    from_port=_DNS,
                    to_port=_DNS,
                    cidr_ipv4=server.apply(lambda address: f"{address}/32"),
                    description="DNS of a controller",
                    opts=self._child,
                )
        return group.id
