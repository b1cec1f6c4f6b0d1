"""Security groups and their rules, key pairs, VPC endpoints."""

import json

from tests.engine.acceptance.case import Case, Gone, Kept, No, Values
from tests.engine.acceptance.ground import REGION, Clients, allow
from tests.engine.acceptance.table.common import TAGS_CHANGED, TAGS_FIRST, ec2_tags, ec2_untag, found, listed

_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPg8p8YV0wiyXiNSyzLaTQCGxsBIQm0AW/Nvy0nBhHMZ a@b"
_OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAp8YV0wiyXiNSyzLaTQCGxsBIQm0AW/Nvy0nBhHMZ a@b"


def _group(aws: Clients, it: Kept) -> Values:
    groups = aws("ec2").describe_security_groups(GroupIds=[it.id])["SecurityGroups"]
    return {**found(groups, description="Description", vpcId="VpcId"), "tags": ec2_tags(aws, it.id)}


def _rule(aws: Clients, it: Kept) -> Values:
    rules = aws("ec2").describe_security_group_rules(SecurityGroupRuleIds=[it.id])["SecurityGroupRules"]
    seen = found(rules, securityGroupId="GroupId", ipProtocol="IpProtocol", description="Description")
    return {**seen, "tags": ec2_tags(aws, it.id)}


def _ingress(aws: Clients, it: Kept) -> Values:
    rules = aws("ec2").describe_security_group_rules(SecurityGroupRuleIds=[it.id])["SecurityGroupRules"]
    return {**_rule(aws, it), **found(rules, cidrIpv4="CidrIpv4", fromPort="FromPort", toPort="ToPort")}


def _redescribe(aws: Clients, it: Kept, **more: object) -> None:
    rule = {"IpProtocol": it.outputs["ipProtocol"], "Description": "by hand", **more}
    changed = [{"SecurityGroupRuleId": it.id, "SecurityGroupRule": rule}]
    aws("ec2").modify_security_group_rules(GroupId=it.outputs["securityGroupId"], SecurityGroupRules=changed)


def _key_pair(aws: Clients, it: Kept) -> Values:
    pairs = aws("ec2").describe_key_pairs(KeyNames=[it.id], IncludePublicKey=True)["KeyPairs"]
    return {"tags": listed(pairs[0]["Tags"])}


def _untag_key(aws: Clients, it: Kept) -> None:
    aws("ec2").delete_tags(Resources=[it.outputs["keyPairId"]], Tags=[{"Key": "purpose"}])


def _endpoint(aws: Clients, it: Kept) -> Values:
    (endpoint,) = aws("ec2").describe_vpc_endpoints(VpcEndpointIds=[it.id])["VpcEndpoints"]
    if endpoint["State"] == "deleted":
        raise Gone(it.id)
    return {
        "serviceName": endpoint["ServiceName"],
        "routeTableIds": endpoint["RouteTableIds"],
        "policy": json.dumps(json.loads(endpoint["PolicyDocument"])),
        "tags": ec2_tags(aws, it.id),
    }


CASES = [
    Case(
        token="aws:ec2/securityGroup:SecurityGroup",
        inputs=lambda g: {"vpcId": g.vpc, "description": "first", "revokeRulesOnDelete": True, **TAGS_FIRST},
        change=lambda g: {"revokeRulesOnDelete": False, **TAGS_CHANGED},
        replace=lambda g: {"description": "other"},
        look=_group,
        drift=ec2_untag,
        vanish=lambda aws, it: aws("ec2").delete_security_group(GroupId=it.id),
        import_id=lambda it: it.id,
        named="name",
        unread=frozenset({"revokeRulesOnDelete"}),
    ),
    Case(
        token="aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        inputs=lambda g: {
            "securityGroupId": g.groups[0],
            "ipProtocol": "tcp",
            "cidrIpv4": "10.0.0.0/8",
            "fromPort": 22,
            "toPort": 22,
            "description": "first",
            **TAGS_FIRST,
        },
        change=lambda g: {"description": "changed", "toPort": 23, **TAGS_CHANGED},
        replace=lambda g: {"securityGroupId": g.groups[1]},
        look=_ingress,
        drift=lambda aws, it: _redescribe(aws, it, CidrIpv4="10.0.0.0/8", FromPort=22, ToPort=24),
        vanish=lambda aws, it: aws("ec2").revoke_security_group_ingress(
            GroupId=it.outputs["securityGroupId"], SecurityGroupRuleIds=[it.id]
        ),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        inputs=lambda g: {
            "securityGroupId": g.groups[0],
            "referencedSecurityGroupId": g.groups[1],
            "ipProtocol": "-1",
            "description": "first",
            **TAGS_FIRST,
        },
        change=lambda g: {"description": "changed", **TAGS_CHANGED},
        replace=lambda g: {"securityGroupId": g.groups[1]},
        look=_rule,
        drift=lambda aws, it: _redescribe(
            aws, it, ReferencedGroupId=it.outputs["referencedSecurityGroupId"], FromPort=-1, ToPort=-1
        ),
        vanish=lambda aws, it: aws("ec2").revoke_security_group_egress(
            GroupId=it.outputs["securityGroupId"], SecurityGroupRuleIds=[it.id]
        ),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:ec2/keyPair:KeyPair",
        inputs=lambda g: {"publicKey": _KEY, **TAGS_FIRST},
        change=lambda g: TAGS_CHANGED,
        replace=lambda g: {"publicKey": _OTHER_KEY},
        look=_key_pair,
        drift=_untag_key,
        vanish=lambda aws, it: aws("ec2").delete_key_pair(KeyName=it.id),
        import_id=No("the public key cannot be read back, and is required: an import ends in a replacement"),
    ),
    Case(
        token="aws:ec2/vpcEndpoint:VpcEndpoint",
        inputs=lambda g: {
            "vpcId": g.vpc,
            "serviceName": f"com.amazonaws.{REGION}.s3",
            "routeTableIds": [g.tables[0]],
            "policy": allow("s3:GetObject"),
            **TAGS_FIRST,
        },
        change=lambda g: {"policy": allow("s3:PutObject"), "routeTableIds": [g.tables[1]], **TAGS_CHANGED},
        replace=lambda g: {"serviceName": f"com.amazonaws.{REGION}.dynamodb"},
        look=_endpoint,
        drift=lambda aws, it: aws("ec2").modify_vpc_endpoint(
            VpcEndpointId=it.id, PolicyDocument=allow("s3:ListBucket")
        ),
        vanish=lambda aws, it: aws("ec2").delete_vpc_endpoints(VpcEndpointIds=[it.id]),
        import_id=lambda it: it.id,
    ),
]
