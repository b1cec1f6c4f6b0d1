"""Ingress rules of stacks: they may name a prefix list, and they go before the security groups they name.

Adds `SecurityGroupIngress.delete`, which moto's model lacks. Without it the groups of the head node, the login nodes and
the compute nodes name each other for ever, and none of them can be deleted. Wraps `SecurityGroup.create_from_cloudformation_json`:
without it a rule of a template about a prefix list is dropped.
"""

from typing import Any

from moto.ec2.models import ec2_backends
from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupIngress


def _matches(rule: Any, properties: dict[str, Any]) -> bool:
    """Whether `rule` is the one of a template's `properties`, which may write numbers as text and ports of all protocols."""
    protocol = str(properties["IpProtocol"])
    ports = [properties.get(key) for key in ("FromPort", "ToPort")]
    return (
        (rule.source_group or {}).get("GroupId") == properties.get("SourceSecurityGroupId")
        and (rule.ip_range or {}).get("CidrIp") == properties.get("CidrIp")
        and str(rule.ip_protocol) == protocol
        and (protocol == "-1" or [str(rule.from_port), str(rule.to_port)] == [str(port) for port in ports])
    )


def _delete(self: Any, _account_id: str, _region_name: str) -> None:
    group = self.security_group
    group.ingress_rules[:] = [rule for rule in group.ingress_rules if not _matches(rule, self.properties)]


def _add_rules_of_prefix_lists(group: Any, template: dict[str, Any], account_id: str, region_name: str) -> None:
    for rule in template["Properties"].get("SecurityGroupIngress", []):
        if prefix_list := rule.get("SourcePrefixListId"):
            ec2_backends[account_id][region_name].authorize_security_group_ingress(
                group_name_or_id=group.id,
                ip_protocol=rule["IpProtocol"],
                from_port=rule["FromPort"],
                to_port=rule["ToPort"],
                ip_ranges=[],
                prefix_list_ids=[{"PrefixListId": prefix_list}],
            )


def install() -> None:
    SecurityGroupIngress.delete = _delete
    create = SecurityGroup.create_from_cloudformation_json

    def create_with_all_rules(name: str, template: Any, account_id: str, region_name: str, **others: Any) -> Any:
        group = create(name, template, account_id, region_name, **others)
        _add_rules_of_prefix_lists(group, template, account_id, region_name)
        return group

    SecurityGroup.create_from_cloudformation_json = staticmethod(create_with_all_rules)
