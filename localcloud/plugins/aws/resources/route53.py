"""Private hosted zones and their records."""

import uuid
from typing import Any

from localcloud.plugins.aws.base import AwsType, given, picked
from localcloud.plugins.aws.client import Aws, tag_list, tag_map
from localcloud.plugins.resource import PluginError
from localcloud.plugins.rules import APPLY, ExactlyOne, Items, Length, Needed, OneOf, Refused, Within
from localcloud.plugins.values import Plain, has_unknown

TYPES = ("A", "AAAA", "CNAME", "SRV")
_OWN = ("NS", "SOA")
"""Records that Route 53 makes itself at a zone's own name."""


class Zone(AwsType):
    token = "aws:route53/zone:Zone"
    inputs = frozenset({"name", "comment", "forceDestroy", "tags", "vpcs"})
    replace = frozenset({"name"})
    rules = (
        Needed("name", ours="the stand-in makes up no name for a zone"),
        Length("name", 1, 1024),
        Length("comment", 0, 256),
        Needed("vpcs", ours="the local cloud has private zones only"),
        Items("vpcs", 1, 300),
    )

    def normalise(self, inputs: Plain) -> Plain:
        named = {"name": inputs["name"].removesuffix(".")} if isinstance(inputs.get("name"), str) else {}
        return {**inputs, **named}

    def same(self, key: str, old: Any, new: Any) -> bool:
        if key == "vpcs" and isinstance(old, list) and isinstance(new, list) and not has_unknown([old, new]):
            return {one["vpcId"] for one in old} == {one["vpcId"] for one in new}
        return super().same(key, old, new)

    def create(self, context: Aws, inputs: Plain) -> str:
        # The others are associated afterwards, as by the official plugin.
        made = context.client("route53").create_hosted_zone(
            Name=inputs["name"],
            CallerReference=str(uuid.uuid4()),
            HostedZoneConfig={"Comment": inputs.get("comment", ""), "PrivateZone": True},
            VPC=_vpc(context, inputs["vpcs"][0]),
        )
        return made["HostedZone"]["Id"].removeprefix("/hostedzone/")

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        self.retag(context, resource_id, inputs)
        self._associate(context, resource_id, inputs)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        route53 = aws.client("route53")
        found = route53.get_hosted_zone(Id=resource_id)
        zone, tags = (
            found["HostedZone"],
            route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=resource_id),
        )
        names = [one.removesuffix(".") for one in _values(_at(aws, resource_id, zone["Name"], "NS") or {})]
        return {
            "arn": f"arn:{aws.partition}:route53:::hostedzone/{resource_id}",
            "zoneId": resource_id,
            "name": zone["Name"].removesuffix("."),
            "comment": zone["Config"].get("Comment", ""),
            "forceDestroy": bool(inputs.get("forceDestroy")),
            "nameServers": sorted(names),
            "primaryNameServer": names[0],
            "vpcs": [picked(one, vpcId="VPCId", vpcRegion="VPCRegion") for one in found.get("VPCs", [])],
            "tagsAll": tag_map(tags["ResourceTagSet"]["Tags"]),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        if "comment" in changed:
            aws.client("route53").update_hosted_zone_comment(Id=resource_id, Comment=new.get("comment", ""))
        if "vpcs" in changed:
            self._associate(aws, resource_id, new)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        route53 = aws.client("route53")
        if state.get("forceDestroy"):
            pages = route53.get_paginator("list_resource_record_sets").paginate(HostedZoneId=resource_id)
            found = [one for page in pages for one in page["ResourceRecordSets"] if one["Type"] not in _OWN]
            for one in found:
                _change(aws, resource_id, "DELETE", one)
        route53.delete_hosted_zone(Id=resource_id)

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        tags = {"AddTags": tag_list(add)} if add else {"RemoveTagKeys": drop}
        aws.client("route53").change_tags_for_resource(ResourceType="hostedzone", ResourceId=resource_id, **tags)

    def _associate(self, aws: Aws, resource_id: str, inputs: Plain) -> None:
        """A private zone always has a VPC: add first, then take away."""
        route53 = aws.client("route53")
        had = {one["VPCId"]: one for one in route53.get_hosted_zone(Id=resource_id)["VPCs"]}
        wanted = {one["vpcId"]: _vpc(aws, one) for one in inputs["vpcs"]}
        for name in wanted.keys() - had.keys():
            route53.associate_vpc_with_hosted_zone(HostedZoneId=resource_id, VPC=wanted[name])
        for name in had.keys() - wanted.keys():
            route53.disassociate_vpc_from_hosted_zone(HostedZoneId=resource_id, VPC=had[name])


class Record(AwsType):
    token = "aws:route53/record:Record"
    inputs = frozenset({"zoneId", "name", "type", "ttl", "records", "aliases", "allowOverwrite"})
    replace = frozenset({"zoneId", "name"})
    unordered = frozenset({"records"})
    computed = frozenset({"allowOverwrite"})
    rules = (
        OneOf("type", TYPES, ours="the stand-in knows no other types"),
        ExactlyOne(("records", "aliases")),
        Items("aliases", 1, 1),
        Needed("ttl", when="aliases", has=(None,), stage=APPLY),
        Refused("ttl", when="records", has=(None,), stage=APPLY),
        Within("ttl", 0, 2147483647, stage=APPLY),
        Items("records", 1, 400, stage=APPLY),
    )

    def normalise(self, inputs: Plain) -> Plain:
        # As the official plugin keeps it.
        named = {"name": inputs["name"].removesuffix(".").lower()} if isinstance(inputs.get("name"), str) else {}
        return {**inputs, **named}

    def create(self, context: Aws, inputs: Plain) -> str:
        _change(
            context, inputs["zoneId"], "UPSERT" if inputs.get("allowOverwrite") else "CREATE", _set(context, inputs)
        )
        return self.identity(context, "", inputs)

    def identity(self, context: Aws, resource_id: str, state: Plain) -> str:
        return "_".join((state["zoneId"], state["name"], state["type"]))

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        zone, _, rest = resource_id.partition("_")
        name, _, kind = rest.rpartition("_")
        full = _full(aws, zone, name)
        found = _at(aws, zone, full, kind)
        if found is None:
            return None
        told: Plain = {"zoneId": zone, "name": name, "type": kind, "fqdn": full.removesuffix(".")}
        if target := found.get("AliasTarget"):
            alias = picked(target, zoneId="HostedZoneId", evaluateTargetHealth="EvaluateTargetHealth")
            told["aliases"] = [alias | {"name": target["DNSName"].removesuffix(".")}]
        else:
            told |= {"records": _values(found), **picked(found, ttl="TTL")}
        return told | {"allowOverwrite": bool(inputs.get("allowOverwrite"))}

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        if "type" in changed:
            raise PluginError("the stand-in cannot change the type of a record; give the resource another name")
        if changed - {"allowOverwrite"}:
            _change(aws, new["zoneId"], "UPSERT", _set(aws, new))

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        full = _full(aws, state["zoneId"], state["name"])
        if found := _at(aws, state["zoneId"], full, state["type"]):
            _change(aws, state["zoneId"], "DELETE", found)


def _vpc(aws: Aws, given_vpc: Plain) -> dict[str, str]:
    return {"VPCRegion": aws.region, **given(given_vpc, VPCId="vpcId", VPCRegion="vpcRegion")}


def _full(aws: Aws, zone: str, name: str) -> str:
    """A record's name up to the root; the zone's own name may be left out in `name`."""
    zone_name = aws.client("route53").get_hosted_zone(Id=zone)["HostedZone"]["Name"]
    whole = not name or f".{name}.".endswith(f".{zone_name}")
    return (f"{name}." if whole and name else f"{name}.{zone_name}").removeprefix(".")


def _set(aws: Aws, inputs: Plain) -> dict[str, Any]:
    named = {"Name": _full(aws, inputs["zoneId"], inputs["name"]), "Type": inputs["type"]}
    if aliases := inputs.get("aliases"):
        target = given(aliases[0], DNSName="name", HostedZoneId="zoneId", EvaluateTargetHealth="evaluateTargetHealth")
        return {**named, "AliasTarget": target}
    return {**named, "TTL": int(inputs["ttl"]), "ResourceRecords": [{"Value": value} for value in inputs["records"]]}


def _at(aws: Aws, zone: str, full: str, kind: str) -> Plain | None:
    """The record set of a name and type. The list begins there, and with what follows if there is none."""
    found = aws.client("route53").list_resource_record_sets(
        HostedZoneId=zone, StartRecordName=full, StartRecordType=kind, MaxItems="1"
    )["ResourceRecordSets"]
    return next((one for one in found if one["Name"] == full and one["Type"] == kind), None)


def _values(record_set: Plain) -> list[str]:
    return [one["Value"] for one in record_set.get("ResourceRecords", [])]


def _change(aws: Aws, zone: str, action: str, record_set: Plain) -> None:
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": record_set}]}
    aws.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)


ALL = (Zone, Record)
