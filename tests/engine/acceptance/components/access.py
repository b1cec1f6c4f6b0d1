"""Who reaches whom, and what nodes may read."""

from typing import Any

import pulumi

from tests.engine.acceptance.component import Component, Parts
from tests.engine.acceptance.components.common import statements, widen
from tests.engine.acceptance.ground import Clients, Ground

_KEYS = {
    name: f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP{middle}8YV0wiyXiNSyzLaTQCGxsBIQm0AW/Nvy0nBhHMZ a@b"
    for name, middle in (("first", "g8p"), ("other", "AAp"))
}


def _security_groups(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.security_groups import SecurityGroups, SecurityGroupsArgs

    return SecurityGroups(
        name,
        SecurityGroupsArgs(
            vpc_id=arguments["vpc"],
            vpc_cidrs=["10.0.0.0/16"],
            roles=frozenset(role.replace("-", "_") for role in _ROLES),
            allowed_cidrs=arguments["cidrs"],
            ssh_to_jump_host=True,
        ),
        opts,
    )


def _ssh(cidr: str) -> str:
    name = cidr.replace(".", "-").replace("/", "-")
    return f"SecurityGroupIngressRule::securitygroups-ssh-to-jump-host-{name}"


_SSH = _ssh("10.1.0.0/16")
_SOURCES = "ManagedPrefixList::securitygroups-ssh-sources"
_ROLES = ("head", "compute", "efa", "efs", "database-clients", "slurm-database", "jump-host")
_RULES = ("efa-in", "head-to-efs", "compute-to-efs", "clients-to-slurm-database")
_RANGES = ("10.3.0.0/16", "10.2.0.0/16", "10.1.0.0/16")


def _sources(aws: Clients, parts: Parts) -> dict[str, object]:
    wanted = [{"Name": "group-id", "Values": [parts["SecurityGroup::securitygroups-jump-host"].id]}]
    (group,) = aws("ec2").describe_security_groups(Filters=wanted)["SecurityGroups"]
    cidrs = [one["CidrIp"] for rule in group["IpPermissions"] for one in rule["IpRanges"]]
    return {"cidrs": sorted(cidrs), "vpc": group["VpcId"]}


def _open(aws: Clients, parts: Parts) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv4": "0.0.0.0/0", "Description": "by hand"}
    aws("ec2").modify_security_group_rules(
        GroupId=parts["SecurityGroup::securitygroups-jump-host"].id,
        SecurityGroupRules=[{"SecurityGroupRuleId": parts[_SSH].id, "SecurityGroupRule": rule}],
    )


def _revoke(aws: Clients, parts: Parts) -> None:
    group = parts["SecurityGroup::securitygroups-jump-host"].id
    aws("ec2").revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[parts[_SSH].id])


def _node_access(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.node_access import NodeAccess, NodeAccessArgs
    from settings.directory import Ssh

    ssh = Ssh.model_validate({"publicKey": _KEYS[arguments["key"]]})
    arn = pulumi.Output.from_input(f"arn:aws:s3:::{arguments['bucket']}")
    return NodeAccess(
        name, NodeAccessArgs(bucket_arn=arn, ssh=ssh, partition="aws", objects=[("other-bucket", "prepare.sh")]), opts
    )


_SCRIPTS, _PAIR = "Policy::nodeaccess-scripts", "KeyPair::nodeaccess"


def _readable(aws: Clients, parts: Parts) -> str:
    return statements(aws, parts[_SCRIPTS].id)[0]["Resource"]


ROWS = [
    Component(
        token="hpcstack:index:SecurityGroups",
        make=_security_groups,
        first=lambda g: {"vpc": g.vpc, "cidrs": ("10.1.0.0/16", "10.2.0.0/16")},
        # In another order, and one more: no rule becomes one that stands already.
        change=lambda g: {"cidrs": _RANGES},
        changed={_SOURCES: frozenset({"entries"})},
        made=frozenset({_ssh("10.3.0.0/16")}),
        replace=lambda g: {"vpc": g.other_vpc},
        replaced=frozenset(
            {
                *(f"SecurityGroup::securitygroups-{role}" for role in _ROLES),
                *(f"SecurityGroupEgressRule::securitygroups-{role}-out" for role in _ROLES),  # of efa, to itself
                *(f"SecurityGroupIngressRule::securitygroups-{rule}" for rule in _RULES),
                *map(_ssh, _RANGES),
            }
        ),
        look=_sources,
        looks=lambda a: {"cidrs": sorted(a["cidrs"]), "vpc": a["vpc"]},
        drift=_open,
        drifted=_SSH,
        vanish=_revoke,
        vanished=frozenset({_SSH}),
    ),
    Component(
        token="hpcstack:index:NodeAccess",
        make=_node_access,
        first=lambda g: {"bucket": "one", "key": "first"},
        change=lambda g: {"bucket": "two"},
        changed={_SCRIPTS: frozenset({"policy"})},
        replace=lambda g: {"key": "other"},
        replaced=frozenset({_PAIR}),
        look=_readable,
        looks=lambda a: [f"arn:aws:s3:::{a['bucket']}/scripts/*", "arn:aws:s3:::other-bucket/prepare.sh"],
        drift=lambda aws, parts: widen(aws, parts[_SCRIPTS].id),
        drifted=_SCRIPTS,
        vanish=lambda aws, parts: aws("ec2").delete_key_pair(KeyName=parts[_PAIR].id),
        vanished=frozenset({_PAIR}),
    ),
]
