"""Private hosted zones and their records."""

from tests.engine.acceptance.case import Case, Gone, Kept, Values
from tests.engine.acceptance.ground import Clients
from tests.engine.acceptance.table.common import TAGS_CHANGED, TAGS_FIRST, listed


def _zone(aws: Clients, it: Kept) -> Values:
    found = aws("route53").get_hosted_zone(Id=it.id)
    tags = aws("route53").list_tags_for_resource(ResourceType="hostedzone", ResourceId=it.id)["ResourceTagSet"]["Tags"]
    places = [{"vpcId": one["VPCId"]} for one in found["VPCs"]]
    return {"comment": found["HostedZone"]["Config"]["Comment"], "vpcs": places, "tags": listed(tags)}


def _comment(aws: Clients, it: Kept) -> None:
    aws("route53").update_hosted_zone_comment(Id=it.id, Comment="by hand")


def _record_set(aws: Clients, it: Kept) -> Values:
    for one in aws("route53").list_resource_record_sets(HostedZoneId=it.outputs["zoneId"])["ResourceRecordSets"]:
        if (one["Name"], one["Type"]) == (f"{it.outputs['fqdn']}.", it.outputs["type"]):
            return one
    raise Gone(it.id)


def _record(aws: Clients, it: Kept) -> Values:
    found = _record_set(aws, it)
    return {"ttl": found["TTL"], "records": [one["Value"] for one in found["ResourceRecords"]]}


def _change(aws: Clients, it: Kept, action: str, **more: int) -> None:
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": {**_record_set(aws, it), **more}}]}
    aws("route53").change_resource_record_sets(HostedZoneId=it.outputs["zoneId"], ChangeBatch=batch)


CASES = [
    Case(
        token="aws:route53/zone:Zone",
        inputs=lambda g: {"name": "a.example", "comment": "ours", "vpcs": [{"vpcId": g.vpc}], **TAGS_FIRST},
        change=lambda g: {"comment": "still ours", "vpcs": [{"vpcId": g.other_vpc}], **TAGS_CHANGED},
        replace=lambda g: {"name": "b.example"},
        look=_zone,
        drift=_comment,
        vanish=lambda aws, it: aws("route53").delete_hosted_zone(Id=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:route53/record:Record",
        inputs=lambda g: {"zoneId": g.zone, "name": "head", "type": "A", "ttl": 60, "records": ["10.0.0.1"]},
        change=lambda g: {"records": ["10.0.0.2"]},
        replace=lambda g: {"name": "login"},
        look=_record,
        drift=lambda aws, it: _change(aws, it, "UPSERT", TTL=5),
        vanish=lambda aws, it: _change(aws, it, "DELETE"),
        import_id=lambda it: it.id,
    ),
]
