"""Security groups and their rules, key pairs, VPC endpoints."""

import time
from collections.abc import Iterator
from typing import Any, ClassVar

from localcloud.plugins.aws.base import Ec2Type, first, given, picked
from localcloud.plugins.aws.client import Aws, tag_map
from localcloud.plugins.resource import Autoname, wait_until
from localcloud.plugins.schema import Problem
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


class KeyPair(Ec2Type):
    token, kind = "aws:ec2/keyPair:KeyPair", "key-pair"
    inputs, replace = frozenset({"keyName", "publicKey", "tags"}), frozenset({"keyName", "publicKey"})
    autoname = Autoname("keyName", ("keyNamePrefix",))

    def same(self, key: str, old: Any, new: Any) -> bool:
        # The comment of a public key and white space at its end mean nothing to EC2.
        if key == "publicKey" and isinstance(old, str) and isinstance(new, str):
            return old.split()[:2] == new.split()[:2]
        return super().same(key, old, new)

    def create(self, context: Aws, inputs: Plain) -> str:
        key, tags = inputs["publicKey"].encode(), self.tags_at_creation(context, inputs)
        context.client("ec2").import_key_pair(KeyName=inputs["keyName"], PublicKeyMaterial=key, **tags)
        return inputs["keyName"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        pair = first(aws.client("ec2").describe_key_pairs(KeyNames=[resource_id])["KeyPairs"])
        state = picked(pair, keyName="KeyName", keyPairId="KeyPairId", fingerprint="KeyFingerprint", keyType="KeyType")
        arn = aws.arn("ec2", f"key-pair/{resource_id}")
        return state | {"arn": arn, "tagsAll": tag_map(pair.get("Tags"))}

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        super().tag(aws, state["keyPairId"], state, add, drop)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("ec2").delete_key_pair(KeyName=resource_id)


class VpcEndpoint(Ec2Type):
    token, kind, documents = "aws:ec2/vpcEndpoint:VpcEndpoint", "vpc-endpoint", frozenset({"policy"})
    lists: ClassVar[dict[str, str]] = {
        "routeTableIds": "RouteTableIds",
        "subnetIds": "SubnetIds",
        "securityGroupIds": "SecurityGroupIds",
    }
    unordered = frozenset(lists)
    inputs = frozenset({"vpcId", "serviceName", "vpcEndpointType", "privateDnsEnabled", "policy", "tags", *lists})
    replace = frozenset({"vpcId", "serviceName", "vpcEndpointType"})

    def normalise(self, inputs: Plain) -> Plain:
        return {"vpcEndpointType": "Gateway", **super().normalise(inputs)}

    def rules(self, inputs: Plain) -> Iterator[Problem]:
        kind = inputs["vpcEndpointType"]
        if "serviceName" not in inputs:
            yield Problem("serviceName", "required: the stand-in makes endpoints of services only")
        if kind not in ("Gateway", "Interface", UNKNOWN):
            yield Problem("vpcEndpointType", f"the local cloud's stand-in does not implement {kind}")
        wrong = {"Gateway": ("subnetIds", "securityGroupIds", "privateDnsEnabled"), "Interface": ("routeTableIds",)}
        for key in wrong.get(kind, ()) if isinstance(kind, str) else ():
            if inputs.get(key):
                yield Problem(key, f"not allowed for an endpoint of type {kind}")

    def create(self, context: Aws, inputs: Plain) -> str:
        arguments = given(
            inputs,
            VpcId="vpcId",
            ServiceName="serviceName",
            VpcEndpointType="vpcEndpointType",
            PolicyDocument="policy",
            **{api: key for key, api in self.lists.items()},
        )
        if inputs["vpcEndpointType"] == "Interface":
            arguments["PrivateDnsEnabled"] = inputs.get("privateDnsEnabled", False)
        made = context.client("ec2").create_vpc_endpoint(**arguments, **self.tags_at_creation(context, inputs))
        return made["VpcEndpoint"]["VpcEndpointId"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        def available() -> bool:
            return (self.fetch(context, resource_id, inputs) or {}).get("state") == "available"

        wait_until(available, f"VPC endpoint {resource_id} is available", context.stopping)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        endpoint = first(aws.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[resource_id])["VpcEndpoints"])
        if endpoint["State"].lower() in ("deleted", "failed", "rejected"):
            return None
        state = picked(
            endpoint,
            vpcId="VpcId",
            serviceName="ServiceName",
            vpcEndpointType="VpcEndpointType",
            privateDnsEnabled="PrivateDnsEnabled",
            policy="PolicyDocument",
            routeTableIds="RouteTableIds",
            subnetIds="SubnetIds",
            networkInterfaceIds="NetworkInterfaceIds",
            ownerId="OwnerId",
        )
        groups = [group["GroupId"] for group in endpoint.get("Groups", [])]
        entries = [picked(e, dnsName="DnsName", hostedZoneId="HostedZoneId") for e in endpoint.get("DnsEntries", [])]
        # An emulator may not tell the groups; what was asked for then stands.
        return state | {
            "arn": aws.arn("ec2", f"vpc-endpoint/{resource_id}"),
            "state": endpoint["State"].lower(),
            "dnsEntries": entries,
            **({"securityGroupIds": groups} if groups else {}),
            "tagsAll": tag_map(endpoint.get("Tags")),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        live = self.fetch(aws, resource_id, new) or {}
        arguments = given({k: v for k, v in new.items() if k in changed}, PrivateDnsEnabled="privateDnsEnabled")
        for key, api in self.lists.items():
            if key in changed:
                wanted, had = set(new.get(key, [])), set(live.get(key) or [])
                parts = {f"Add{api}": sorted(wanted - had), f"Remove{api}": sorted(had - wanted)}
                arguments |= {name: ids for name, ids in parts.items() if ids}
        if "policy" in changed:
            arguments |= {"PolicyDocument": new["policy"]} if "policy" in new else {"ResetPolicy": True}
        if arguments:
            aws.client("ec2").modify_vpc_endpoint(VpcEndpointId=resource_id, **arguments)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[resource_id])


def _rules_of(aws: Aws, group: str) -> list[Plain]:
    wanted = [{"Name": "group-id", "Values": [group]}]
    pages = aws.client("ec2").get_paginator("describe_security_group_rules").paginate(Filters=wanted)
    return [rule for page in pages for rule in page["SecurityGroupRules"]]


ALL = (SecurityGroup, SecurityGroupIngressRule, SecurityGroupEgressRule, KeyPair, VpcEndpoint)
