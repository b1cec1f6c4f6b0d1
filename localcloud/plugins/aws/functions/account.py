"""Account, partition, region and its availability zones."""

from localcloud.plugins.aws.base import picked
from localcloud.plugins.aws.client import Aws
from localcloud.plugins.aws.functions.lookup import filters_of
from localcloud.plugins.resource import Function
from localcloud.plugins.values import Plain


class GetCallerIdentity(Function[Aws]):
    token, inputs = "aws:index/getCallerIdentity:getCallerIdentity", frozenset[str]()

    def call(self, context: Aws, arguments: Plain) -> Plain:
        found = context.client("sts").get_caller_identity()
        return {"id": found["Account"]} | picked(found, accountId="Account", arn="Arn", userId="UserId")


class GetRegion(Function[Aws]):
    token, inputs = "aws:index/getRegion:getRegion", frozenset[str]()

    def call(self, context: Aws, arguments: Plain) -> Plain:
        region = context.region
        endpoint = f"ec2.{region}.amazonaws.com"
        return {"id": region, "name": region, "region": region, "endpoint": endpoint, "description": region}


class GetPartition(Function[Aws]):
    token, inputs = "aws:index/getPartition:getPartition", frozenset[str]()

    def call(self, context: Aws, arguments: Plain) -> Plain:
        partition = context.partition
        suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
        reverse = ".".join(reversed(suffix.split(".")))
        return {"id": partition, "partition": partition, "dnsSuffix": suffix, "reverseDnsPrefix": reverse}


class GetAvailabilityZones(Function[Aws]):
    token = "aws:index/getAvailabilityZones:getAvailabilityZones"
    inputs = frozenset({"state", "filters", "excludeNames", "excludeZoneIds", "allAvailabilityZones"})

    def call(self, context: Aws, arguments: Plain) -> Plain:
        filters = filters_of(arguments)
        if "state" in arguments:
            filters.append({"Name": "state", "Values": [arguments["state"]]})
        every = arguments.get("allAvailabilityZones", False)
        found = context.client("ec2").describe_availability_zones(Filters=filters, AllAvailabilityZones=every)
        zones = [
            zone
            for zone in sorted(found["AvailabilityZones"], key=lambda zone: zone["ZoneName"])
            if zone["ZoneName"] not in arguments.get("excludeNames", [])
            and zone["ZoneId"] not in arguments.get("excludeZoneIds", [])
        ]
        names, ids = [zone["ZoneName"] for zone in zones], [zone["ZoneId"] for zone in zones]
        groups = sorted({zone.get("GroupName", context.region) for zone in zones})
        found = {"id": context.region, "region": context.region, "names": names, "zoneIds": ids, "groupNames": groups}
        return {**arguments, **found}


ALL = (GetCallerIdentity, GetRegion, GetPartition, GetAvailabilityZones)
