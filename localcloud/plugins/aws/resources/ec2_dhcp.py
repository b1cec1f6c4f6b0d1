"""DHCP options of VPCs."""

from localcloud.plugins.aws.base import AwsType, Ec2Type, first, picked
from localcloud.plugins.aws.client import Aws, tag_map
from localcloud.plugins.rules import APPLY, Items, Needed
from localcloud.plugins.values import Plain

_LISTS = {"domainNameServers": "domain-name-servers", "ntpServers": "ntp-servers"}
_DEFAULT = "default"


class VpcDhcpOptions(Ec2Type):
    token, kind = "aws:ec2/vpcDhcpOptions:VpcDhcpOptions", "dhcp-options"
    inputs = frozenset({"domainName", "tags", *_LISTS})
    replace = frozenset({"domainName", *_LISTS})
    rules = (
        Needed("domainNameServers", ours="the stand-in makes no options without name servers"),
        Items("domainNameServers", 1, 4, stage=APPLY),
        Items("ntpServers", 0, 4, stage=APPLY),
    )

    def create(self, context: Aws, inputs: Plain) -> str:
        options = {api: inputs[key] for key, api in _LISTS.items() if inputs.get(key)}
        if name := inputs.get("domainName"):
            options["domain-name"] = [name]
        made = context.client("ec2").create_dhcp_options(
            DhcpConfigurations=[{"Key": key, "Values": values} for key, values in options.items()],
            **self.tags_at_creation(context, inputs),
        )
        return made["DhcpOptions"]["DhcpOptionsId"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        found = first(aws.client("ec2").describe_dhcp_options(DhcpOptionsIds=[resource_id])["DhcpOptions"])
        told = {one["Key"]: [value["Value"] for value in one["Values"]] for one in found["DhcpConfigurations"]}
        state: Plain = {key: told[api] for key, api in _LISTS.items() if api in told}
        if names := told.get("domain-name"):
            state["domainName"] = names[0]
        state["arn"] = aws.arn("ec2", f"dhcp-options/{resource_id}")
        return state | {"ownerId": aws.account, "tagsAll": tag_map(found.get("Tags"))}

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("ec2").delete_dhcp_options(DhcpOptionsId=resource_id)


class VpcDhcpOptionsAssociation(AwsType):
    token = "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation"
    inputs = frozenset({"dhcpOptionsId", "vpcId"})
    replace = frozenset({"vpcId"})

    def create(self, context: Aws, inputs: Plain) -> str:
        self.alter(context, "", inputs, {"dhcpOptionsId"})
        return self.identity(context, "", inputs)

    def identity(self, context: Aws, resource_id: str, state: Plain) -> str:
        return f"{state['dhcpOptionsId']}-{state['vpcId']}"

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        # The official plugin imports it by the VPC alone.
        vpc = resource_id[resource_id.index("vpc-") :]
        (found,) = aws.client("ec2").describe_vpcs(VpcIds=[vpc])["Vpcs"]
        state = picked(found, dhcpOptionsId="DhcpOptionsId", vpcId="VpcId")
        ours = resource_id.startswith("vpc-") or state["dhcpOptionsId"] == inputs.get("dhcpOptionsId")
        return state if ours else None

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        if changed:
            aws.client("ec2").associate_dhcp_options(DhcpOptionsId=new["dhcpOptionsId"], VpcId=new["vpcId"])

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        if self.fetch(aws, resource_id, state) is not None:
            aws.client("ec2").associate_dhcp_options(DhcpOptionsId=_DEFAULT, VpcId=state["vpcId"])


ALL = (VpcDhcpOptions, VpcDhcpOptionsAssociation)
