"""Security groups. Rules go from group to group; an address range is let in only where the stack file says so."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True)
class SecurityGroupsArgs:
    vpc_id: pulumi.Input[str]
    vpc_cidr: pulumi.Input[str]
    allowed_cidrs: tuple[str, ...]
    """Sources of SSH from outside the VPC."""
    ssh_to_jump_host: bool
    """Whether these may reach the jump host too; Systems Manager needs no open port."""


_ENTRIES = 20


def open_outwards(
    name: str, description: str, vpc_id: pulumi.Input[str], child: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    """The id of a new group that lets anything out and nobody in."""
    group = aws.ec2.SecurityGroup(
        name, name=name, description=description, vpc_id=vpc_id, tags={"Name": name}, opts=child
    )
    aws.vpc.SecurityGroupEgressRule(
        f"{name}-out",
        security_group_id=group.id,
        ip_protocol="-1",
        cidr_ipv4="0.0.0.0/0",
        description="Anything out",
        opts=child,
    )
    return group.id


class SecurityGroups(pulumi.ComponentResource):
    """One group a role. `nodes` is on all nodes of the cluster, `database_clients` on the head node.

    `ssh_sources` is a prefix list: the VPC's range and what the stack file allows. ParallelCluster's own groups of the head node,
    the login nodes and their load balancer refer to it; they take one source each, and a changed list needs no cluster update.
    """

    nodes: pulumi.Output[str]
    database_clients: pulumi.Output[str]
    slurm_database: pulumi.Output[str]
    applications_database: pulumi.Output[str]
    storage: pulumi.Output[str]
    jump_host: pulumi.Output[str]
    ssh_sources: pulumi.Output[str]

    def __init__(self, name: str, args: SecurityGroupsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:SecurityGroups", name, None, opts)
        self._name, self._vpc_id = name, args.vpc_id
        self._child = pulumi.ResourceOptions(parent=self)
        self.nodes = self._group("nodes", "All nodes of the cluster")
        self.database_clients = self._group("database-clients", "May reach the Slurm accounting database")
        self.slurm_database = self._group("slurm-database", "MySQL of Slurm accounting")
        self.applications_database = self._group("applications-database", "PostgreSQL of applications")
        self.storage = self._group("storage", "Mount targets of shared file systems")
        self.jump_host = self._group("jump-host", "Host of the directory tool")
        self._allow("nodes-to-storage", self.storage, 2049, source=self.nodes)
        self._allow("clients-to-slurm-database", self.slurm_database, 3306, source=self.database_clients)
        self._allow("nodes-to-applications-database", self.applications_database, 5432, source=self.nodes)
        for index, cidr in enumerate(args.allowed_cidrs if args.ssh_to_jump_host else ()):
            self._allow(f"ssh-to-jump-host-{index}", self.jump_host, 22, cidr=cidr)
        self.ssh_sources = self._prefix_list(args.vpc_cidr, args.allowed_cidrs)
        self.register_outputs({key: getattr(self, key) for key in SecurityGroups.__annotations__})

    def _group(self, role: str, description: str) -> pulumi.Output[str]:
        return open_outwards(f"{self._name}-{role}", description, self._vpc_id, self._child)

    def _prefix_list(self, vpc_cidr: pulumi.Input[str], allowed_cidrs: tuple[str, ...]) -> pulumi.Output[str]:
        name = f"{self._name}-ssh-sources"
        entries = pulumi.Output.from_input(vpc_cidr).apply(lambda own: _entries(own, allowed_cidrs))
        made = aws.ec2.ManagedPrefixList(
            name,
            name=name,
            address_family="IPv4",
            # A rule about the list counts as this many rules of its group; AWS allows 60 (Amazon VPC quotas).
            max_entries=max(_ENTRIES, 1 + len(allowed_cidrs)),
            entries=entries,
            tags={"Name": name},
            opts=self._child,
        )
        return made.id

    def _allow(
        self,
        role: str,
        group: pulumi.Input[str],
        port: int,
        source: pulumi.Input[str] | None = None,
        cidr: str | None = None,
    ) -> None:
        aws.vpc.SecurityGroupIngressRule(
            f"{self._name}-{role}",
            security_group_id=group,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            referenced_security_group_id=source,
            cidr_ipv4=cidr,
            description=role,
            opts=self._child,
        )


def _entries(vpc_cidr: str, allowed_cidrs: tuple[str, ...]) -> list[aws.ec2.ManagedPrefixListEntryArgsDict]:
    """Each range once (AWS takes none twice)."""
    allowed = dict.fromkeys(allowed_cidrs, "network.allowedCidrs")
    return [{"cidr": cidr, "description": said} for cidr, said in {**allowed, vpc_cidr: "VPC"}.items()]
