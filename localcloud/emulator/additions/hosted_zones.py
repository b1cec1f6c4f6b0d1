"""Zones and records that are made once, and records that are deleted only as they are.

Wraps create_hosted_zone and change_resource_record_sets of Route 53's backend. Without it a VPC may have two private zones of one
name, a caller reference may be used twice, a second CREATE of a name and type adds a second record set, a CREATE after a DELETE
may be refused because of other records, and DELETE takes any values that the set ever had.
"""

from typing import Any

from moto.route53.exceptions import Route53ClientError
from moto.route53.models import ChangeList, FakeZone, Route53Backend


class InvalidChangeBatch(Route53ClientError):
    """Route 53's answer to a batch of which a change cannot be made."""

    code = 400

    def __init__(self, message: str) -> None:
        super().__init__("InvalidChangeBatch", f"[{message}]")


class HostedZoneRefused(Route53ClientError):
    """Route 53's answers to a zone that there is already."""

    code = 409


def install() -> None:
    _install_zones()
    _install_records()


def _install_zones() -> None:
    create = Route53Backend.create_hosted_zone

    def create_once(self: Any, name: str, private_zone: bool, caller_reference: str | None = None, **more: Any) -> Any:
        for zone in self.zones.values():
            if caller_reference and zone.caller_reference == caller_reference:
                raise HostedZoneRefused(
                    "HostedZoneAlreadyExists", f"A hosted zone has been created with {caller_reference}"
                )
            if zone.name == name and more.get("vpcid") in [vpc.get("vpc_id") for vpc in zone.vpcs]:
                raise HostedZoneRefused(
                    "ConflictingDomainExists", f"The VPC {more['vpcid']} is associated with a zone of the name {name}"
                )
        return create(self, name, private_zone, caller_reference, **more)

    Route53Backend.create_hosted_zone = create_once


def _install_records() -> None:
    change = Route53Backend.change_resource_record_sets

    def change_what_is_there(self: Any, zoneid: str, change_list: list[dict[str, Any]]) -> None:
        zone = self.get_hosted_zone(zoneid)
        for item in change_list:
            _judge(zone, item["Action"], item["ResourceRecordSet"])
        # Moto believes its journal of changes: it holds what was just judged and nothing of before.
        zone.rr_changes = ChangeList()
        for item in change_list:
            if item["Action"] == "DELETE":
                zone.rr_changes.append({"Action": "UPSERT", "ResourceRecordSet": dict(item["ResourceRecordSet"])})
        change(self, zoneid, change_list)

    Route53Backend.change_resource_record_sets = change_what_is_there


def _judge(zone: FakeZone, action: str, wanted: dict[str, Any]) -> None:
    name, kind = f"{wanted['Name'].strip('.')}.", wanted["Type"]
    said = f"resource record set [name='{name}', type='{kind}']"
    found = next((one for one in zone.rrsets if (one.name, one.type) == (name, kind)), None)
    if action == "CREATE" and found and "SetIdentifier" not in wanted:
        raise InvalidChangeBatch(f"Tried to create {said} but it already exists")
    if action != "DELETE":
        return
    if found is None:
        raise InvalidChangeBatch(f"Tried to delete {said} but it was not found")
    values = [one["Value"] for one in wanted.get("ResourceRecords", [])]
    if values != [*(found.records or [])] or int(wanted.get("TTL") or 0) != int(found.ttl or 0):
        raise InvalidChangeBatch(f"Tried to delete {said} but the values provided do not match the current values")
