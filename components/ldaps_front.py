"""LDAPS in front of a directory that AWS runs: TLS ends at a network load balancer inside the VPC.

AWS's own way to LDAPS on the controllers of Managed AD is an enterprise authority of Windows (AD CS) joined to the domain.
Simple AD has none; AWS's own sample (awslabs/cloudformation-ldaps-nlb-template) puts a load balancer in front. This serves both.
Between it and the controllers a bind goes in clear text, inside the VPC, and the controllers must accept that. Both kinds do as
AWS makes them (ParallelCluster User Guide, "Create a cluster with an AD domain"); a policy of the domain that demands signing
(`Domain controller: LDAP server signing requirements`) breaks it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.certificate_authority import IssuedCertificate
from components.private_name import PrivateName, PrivateNameArgs
from planning import names

_TLS, _CLEAR = 636, 389
_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"
"""TLS 1.2 and 1.3 (Elastic Load Balancing, "Security policies for your Network Load Balancer")."""


@dataclass(frozen=True, kw_only=True)
class LdapsFrontArgs:
    fqdn: str
    """The name in the certificate."""
    certificate_arn: str | None
    """Of Certificate Manager; None imports the issued one."""
    issued: IssuedCertificate | None
    authority: pulumi.Output[str] | None
    """PEM of the authority that issued it."""
    vpc_id: pulumi.Input[str]
    subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]]]
    servers: Sequence[pulumi.Output[str]]
    """Addresses of the controllers."""
    clients: Mapping[str, pulumi.Input[str]]
    """Security groups that may connect, by role."""


class LdapsFront(pulumi.ComponentResource):
    fqdn: pulumi.Output[str]
    """Known when the endpoint is there and its name can be looked up."""

    def __init__(self, name: str, args: LdapsFrontArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:LdapsFront", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        balancer = aws.lb.LoadBalancer(
            name,
            name=names.fitting(name, 32),
            internal=True,
            load_balancer_type="network",
            subnets=args.subnet_ids,
            security_groups=[self._security_group()],
            enable_cross_zone_load_balancing=True,
            tags={"Name": name},
            # Two cannot have one name at a time; without a subnet that it had it is another one.
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(delete_before_replace=True)),
        )
        listener = self._listener(balancer)
        ready = pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(depends_on=[listener]))
        found = PrivateName(name, PrivateNameArgs(fqdn=args.fqdn, vpc_id=args.vpc_id, balancer=balancer), ready)
        self.fqdn = found.fqdn
        self.register_outputs({"fqdn": self.fqdn})

    def _listener(self, balancer: aws.lb.LoadBalancer) -> aws.lb.Listener:
        group, attached = self._targets()
        return aws.lb.Listener(
            self._name,
            load_balancer_arn=balancer.arn,
            port=_TLS,
            protocol="TLS",
            certificate_arn=self._args.certificate_arn or self._imported().arn,
            ssl_policy=_POLICY,
            default_actions=[{"type": "forward", "target_group_arn": group.arn}],
            # It never turns to a group without targets.
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(depends_on=attached)),
        )

    def _imported(self) -> aws.acm.Certificate:
        issued = self._args.issued
        assert issued
        return aws.acm.Certificate(
            self._name,
            certificate_body=issued.certificate,
            private_key=issued.private_key,
            certificate_chain=self._args.authority,
            tags={"Name": self._name},
            opts=self._child,
        )

    def _targets(self) -> tuple[aws.lb.TargetGroup, list[aws.lb.TargetGroupAttachment]]:
        group = aws.lb.TargetGroup(
            self._name,
            # In another VPC it is another one, made before the former is deleted.
            name=pulumi.Output.from_input(self._args.vpc_id).apply(lambda vpc: names.apart(self._name, 32, vpc)),
            port=_CLEAR,
            protocol="TCP",
            target_type="ip",
            vpc_id=self._args.vpc_id,
            # A controller that goes is seen within half a minute, and its connections end, so that clients look for another.
            health_check={"protocol": "TCP", "interval": 10, "healthy_threshold": 2, "unhealthy_threshold": 3},
            deregistration_delay=30,
            connection_termination=True,
            tags={"Name": self._name},
            opts=self._child,
        )
        attached = [
            aws.lb.TargetGroupAttachment(
                f"{self._name}-{index}", target_group_arn=group.arn, target_id=server, port=_CLEAR, opts=self._child
            )
            for index, server in enumerate(self._args.servers)
        ]
        return group, attached

    def _security_group(self) -> pulumi.Output[str]:
        group = aws.ec2.SecurityGroup(
            self._name,
            name=self._name,
            description="LDAPS endpoint of the directory",
            vpc_id=self._args.vpc_id,
            tags={"Name": self._name},
            opts=self._child,
        )
        for role, client in self._args.clients.items():
            aws.vpc.SecurityGroupIngressRule(
                f"{self._name}-from-{role}",
                security_group_id=group.id,
                ip_protocol="tcp",
                from_port=_TLS,
                to_port=_TLS,
                referenced_security_group_id=client,
                description=f"{role} to LDAPS",
                opts=self._child,
            )
        for index, server in enumerate(self._args.servers):
            aws.vpc.SecurityGroupEgressRule(
                f"{self._name}-to-controller-{index}",
                security_group_id=group.id,
                ip_protocol="tcp",
                from_port=_CLEAR,
                to_port=_CLEAR,
                cidr_ipv4=server.apply(lambda address: f"{address}/32"),
                description="LDAP of a controller",
                opts=self._child,
            )
        return group.id
