"""Security groups and their rules."""

import time

from botocore.exceptions import ClientError

from localcloud.plugins.aws.base import Ec2Type, first, given, picked
from localcloud.plugins.aws.client import Aws, is_absent, tag_map
from localcloud.plugins.aws.naming import names
from localcloud.plugins.resource import Autoname
from localcloud.plugins.rules import APPLY, Cidr, ExactlyOne, Length, Matches, Needed, Refused, Within
from localcloud.plugins.values import Plain

ALLOWED = r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]*"
ALLOWED_SAYS = "consist of letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*"
SOURCES = ("cidrIpv4", "cidrIpv6", "referencedSecurityGroupId", "prefixListId")
PORTS = ("fromPort", "toPort")
WITH_PORTS = ("tcp", "udp", "icmp", "icmpv6", "6", "17", "1", "58")
"""Protocols that have ports, or types and codes."""


class SecurityGroup(Ec2Type):
    busy, patience = frozenset({"DependencyViolation", "InvalidGroup.InUse"}), 900
    token, kind = "aws:ec2/securityGroup:SecurityGroup", "security-group"
    inputs = frozenset({"name", "namePrefix", "description", "vpcId", "revokeRulesOnDelete", "tags"})
    replace, autoname = frozenset({"name", "namePrefix", "description", "vpcId"}), Autoname()
    rules = (
        *names(255, r"(?!sg-).+", "not begin with sg-"),
        Matches("name", ALLOWED, ALLOWED_SAYS, stage=APPLY),
        Length("description", 0, 255),
        Length("description", 1, 255, stage=APPLY),
        Matches("description", ALLOWED, ALLOWED_SAYS, stage=APPLY),
    )

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
        try:
            revoke(GroupId=resource_id, SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])
        except ClientError as error:
            # Gone is what was asked for; so it is when an earlier try was done and its answer lost.
            if not is_absent(error):
                raise


class SecurityGroupRule(Ec2Type):
    """One rule in one direction; the two types of the SDK differ in nothing else."""

    kind, egress = "security-group-rule", False
    inputs = frozenset({"securityGroupId", "ipProtocol", "fromPort", "toPort", "description", "tags", *SOURCES})
    replace = frozenset({"securityGroupId"})
    rules = (
        ExactlyOne(SOURCES),
        Cidr("cidrIpv4"),
        Cidr("cidrIpv6", version=6),
        *(Within(port, -1, 65535) for port in PORTS),
        *(Needed(port, when="ipProtocol", has=WITH_PORTS, stage=APPLY) for port in PORTS),
        *(Refused(port, (-1,), when="ipProtocol", has=("-1",), stage=APPLY) for port in PORTS),
        Length("description", 0, 255, stage=APPLY),
        Matches("description", ALLOWED, ALLOWED_SAYS, stage=APPLY),
    )

    def replaces(self, key: str, old: Plain, new: Plain) -> bool:
        # EC2 changes a source in place, but not its kind.
        return super().replaces(key, old, new) or (key in SOURCES and (key in old) is not (key in new))

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
