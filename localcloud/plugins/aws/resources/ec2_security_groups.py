"""Security groups and their rules."""

import time
from collections.abc import Iterator
from typing import ClassVar

from localcloud.plugins.aws.base import Ec2Type, first, given, picked
from localcloud.plugins.aws.client import Aws, tag_map
from localcloud.plugins.checking import Problem
from localcloud.plugins.resource import Autoname
from localcloud.plugins.values import UNKNOWN, Plain


class SecurityGroup(Ec2Type):
    token, kind = "aws:ec2/securityGroup:SecurityGroup", "security-group"
    inputs = frozenset({"name", "namePrefix", "description", "vpcId", "revokeRulesOnDelete", "tags"})
    replace, autoname = frozenset({"name", "namePrefix", "description", "vpcId"}), Autoname()

    def normalise(self, inputs: Plain) -> Plain:
        return {"description": "Managed by Pulumi", **inputs}

    def create(self, context: Aws, inputs: Plain) -> str:
        name = inputs.get("name") or f"{inputs['namePrefix']}{time.time_ns():026d}"
        arguments = given(inputs, Description="description", VpcId="vpcId")
        tags = self.tags_at_creation(context, inputs)
        return context.client("ec2").create_security_group(GroupName=name, **arguments, **tags)["GroupId"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        # EC2 lets a new group send anything anywhere; the official provider takes that rule away, so that egress is
        # what the program says. Rules of the program's own are tagged or have another description.
        for rule in _rules_of(context, resource_id):
            everything = rule["IsEgress"] and rule["IpProtocol"] == "-1" and rule.get("CidrIpv4") == "0.0.0.0/0"
            if everything and not rule.get("Tags") and not rule.get("Description"):
                self._revoke(context, resource_id, rule)

    def update(self, context: Aws, resource_id: str, old: Plain, new: Plain) -> None:
        self.retag(context, resource_id, new)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        group = first(aws.client("ec2").describe_security_groups(GroupIds=[resource_id])["SecurityGroups"])
        state = picked(group, name="GroupName", description="Description", vpcId="VpcId", ownerId="OwnerId")
        arn = aws.arn("ec2", f"security-group/{resource_id}")
        return state | {"arn": arn, "tagsAll": tag_map(group.get("Tags"))}

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        if state.get("revokeRulesOnDelete"):
            for rule in _rules_of(aws, resource_id):
                self._revoke(aws, resource_id, rule)
        aws.client("ec2").delete_security_group(GroupId=resource_id)

    def _revoke(self, aws: Aws, resource_id: str, rule: Plain) -> None:
        ec2 = aws.client("ec2")
        revoke = ec2.revoke_security_group_egress if rule["IsEgress"] else ec2.revoke_security_group_ingress
        revoke(GroupId=resource_id, SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])


class SecurityGroupRule(Ec2Type):
    """One rule in one direction; the two types of the SDK differ in nothing else."""

    kind, egress = "security-group-rule", False
    sources: ClassVar[tuple[str, ...]] = ("cidrIpv4", "cidrIpv6", "referencedSecurityGroupId", "prefixListId")
    inputs = frozenset({"securityGroupId", "ipProtocol", "fromPort", "toPort", "description", "tags", *sources})
    replace = frozenset({"securityGroupId"})

    def rules(self, inputs: Plain) -> Iterator[Problem]:
        if len(set(self.sources) & set(inputs)) != 1:
            yield Problem("cidrIpv4", f"give exactly one of {', '.join(self.sources)}")
        if inputs["ipProtocol"] == "-1":
            yield from (
                Problem(port, "not allowed with ipProtocol -1, which means all ports")
                for port in ("fromPort", "toPort")
                if inputs.get(port, -1) not in (-1, UNKNOWN)
            )
        elif inputs["ipProtocol"] is not UNKNOWN:
            yield from (
                Problem(port, f"required for ipProtocol {inputs['ipProtocol']}")
                for port in ("fromPort", "toPort")
                if port not in inputs
            )

    def create(self, context: Aws, inputs: Plain) -> str:
        ec2, source = context.client("ec2"), given(inputs, Description="description")
        permission = given(inputs, IpProtocol="ipProtocol", FromPort="fromPort", ToPort="toPort")
        for api, item, key in (
            ("IpRanges", "CidrIp", "cidrIpv4"),
            ("Ipv6Ranges", "CidrIpv6", "cidrIpv6"),
            ("UserIdGroupPairs", "GroupId", "referencedSecurityGroupId"),
            ("PrefixListIds", "PrefixListId", "prefixListId"),
        ):
            if key in inputs:
                permission[api] = [{item: inputs[key], **source}]
        authorize = ec2.authorize_security_group_egress if self.egress else ec2.authorize_security_group_ingress
        tags = self.tags_at_creation(context, inputs)
        made = authorize(GroupId=inputs["securityGroupId"], IpPermissions=[permission], **tags)
        return made["SecurityGroupRules"][0]["SecurityGroupRuleId"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        found = aws.client("ec2").describe_security_group_rules(SecurityGroupRuleIds=[resource_id])
        rule = next((r for r in found["SecurityGroupRules"] if r["SecurityGroupRuleId"] == resource_id), None)
        if rule is None or rule["IsEgress"] is not self.egress:
            return None
        state = picked(
            rule,
            securityGroupId="GroupId",
            ipProtocol="IpProtocol",
            cidrIpv4="CidrIpv4",
            cidrIpv6="CidrIpv6",
            prefixListId="PrefixListId",
            description="Description",
        )
        if rule["IpProtocol"] != "-1":
            state |= picked(rule, fromPort="FromPort", toPort="ToPort")
        return state | {
            "referencedSecurityGroupId": rule.get("ReferencedGroupInfo", {}).get("GroupId"),
            "arn": aws.arn("ec2", f"security-group-rule/{resource_id}"),
            "securityGroupRuleId": resource_id,
            "tagsAll": tag_map(rule.get("Tags")),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        if not changed:
            return
        every_port = {"fromPort": -1, "toPort": -1} if new["ipProtocol"] == "-1" else {}
        rule = given(
            {**new, **every_port},
            IpProtocol="ipProtocol",
            FromPort="fromPort",
            ToPort="toPort",
            CidrIpv4="cidrIpv4",
            CidrIpv6="cidrIpv6",
            PrefixListId="prefixListId",
            ReferencedGroupId="referencedSecurityGroupId",
            Description="description",
        )
        aws.client("ec2").modify_security_group_rules(
            GroupId=new["securityGroupId"],
            SecurityGroupRules=[{"SecurityGroupRuleId": resource_id, "SecurityGroupRule": rule}],
        )

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        ec2 = aws.client("ec2")
        revoke = ec2.revoke_security_group_egress if self.egress else ec2.revoke_security_group_ingress
        revoke(GroupId=state["securityGroupId"], SecurityGroupRuleIds=[resource_id])


class SecurityGroupIngressRule(SecurityGroupRule):
    token = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


class SecurityGroupEgressRule(SecurityGroupRule):
    token, egress = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", True


def _rules_of(aws: Aws, group: str) -> list[Plain]:
    wanted = [{"Name": "group-id", "Values": [group]}]
    pages = aws.client("ec2").get_paginator("describe_security_group_rules").paginate(Filters=wanted)
    return [rule for page in pages for rule in page["SecurityGroupRules"]]


ALL = (SecurityGroup, SecurityGroupIngressRule, SecurityGroupEgressRule)
