"""Who may reach the domain controllers of `samba-ad`."""

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


def security_group(
    name: str, vpc_id: pulumi.Input[str], vpc_cidr: pulumi.Input[str], child: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    """The controllers' group: clients come from inside the VPC, and the controllers reach each other on every port."""
    group = open_outwards(name, "Domain controllers", vpc_id, child)
    aws.vpc.SecurityGroupIngressRule(
        f"{name}-peers",
        security_group_id=group,
        ip_protocol="-1",
        referenced_security_group_id=group,
        description="The other controller",
        opts=child,
    )
    for protocol, ports in (("tcp", _TCP), ("udp", _UDP)):
        for role, port in ports.items():
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-{role}-{protocol}",
                security_group_id=group,
                ip_protocol=protocol,
                from_port=port,
                to_port=port,
                cidr_ipv4=vpc_cidr,
                description=f"{role} over {protocol}",
                opts=child,
            )
    return group
