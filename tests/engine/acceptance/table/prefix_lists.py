"""Prefix lists of one's own."""

from tests.engine.acceptance.case import Case, Gone, Kept, Values
from tests.engine.acceptance.ground import Clients
from tests.engine.acceptance.table.common import TAGS_CHANGED, TAGS_FIRST, ec2_tags


def _entries(*ranges: str) -> Values:
    return {"entries": [{"cidr": one, "description": "ours"} for one in ranges]}


def _list(aws: Clients, it: Kept) -> Values:
    found = aws("ec2").describe_managed_prefix_lists(PrefixListIds=[it.id])["PrefixLists"]
    if not found or found[0]["State"] == "delete-complete":
        raise Gone(it.id)
    entries = aws("ec2").get_managed_prefix_list_entries(PrefixListId=it.id)["Entries"]
    listed = sorted(({"cidr": one["Cidr"], "description": one["Description"]} for one in entries), key=str)
    return {"addressFamily": found[0]["AddressFamily"], "entries": listed, "tags": ec2_tags(aws, it.id)}


def _add(aws: Clients, it: Kept) -> None:
    entry = {"Cidr": "fd01::/16", "Description": "by hand"}
    version = aws("ec2").describe_managed_prefix_lists(PrefixListIds=[it.id])["PrefixLists"][0]["Version"]
    aws("ec2").modify_managed_prefix_list(PrefixListId=it.id, CurrentVersion=version, AddEntries=[entry])


CASES = [
    Case(
        token="aws:ec2/managedPrefixList:ManagedPrefixList",
        inputs=lambda g: {
            "name": "acceptance",
            "addressFamily": "IPv4",
            "maxEntries": 5,
            **_entries("10.1.0.0/16"),
            **TAGS_FIRST,
        },
        change=lambda g: {**_entries("10.1.0.0/16", "10.2.0.0/16"), **TAGS_CHANGED},
        replace=lambda g: {"addressFamily": "IPv6", **_entries("fd00::/16")},
        along=frozenset({"entries"}),
        look=_list,
        drift=_add,
        vanish=lambda aws, it: aws("ec2").delete_managed_prefix_list(PrefixListId=it.id),
        import_id=lambda it: it.id,
    ),
]
