"""Rules of security groups: descriptions and changes of rules about groups, prefix lists and IPv6.

Replaces `SecurityGroupRule.description` and wraps `modify_security_group_rules` of EC2's backend. Without it: a rule about another
group has no description, so that every refresh finds a difference; a change of its group or of an IPv6 range is answered with
success and not made; its new description turns up as an address range.
"""

from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.security_groups import SecurityGroupRule


def _description(rule: Any) -> str | None:
    given = rule.ip_range.get("Description") or rule.source_group.get("Description")
    return given or getattr(rule, "changed_description", None)


def _change(rule: Any, wanted: dict[str, Any]) -> None:
    """Bring the rule's other end and description to what is wanted; ports and protocol are already."""
    description = wanted.get("Description") or ""
    if group_id := wanted.get("ReferencedGroupId"):
        owner = rule.ec2_backend.account_id
        rule.ip_range, rule.prefix_list_id = {}, None
        rule.source_group = {"GroupId": group_id, "OwnerId": owner, "UserId": owner, "Description": description}
    elif prefix_list_id := wanted.get("PrefixListId"):
        rule.ip_range, rule.source_group, rule.prefix_list_id = {}, {}, prefix_list_id
        rule.changed_description = description
    else:
        key = "CidrIp" if wanted.get("CidrIpv4") else "CidrIpv6"
        rule.ip_range = {key: wanted.get("CidrIpv4") or wanted["CidrIpv6"], "Description": description}


def install() -> None:
    modify = EC2Backend.modify_security_group_rules

    def modify_whole_rules(self: Any, group_id: str, rules: dict[str, dict[str, Any]]) -> None:
        modify(self, group_id, rules)
        group = self.get_security_group_by_name_or_id(group_id)
        for rule_id, wanted in rules.items():
            _change(group.get_rule(rule_id), wanted)

    SecurityGroupRule.description = property(_description)
    EC2Backend.modify_security_group_rules = modify_whole_rules
