"""Ingress rules that a stack made go before the security groups they name.

Adds `SecurityGroupIngress.delete`, which moto's model lacks. Without it the groups of the head node, the login nodes and
the compute nodes name each other for ever, and none of them can be deleted.
"""

from typing import Any

from moto.ec2.models.security_groups import SecurityGroupIngress


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


def install() -> None:
    SecurityGroupIngress.delete = _delete
