"""Route 53 Resolver: outbound endpoints, and rules that forward a domain's names to other name servers."""

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from localcloud.plugins.aws.base import AwsType, given, picked
from localcloud.plugins.aws.client import Aws, tag_list, tag_map
from localcloud.plugins.resource import PluginError, wait_until
from localcloud.plugins.rules import Items, Length, Needed, OneOf
from localcloud.plugins.values import Plain, has_unknown

_NAME = Length("name", 0, 64)
_PORT = 53


class ResolverType(AwsType):
    """A type whose id the service makes, with an ARN that bears its tags."""

    busy = AwsType.busy | {"ResourceInUseException", "InvalidRequestException"}
    ready: ClassVar[str]

    def describe(self, aws: Aws, resource_id: str) -> Plain:
        """What the service tells of it, with its `Status`."""
        raise PluginError(f"{self.token} cannot be described")

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        def done() -> bool:
            found = self.describe(context, resource_id)
            if found["Status"] == "FAILED":
                raise PluginError(f"{resource_id} has failed: {found.get('StatusMessage', '')}")
            return found["Status"] == self.ready

        wait_until(done, f"{resource_id} is {self.ready}", context.stopping)

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        resolver = aws.client("route53resolver")
        if drop:
            resolver.untag_resource(ResourceArn=state["arn"], TagKeys=drop)
        if add:
            resolver.tag_resource(ResourceArn=state["arn"], Tags=tag_list(add))

    def tags_at_creation(self, aws: Aws, inputs: Plain) -> dict[str, Any]:
        tags = aws.all_tags(inputs.get("tags"))
        return {"Tags": tag_list(tags)} if tags else {}

    def live_tags(self, aws: Aws, arn: str) -> dict[str, str]:
        return tag_map(aws.client("route53resolver").list_tags_for_resource(ResourceArn=arn).get("Tags"))


def _same_items(key: Callable[[Any], Any], old: Any, new: Any) -> bool | None:
    """Whether two lists hold the same, in any order; None if that cannot be said."""
    if isinstance(old, list) and isinstance(new, list) and not has_unknown([old, new]):
        return sorted(map(key, old)) == sorted(map(key, new))
    return None


class ResolverEndpoint(ResolverType):
    token, ready = "aws:route53/resolverEndpoint:ResolverEndpoint", "OPERATIONAL"
    inputs = frozenset({"name", "direction", "ipAddresses", "securityGroupIds", "tags"})
    replace, unordered = frozenset({"direction", "securityGroupIds"}), frozenset({"securityGroupIds"})
    rules = (
        _NAME,
        OneOf("direction", ("OUTBOUND",), ours="the stand-in makes no endpoints for questions from outside"),
        Items("ipAddresses", 2, 10),
        Items("securityGroupIds", 1, 64),
    )

    def same(self, key: str, old: Any, new: Any) -> bool:
        found = _same_items(_subnet, old, new) if key == "ipAddresses" else None
        return super().same(key, old, new) if found is None else found

    def create(self, context: Aws, inputs: Plain) -> str:
        made = context.client("route53resolver").create_resolver_endpoint(
            CreatorRequestId=str(uuid.uuid4()),
            IpAddresses=[given(one, SubnetId="subnetId", Ip="ip") for one in inputs["ipAddresses"]],
            **given(inputs, Name="name", Direction="direction", SecurityGroupIds="securityGroupIds"),
            **self.tags_at_creation(context, inputs),
        )
        return made["ResolverEndpoint"]["Id"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        found = self.describe(aws, resource_id)
        listed = aws.client("route53resolver").list_resolver_endpoint_ip_addresses(ResolverEndpointId=resource_id)
        state = picked(
            found,
            arn="Arn",
            name="Name",
            direction="Direction",
            hostVpcId="HostVPCId",
            securityGroupIds="SecurityGroupIds",
        )
        addresses = [picked(one, subnetId="SubnetId", ip="Ip", ipId="IpId") for one in listed["IpAddresses"]]
        return state | {
            "ipAddresses": sorted(addresses, key=_subnet),
            "tagsAll": self.live_tags(aws, state["arn"]),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        if "ipAddresses" in changed:
            raise PluginError("the stand-in cannot move a resolver endpoint; give the resource another name")
        if "name" in changed:
            aws.client("route53resolver").update_resolver_endpoint(
                ResolverEndpointId=resource_id, Name=new.get("name", "")
            )

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("route53resolver").delete_resolver_endpoint(ResolverEndpointId=resource_id)

    def describe(self, aws: Aws, resource_id: str) -> Plain:
        return aws.client("route53resolver").get_resolver_endpoint(ResolverEndpointId=resource_id)["ResolverEndpoint"]


class ResolverRule(ResolverType):
    token, ready = "aws:route53/resolverRule:ResolverRule", "COMPLETE"
    inputs = frozenset({"name", "domainName", "ruleType", "resolverEndpointId", "targetIps", "tags"})
    replace = frozenset({"domainName", "ruleType"})
    rules = (
        _NAME,
        Length("domainName", 1, 256),
        OneOf("ruleType", ("FORWARD",), ours="the stand-in makes rules that forward"),
        Needed("resolverEndpointId", ours="a rule that forwards has one"),
        Needed("targetIps", ours="a rule that forwards has some"),
    )

    def normalise(self, inputs: Plain) -> Plain:
        name = inputs.get("domainName")
        return {**inputs, "domainName": name.removesuffix(".")} if isinstance(name, str) else inputs

    def same(self, key: str, old: Any, new: Any) -> bool:
        found = _same_items(_target, old, new) if key == "targetIps" else None
        return super().same(key, old, new) if found is None else found

    def create(self, context: Aws, inputs: Plain) -> str:
        made = context.client("route53resolver").create_resolver_rule(
            CreatorRequestId=str(uuid.uuid4()),
            **given(inputs, DomainName="domainName", RuleType="ruleType"),
            **_config(inputs),
            **self.tags_at_creation(context, inputs),
        )
        return made["ResolverRule"]["Id"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        found = self.describe(aws, resource_id)
        state = picked(
            found,
            arn="Arn",
            name="Name",
            ruleType="RuleType",
            resolverEndpointId="ResolverEndpointId",
            ownerId="OwnerId",
            shareStatus="ShareStatus",
        )
        targets = [picked(one, ip="Ip", port="Port") for one in found.get("TargetIps", [])]
        return state | {
            "domainName": found["DomainName"].removesuffix("."),
            "targetIps": targets,
            "tagsAll": self.live_tags(aws, state["arn"]),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        if changed:
            aws.client("route53resolver").update_resolver_rule(ResolverRuleId=resource_id, Config=_config(new))

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("route53resolver").delete_resolver_rule(ResolverRuleId=resource_id)

    def describe(self, aws: Aws, resource_id: str) -> Plain:
        return aws.client("route53resolver").get_resolver_rule(ResolverRuleId=resource_id)["ResolverRule"]


class ResolverRuleAssociation(AwsType):
    token = "aws:route53/resolverRuleAssociation:ResolverRuleAssociation"
    inputs = frozenset({"name", "resolverRuleId", "vpcId"})
    replace = inputs
    rules = (_NAME,)

    def create(self, context: Aws, inputs: Plain) -> str:
        arguments = given(inputs, Name="name", ResolverRuleId="resolverRuleId", VPCId="vpcId")
        made = context.client("route53resolver").associate_resolver_rule(**arguments)
        return made["ResolverRuleAssociation"]["Id"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        resolver = aws.client("route53resolver")
        found = resolver.get_resolver_rule_association(ResolverRuleAssociationId=resource_id)
        return picked(found["ResolverRuleAssociation"], name="Name", resolverRuleId="ResolverRuleId", vpcId="VPCId")

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("route53resolver").disassociate_resolver_rule(
            ResolverRuleId=state["resolverRuleId"], VPCId=state["vpcId"]
        )


def _config(inputs: Plain) -> dict[str, Any]:
    targets = [{"Ip": one["ip"], "Port": int(one.get("port", _PORT))} for one in inputs["targetIps"]]
    return {**given(inputs, Name="name", ResolverEndpointId="resolverEndpointId"), "TargetIps": targets}


def _subnet(address: Plain) -> str:
    return str(address["subnetId"])


def _target(target: Plain) -> tuple[str, int]:
    return str(target.get("ip")), int(target.get("port", _PORT))


ALL = (ResolverEndpoint, ResolverRule, ResolverRuleAssociation)
