"""Security groups. Rules go from group to group; an address range is let in only where the stack file says so."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from planning import security_groups as planned
from planning.cluster import NodeGroups
from settings.site_services import SiteService


@dataclass(frozen=True, kw_only=True)
class SecurityGroupsArgs:
    vpc_id: pulumi.Input[str]
    vpc_cidrs: pulumi.Input[list[str]]
    """All ranges of the VPC."""
    roles: frozenset[str]
    """Of planning.security_groups: the groups that are made."""
    allowed_cidrs: tuple[str, ...]
    """Sources of SSH from outside the VPC."""
    ssh_to_jump_host: bool
    """Whether these may reach the jump host too; Systems Manager needs no open port."""
    slurm_rest_port: int = planned.SLURM_REST
    """Of slurmrestd, for the API host."""
    api_port: int | None = None
    """Of the service on the API host."""
    api_cidrs: tuple[str, ...] = ()
    """Who may reach that port."""
    desktops: frozenset[tuple[str, int]] = frozenset()
    """Roles of nodes with remote desktops, and their ports; who may reach SSH may reach these."""
    site_services: tuple[SiteService, ...] = ()
    """What runs on the head node for the site: who reaches which port."""


_FORMER = {"compute": "nodes", "efs": "storage"}
"""State names of groups before each kind of node had one of its own."""


def open_outwards(
    name: str, description: str, vpc_id: pulumi.Input[str], child: pulumi.ResourceOptions, formerly: str | None = None
) -> pulumi.Output[str]:
    """The id of a new group that lets anything out and nobody in."""
    group = _group(name, description, vpc_id, _with_alias(child, formerly))
    aws.vpc.SecurityGroupEgressRule(
        f"{name}-out",
        security_group_id=group,
        ip_protocol="-1",
        cidr_ipv4="0.0.0.0/0",
        description="Anything out",
        opts=_with_alias(child, f"{formerly}-out" if formerly else None),
    )
    return group


def _group(name: str, description: str, vpc_id: pulumi.Input[str], opts: pulumi.ResourceOptions) -> pulumi.Output[str]:
    return aws.ec2.SecurityGroup(
        name, name=name, description=description, vpc_id=vpc_id, tags={"Name": name}, opts=opts
    ).id


def _with_alias(child: pulumi.ResourceOptions, formerly: str | None) -> pulumi.ResourceOptions:
    aliases: list[str | pulumi.Alias] = [pulumi.Alias(name=formerly)] if formerly else []
    return pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(aliases=aliases))


class SecurityGroups(pulumi.ComponentResource):
    """One group a role, where the platform has such a role; None for the others.

    `ssh_sources` is a prefix list: the VPC's ranges and what the stack file allows. ParallelCluster's own groups of the head node,
    the login nodes and their load balancer refer to it; they take one source each, and a changed list needs no cluster update.
    """

    head: pulumi.Output[str]
    compute: pulumi.Output[str]
    login: pulumi.Output[str] | None
    efa: pulumi.Output[str] | None
    efs: pulumi.Output[str] | None
    lustre: pulumi.Output[str] | None
    ontap: pulumi.Output[str] | None
    openzfs: pulumi.Output[str] | None
    database_clients: pulumi.Output[str] | None
    slurm_database: pulumi.Output[str] | None
    applications_database: pulumi.Output[str] | None
    image: pulumi.Output[str] | None
    jump_host: pulumi.Output[str] | None
    slurm_rest: pulumi.Output[str] | None
    api: pulumi.Output[str] | None
    endpoints: pulumi.Output[str] | None
    ssh_sources: pulumi.Output[str]

    def __init__(self, name: str, args: SecurityGroupsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:SecurityGroups", name, None, opts)
        self._name, self._vpc_id = name, args.vpc_id
        self._child = pulumi.ResourceOptions(parent=self)
        made = {role: self._make(role) for role in planned.ROLES if role in args.roles}
        for role in planned.ROLES:
            setattr(self, role, made.get(role))
        for rule in planned.rules(args.roles, args.slurm_rest_port):
            self._declare(rule, made)
        if self.jump_host is not None and args.ssh_to_jump_host:
            for index, cidr in enumerate(args.allowed_cidrs):
                # By the range: in another order, a rule by its place would become one that stands already. So they were named,
                # and are found by it at the first `up` since, which has to find the list as it was (docs/network.md).
                formerly = f"ssh-to-jump-host-{index}"
                self._let_in(f"ssh-to-jump-host-{_of_address(cidr)}", self.jump_host, 22, cidr, formerly)
        if self.api is not None and args.api_port:
            for cidr in dict.fromkeys(args.api_cidrs):
                self._let_in(f"clients-to-api-{_of_address(cidr)}", self.api, args.api_port, cidr)
        for service in args.site_services:
            self._let_in_to(service)
        self.ssh_sources = self._prefix_list(args.vpc_cidrs, args.allowed_cidrs)
        for role, port in sorted(args.desktops):
            self._let_in_to_desktops(role, port, made[role])
        self.register_outputs({key: getattr(self, key) for key in SecurityGroups.__annotations__})

    def of_nodes(self) -> NodeGroups:
        """As the cluster's document places them, beside those that ParallelCluster makes itself."""
        return NodeGroups(
            head=_there(self.head, self.database_clients, self.slurm_rest),
            login=_there(self.login),
            compute=_there(self.compute),
            efa=_there(self.efa),
        )

    def of_file_systems(self) -> dict[str, pulumi.Output[str]]:
        """By the kind of folder."""
        found = {kind: getattr(self, kind) for kind in planned.FILE_SYSTEMS}
        return {kind: group for kind, group in found.items() if group is not None}

    def directory_clients(self) -> dict[str, pulumi.Output[str]]:
        """Groups of the platform's machines that ask the directory, by role."""
        found = {"head": self.head, "compute": self.compute, "login": self.login, "jump-host": self.jump_host}
        return {role: group for role, group in found.items() if group is not None}

    def _make(self, role: str) -> pulumi.Output[str]:
        name = f"{self._name}-{_suffix(role)}"
        if not planned.goes_out(role):
            return _group(name, planned.ROLES[role], self._vpc_id, self._child)
        formerly = f"{self._name}-{_FORMER[role]}" if role in _FORMER else None
        return open_outwards(name, planned.ROLES[role], self._vpc_id, self._child, formerly)

    def _declare(self, rule: planned.Rule, made: dict[str, pulumi.Output[str]]) -> None:
        kind = aws.vpc.SecurityGroupEgressRule if rule.outward else aws.vpc.SecurityGroupIngressRule
        own, other = (rule.source, rule.target) if rule.outward else (rule.target, rule.source)
        kind(
            f"{self._name}-{rule.name}",
            security_group_id=made[own],
            ip_protocol=rule.protocol,
            from_port=rule.first,
            to_port=rule.last,
            referenced_security_group_id=made[other],
            description=rule.name,
            opts=self._child,
        )

    def _let_in(self, name: str, group: pulumi.Output[str], port: int, cidr: str, formerly: str | None = None) -> None:
        aws.vpc.SecurityGroupIngressRule(
            f"{self._name}-{name}",
            security_group_id=group,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            cidr_ipv4=cidr,
            description=name,
            opts=_with_alias(self._child, f"{self._name}-{formerly}" if formerly else None),
        )

    def _let_in_to_desktops(self, role: str, port: int, group: pulumi.Output[str]) -> None:
        """ParallelCluster's own rule for DCV takes one range and no list."""
        aws.vpc.SecurityGroupIngressRule(
            f"{self._name}-desktops-of-{role}-{port}",
            security_group_id=group,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            prefix_list_id=self.ssh_sources,
            description=f"DCV of {role} nodes",
            opts=self._child,
        )

    def _let_in_to(self, service: SiteService) -> None:
        for source in dict.fromkeys(service.sources):
            of_group = source.startswith("sg-")
            # By what AWS tells rules apart: a service that is renamed keeps its rules.
            name = f"site-{service.port}-{_of_address(source)}"
            aws.vpc.SecurityGroupIngressRule(
                f"{self._name}-{name}",
                security_group_id=self.head,
                ip_protocol="tcp",
                from_port=service.port,
                to_port=service.port,
                referenced_security_group_id=source if of_group else None,
                cidr_ipv4=None if of_group else source,
                description=f"site service {service.name}",
                opts=self._child,
            )

    def _prefix_list(self, vpc_cidrs: pulumi.Input[list[str]], allowed_cidrs: tuple[str, ...]) -> pulumi.Output[str]:
        name = f"{self._name}-ssh-sources"
        entries = pulumi.Output.from_input(vpc_cidrs).apply(lambda own: _entries(own, allowed_cidrs))
        made = aws.ec2.ManagedPrefixList(
            name,
            name=name,
            address_family="IPv4",
            max_entries=entries.apply(lambda found: planned.size_of_list(len(found))),
            entries=entries,
            tags={"Name": name},
            opts=self._child,
        )
        return made.id


def _there(*groups: pulumi.Output[str] | None) -> list[pulumi.Output[str]]:
    return [group for group in groups if group is not None]


def _of_address(source: str) -> str:
    return source.replace(".", "-").replace("/", "-")


def _suffix(role: str) -> str:
    return role.replace("_", "-")


def _entries(vpc_cidrs: list[str], allowed_cidrs: tuple[str, ...]) -> list[aws.ec2.ManagedPrefixListEntryArgsDict]:
    """Each range once (AWS takes none twice)."""
    said = {**dict.fromkeys(allowed_cidrs, "network.allowedCidrs"), **dict.fromkeys(vpc_cidrs, "VPC")}
    return [{"cidr": cidr, "description": text} for cidr, text in said.items()]
