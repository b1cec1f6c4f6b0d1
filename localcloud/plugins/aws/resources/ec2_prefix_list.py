"""Prefix lists of one's own: named lists of address ranges that rules refer to."""

from typing import Any

from localcloud.plugins.aws.base import Ec2Type, first, picked
from localcloud.plugins.aws.client import Aws, tag_map
from localcloud.plugins.aws.naming import name
from localcloud.plugins.resource import PluginError
from localcloud.plugins.rules import APPLY, Cidr, Length, Needed, OneOf, Within
from localcloud.plugins.values import Plain, has_unknown


class ManagedPrefixList(Ec2Type):
    token, kind = "aws:ec2/managedPrefixList:ManagedPrefixList", "prefix-list"
    inputs = frozenset({"name", "addressFamily", "maxEntries", "entries", "tags"})
    replace = frozenset({"addressFamily"})

    rules = (
        Needed("name", ours="the stand-in makes up no name for a prefix list"),
        *name(255, r"(?!com\.amazonaws).+", "not begin with com.amazonaws"),
        OneOf("addressFamily", ("IPv4", "IPv6")),
        Within("maxEntries", 1, 1000),
        Cidr("entries[].cidr", when="addressFamily", has=("IPv4",), stage=APPLY),
        Cidr("entries[].cidr", version=6, when="addressFamily", has=("IPv6",), stage=APPLY),
        Length("entries[].description", 0, 255, stage=APPLY),
    )

    def same(self, key: str, old: Any, new: Any) -> bool:
        if key == "entries" and isinstance(old, list) and isinstance(new, list) and not has_unknown([old, new]):
            return sorted(old, key=_range) == sorted(new, key=_range)
        return super().same(key, old, new)

    def create(self, context: Aws, inputs: Plain) -> str:
        made = context.client("ec2").create_managed_prefix_list(
            PrefixListName=inputs["name"],
            AddressFamily=inputs["addressFamily"],
            MaxEntries=int(inputs["maxEntries"]),
            Entries=[_entry(entry) for entry in inputs.get("entries", [])],
            **self.tags_at_creation(context, inputs),
        )
        return made["PrefixList"]["PrefixListId"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        client = aws.client("ec2")
        found = first(client.describe_managed_prefix_lists(PrefixListIds=[resource_id])["PrefixLists"])
        if found["State"] == "delete-complete":
            return None
        entries = client.get_managed_prefix_list_entries(PrefixListId=resource_id)["Entries"]
        state = picked(
            found,
            arn="PrefixListArn",
            name="PrefixListName",
            addressFamily="AddressFamily",
            maxEntries="MaxEntries",
            ownerId="OwnerId",
            version="Version",
        )
        listed = [picked(entry, cidr="Cidr", description="Description") for entry in entries]
        return state | {"entries": sorted(listed, key=_range), "tagsAll": tag_map(found.get("Tags"))}

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        if "maxEntries" in changed:
            raise PluginError("the local cloud cannot change maxEntries of a prefix list")
        if not changed:
            return
        live = self.fetch(aws, resource_id, new) or {}
        had, wanted = live.get("entries", []), new.get("entries", [])
        arguments: dict[str, Any] = {"PrefixListName": new["name"]}
        # An entry with another description is taken away and added.
        if gone := [entry for entry in had if entry not in wanted]:
            arguments["RemoveEntries"] = [{"Cidr": entry["cidr"]} for entry in gone]
        if more := [entry for entry in wanted if entry not in had]:
            arguments["AddEntries"] = [_entry(entry) for entry in more]
        aws.client("ec2").modify_managed_prefix_list(
            PrefixListId=resource_id, CurrentVersion=int(live["version"]), **arguments
        )

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        if self.fetch(aws, resource_id, state) is not None:
            aws.client("ec2").delete_managed_prefix_list(PrefixListId=resource_id)


def _entry(entry: Plain) -> dict[str, str]:
    described = {"Description": entry["description"]} if entry.get("description") else {}
    return {"Cidr": entry["cidr"], **described}


def _range(entry: Plain) -> str:
    return str(entry.get("cidr"))


ALL = (ManagedPrefixList,)
