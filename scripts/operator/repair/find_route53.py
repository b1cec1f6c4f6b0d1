"""Private hosted zones and their records; endpoints and rules of Route 53 Resolver."""

from collections.abc import Iterator
from typing import Any

from scripts.operator.repair.finding import Finder, Wanted, pages
from scripts.operator.repair.plan import Found


def zone(wanted: Wanted) -> Iterator[Found]:
    """A VPC has no two private zones of one name. A zone has its tags only after it was made: none at all tells nothing."""
    route53, name = wanted.client("route53"), wanted.text("name").removesuffix(".") + "."
    places = {one["vpcId"] for one in wanted.inputs.get("vpcs") or []}
    for one in pages(route53, "list_hosted_zones", "HostedZones"):
        if one["Name"] != name:
            continue
        identity = one["Id"].removeprefix("/hostedzone/")
        if places & {vpc["VPCId"] for vpc in route53.get_hosted_zone(Id=identity).get("VPCs", [])}:
            found = route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=identity)
            tags = found["ResourceTagSet"]["Tags"]
            yield Found(identity, not tags or wanted.bears(tags))


def record(wanted: Wanted) -> Iterator[Found]:
    """A zone has one simple record set of a name and type."""
    route53, zone_id = wanted.client("route53"), wanted.text("zoneId")
    suffix = route53.get_hosted_zone(Id=zone_id)["HostedZone"]["Name"]
    name, kind = wanted.text("name").removesuffix("."), wanted.text("type")
    full = f"{name}." if f".{name}.".endswith(f".{suffix}") else f"{name}.{suffix}"
    for one in pages(route53, "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone_id):
        if (one["Name"], one["Type"]) == (full, kind):
            yield Found(f"{zone_id}_{name}_{kind}")


def resolver_endpoint(wanted: Wanted) -> Iterator[Found]:
    resolver = wanted.client("route53resolver")
    for one in pages(resolver, "list_resolver_endpoints", "ResolverEndpoints"):
        same = one["Direction"] == wanted.text("direction") and one.get("Name") == wanted.inputs.get("name")
        if same and one["Status"] != "DELETING" and wanted.bears(_tags(resolver, one["Arn"])):
            yield Found(one["Id"])


def resolver_rule(wanted: Wanted) -> Iterator[Found]:
    resolver, name = wanted.client("route53resolver"), wanted.text("domainName").removesuffix(".") + "."
    endpoint = wanted.text("resolverEndpointId")
    for one in pages(resolver, "list_resolver_rules", "ResolverRules"):
        if (one["DomainName"], one.get("ResolverEndpointId")) == (name, endpoint) and one["Status"] != "DELETING":
            yield Found(one["Id"], wanted.bears(_tags(resolver, one["Arn"])))


def resolver_association(wanted: Wanted) -> Iterator[Found]:
    rule, vpc = wanted.text("resolverRuleId"), wanted.text("vpcId")
    resolver = wanted.client("route53resolver")
    for one in pages(resolver, "list_resolver_rule_associations", "ResolverRuleAssociations"):
        if (one["ResolverRuleId"], one["VPCId"]) == (rule, vpc) and one["Status"] != "DELETING":
            yield Found(one["Id"])


def _tags(resolver: Any, arn: str) -> list[dict[str, str]]:
    return list(pages(resolver, "list_tags_for_resource", "Tags", ResourceArn=arn))


FINDERS: dict[str, Finder] = {
    "aws:route53/zone:Zone": zone,
    "aws:route53/record:Record": record,
    "aws:route53/resolverEndpoint:ResolverEndpoint": resolver_endpoint,
    "aws:route53/resolverRule:ResolverRule": resolver_rule,
    "aws:route53/resolverRuleAssociation:ResolverRuleAssociation": resolver_association,
}
