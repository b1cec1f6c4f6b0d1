"""Directory Service: Simple AD and AWS Managed Microsoft AD."""

from localcloud.plugins.aws.base import AwsType, given, picked
from localcloud.plugins.aws.client import Aws, tag_list, tag_map
from localcloud.plugins.resource import PluginError, wait_until
from localcloud.plugins.rules import APPLY, Items, Length, Matches, Needed, OneOf
from localcloud.plugins.values import UNKNOWN, Plain

# Any three of digits, capitals, small letters, others (API Reference of Directory Service, CreateDirectory).
PASSWORD = (
    r"(?=.{8,64}$)((?=.*\d)(?=.*[A-Z])(?=.*[a-z])|(?=.*\d)(?=.*[^A-Za-z0-9\s])(?=.*[a-z])"
    r"|(?=.*[^A-Za-z0-9\s])(?=.*[A-Z])(?=.*[a-z])|(?=.*\d)(?=.*[A-Z])(?=.*[^A-Za-z0-9\s])).*"
)
PASSWORD_SAYS = "have 8 to 64 characters of three kinds: digits, capitals, small letters, others"


class Directory(AwsType):
    token, secrets = "aws:directoryservice/directory:Directory", frozenset({"password"})
    computed = frozenset({"edition", "shortName", "size"})
    inputs = frozenset(
        {"name", "password", "size", "type", "edition", "shortName", "description", "vpcSettings", "tags"}
    )
    replace = inputs - {"tags"}
    rules = (
        OneOf("type", ("SimpleAD", "MicrosoftAD"), ours="the stand-in makes no connectors"),
        OneOf("size", ("Small", "Large")),
        OneOf("edition", ("Enterprise", "Standard")),
        Matches(
            "name",
            r"([a-zA-Z0-9]+[.-])+[a-zA-Z0-9]+",
            "be a domain name such as corp.example.com, without a dot at its end",
        ),
        Needed("vpcSettings", stage=APPLY),
        Items("vpcSettings.subnetIds", 2, 2, distinct=True, stage=APPLY),
        Matches("password", PASSWORD, PASSWORD_SAYS, stage=APPLY),
        Matches(
            "shortName",
            r'[^\\/:*?"<>|.]+[^\\/:*?"<>|]*',
            'hold none of \\ / : * ? " < > |, and no dot first',
            stage=APPLY,
        ),
        Length("description", 0, 128, stage=APPLY),
    )

    def normalise(self, inputs: Plain) -> Plain:
        return {"type": "SimpleAD", **inputs}

    def same(self, key: str, old: object, new: object) -> bool:
        if key == "vpcSettings" and isinstance(old, dict) and isinstance(new, dict):
            pair = [{**one, "subnetIds": sorted(map(str, one.get("subnetIds", [])))} for one in (old, new)]
            return pair[0] == pair[1] and UNKNOWN not in (new.get("vpcId"), *new.get("subnetIds", []))
        return super().same(key, old, new)

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
            return ds.create_directory(**arguments, Size=inputs.get("size", "Large"))["DirectoryId"]
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
            desiredNumberOfDomainControllers="DesiredNumberOfDomainControllers",
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
