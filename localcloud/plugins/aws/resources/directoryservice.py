"""Directory Service: Simple AD and AWS Managed Microsoft AD."""

from collections.abc import Iterator

from localcloud.plugins.aws.base import AwsType, given, picked
from localcloud.plugins.aws.client import Aws, tag_list, tag_map
from localcloud.plugins.checking import Problem
from localcloud.plugins.resource import PluginError, wait_until
from localcloud.plugins.values import UNKNOWN, Plain

_SIZES, _EDITIONS = ("Small", "Large"), ("Standard", "Enterprise")


class Directory(AwsType):
    token, secrets = "aws:directoryservice/directory:Directory", frozenset({"password"})
    inputs = frozenset(
        {"name", "password", "size", "type", "edition", "shortName", "description", "vpcSettings", "tags"}
    )
    replace = inputs - {"tags"}

    def normalise(self, inputs: Plain) -> Plain:
        return {"type": "SimpleAD", **inputs}

    def same(self, key: str, old: object, new: object) -> bool:
        if key == "vpcSettings" and isinstance(old, dict) and isinstance(new, dict):
            pair = [{**one, "subnetIds": sorted(map(str, one.get("subnetIds", [])))} for one in (old, new)]
            return pair[0] == pair[1] and UNKNOWN not in (new.get("vpcId"), *new.get("subnetIds", []))
        return super().same(key, old, new)

    def rules(self, inputs: Plain) -> Iterator[Problem]:
        kind = inputs["type"]
        if kind not in ("SimpleAD", "MicrosoftAD", UNKNOWN):
            yield Problem("type", f"{kind}: the local cloud's stand-in implements SimpleAD and MicrosoftAD")
        if kind == "SimpleAD" and inputs.get("size") not in (*_SIZES, UNKNOWN):
            yield Problem("size", f"a SimpleAD needs a size: one of {', '.join(_SIZES)}")
        if kind == "SimpleAD" and "edition" in inputs:
            yield Problem("edition", "only a MicrosoftAD has an edition")
        if inputs.get("edition", "Enterprise") not in (*_EDITIONS, UNKNOWN):
            yield Problem("edition", f"must be one of {', '.join(_EDITIONS)}")
        network = inputs.get("vpcSettings")
        if network is None:
            yield Problem("vpcSettings", f"required for a {kind}")
        elif isinstance(network, dict) and isinstance(network.get("subnetIds"), list):
            subnets = network["subnetIds"]
            known = [one for one in subnets if one is not UNKNOWN]
            if len(subnets) != 2 or len(set(known)) != len(known):
                yield Problem("vpcSettings.subnetIds", "give exactly two subnets, in two availability zones")

    def create(self, context: Aws, inputs: Plain) -> str:
        network = given(inputs["vpcSettings"], VpcId="vpcId", SubnetIds="subnetIds")
        arguments = given(
            inputs,
            Name="name",
            Password="password",
            ShortName="shortName",
            Description="description",
        ) | {"VpcSettings": network, "Tags": tag_list(context.all_tags(inputs.get("tags")))}
        ds = context.client("ds")
        if inputs["type"] == "SimpleAD":
            return ds.create_directory(**arguments, Size=inputs["size"])["DirectoryId"]
        edition = inputs.get("edition", "Enterprise")
        return ds.create_microsoft_ad(**arguments, Edition=edition)["DirectoryId"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        def active() -> bool:
            found = self._describe(context, resource_id)
            if found.get("Stage") in ("Failed", "Deleted", "Deleting"):
                raise PluginError(f"directory {resource_id} is {found['Stage']}: {found.get('StageReason', '')}")
            return found.get("Stage") == "Active"

        wait_until(active, f"directory {resource_id} is active", context.stopping, 5400)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        found = self._describe(aws, resource_id)
        if found.get("Stage") in (None, "Deleted"):
            return None
        network = found.get("VpcSettings", {})
        state = picked(
            found,
            name="Name",
            alias="Alias",
            size="Size",
            type="Type",
            edition="Edition",
            shortName="ShortName",
            description="Description",
            accessUrl="AccessUrl",
        )
        if found["Type"] == "MicrosoftAD":
            state.pop("size", None)
        state["vpcSettings"] = picked(network, vpcId="VpcId", subnetIds="SubnetIds")
        tags = aws.client("ds").list_tags_for_resource(ResourceId=resource_id).get("Tags")
        return state | {
            "dnsIpAddresses": sorted(found.get("DnsIpAddrs", [])),
            "securityGroupId": network.get("SecurityGroupId"),
            "enableSso": found.get("SsoEnabled", False),
            "tagsAll": tag_map(tags),
        }

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("ds").delete_directory(DirectoryId=resource_id)

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        if drop:
            aws.client("ds").remove_tags_from_resource(ResourceId=resource_id, TagKeys=drop)
        if add:
            aws.client("ds").add_tags_to_resource(ResourceId=resource_id, Tags=tag_list(add))

    def _describe(self, aws: Aws, resource_id: str) -> Plain:
        found = aws.client("ds").describe_directories(DirectoryIds=[resource_id])["DirectoryDescriptions"]
        return found[0] if found else {}


ALL = (Directory,)
