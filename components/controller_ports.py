"""Who may reach the domain controllers of `samba-ad`."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.security_groups import open_outwards

_TCP = {
    "dns": 53,
    "kerberos": 88,
    "ldap": 389,
    "kpasswd": 464,
    "ldaps": 636,
    "global-catalog": 3268,
    "global-catalog-tls": 3269,
}
_UDP = {"dns": 53, "kerberos": 88, "ldap": 389, "kpasswd": 464}
"""What clients of Active Directory use (Microsoft, "Service overview and network port requirements"). Remote procedure calls and
file sharing are between the two controllers only: no member of the domain on this platform needs them."""
_RANGES = 5
"""Ranges that a VPC has at most, by AWS's default. A rule about a list counts as this many rules of its group, and AWS allows 60
(Amazon VPC quotas): these ports and five ranges fit."""


def security_group(
    name: str, vpc_id: pulumi.Input[str], vpc_cidrs: pulumi.Input[list[str]], child: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    """The controllers' group: clients come from inside the VPC, whichever of its ranges, and the controllers reach each other on
    every port."""
    group = open_outwards(name, "Domain controllers", vpc_id, child)
    aws.vpc.SecurityGroupIngressRule(
        f"{name}-peers",
        security_group_id=group,
        ip_protocol="-1",
        referenced_security_group_id=group,
        description="The other controller",
        opts=child,
    )
    clients = _clients(f"{name}-clients", vpc_cidrs, child)
    # A rule that spoke of one range is another one: with the list's beside it, the group could be over its quota.
    one_by_one = pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(delete_before_replace=True))
    for protocol, ports in (("tcp", _TCP), ("udp", _UDP)):
        for role, port in ports.items():
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-{role}-{protocol}",
                security_group_id=group,
                ip_protocol=protocol,
                from_port=port,
                to_port=port,
                prefix_list_id=clients,
                description=f"{role} over {protocol}",
                opts=one_by_one,
            )
    return group


def _clients(name: str, vpc_cidrs: pulumi.Input[list[str]], child: pulumi.ResourceOptions) -> pulumi.Output[str]:
    """The VPC's ranges. How many there are, only AWS knows: a list can take what comes, where rules would have to be counted."""
    ranges = pulumi.Output.from_input(vpc_cidrs)
    made = aws.ec2.ManagedPrefixList(
        name,
        name=name,
        address_family="IPv4",
        max_entries=ranges.apply(lambda found: max(_RANGES, len(found))),
        entries=ranges.apply(_entries),
        tags={"Name": name},
        opts=child,
    )
    return made.id


def _entries(ranges: list[str]) -> list[aws.ec2.ManagedPrefixListEntryArgsDict]:
    return [{"cidr": one, "description": "VPC"} for one in ranges]
