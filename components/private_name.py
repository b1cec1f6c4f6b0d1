"""A name that only the machines of one VPC can look up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class PrivateNameArgs:
    fqdn: str
    vpc_id: pulumi.Input[str]
    addresses: Sequence[pulumi.Input[str]] = ()
    """Where it leads to, unless there is a load balancer."""
    balancer: aws.lb.LoadBalancer | None = None


class PrivateName(pulumi.ComponentResource):
    """A private zone of just this name, so that all other names of its domain are looked up as before."""

    fqdn: pulumi.Output[str]
    """Known when the name can be looked up."""

    def __init__(self, name: str, args: PrivateNameArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:PrivateName", name, None, opts)
        child, balancer = pulumi.ResourceOptions(parent=self), args.balancer
        zone = aws.route53.Zone(
            name, name=args.fqdn, comment=f"Only {args.fqdn}", vpcs=[{"vpc_id": args.vpc_id}], opts=child
        )
        record = aws.route53.Record(
            name,
            zone_id=zone.zone_id,
            name=args.fqdn,
            type="A",
            ttl=None if balancer else _SECONDS,
            records=None if balancer else list(args.addresses),
            # A zone's own name takes no CNAME (Route 53 Developer Guide), hence the alias.
            aliases=[{"name": balancer.dns_name, "zone_id": balancer.zone_id, "evaluate_target_health": False}]
            if balancer
            else None,
            opts=child,
        )
        self.fqdn = record.fqdn
        self.register_outputs({"fqdn": self.fqdn})
