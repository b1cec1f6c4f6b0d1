"""VPC endpoints."""

import uuid
from typing import ClassVar

from localcloud.plugins.aws.base import Ec2Type, first, given, picked
from localcloud.plugins.aws.client import Aws, tag_map
from localcloud.plugins.resource import wait_until
from localcloud.plugins.rules import APPLY, Needed, OneOf, Refused
from localcloud.plugins.values import Plain

OF_INTERFACES = ("subnetIds", "securityGroupIds", "privateDnsEnabled")


class VpcEndpoint(Ec2Type):
    token, kind, documents = "aws:ec2/vpcEndpoint:VpcEndpoint", "vpc-endpoint", frozenset({"policy"})
    computed = frozenset({"policy", "privateDnsEnabled", "routeTableIds", "securityGroupIds", "subnetIds"})
    lists: ClassVar[dict[str, str]] = {
        "routeTableIds": "RouteTableIds",
        "subnetIds": "SubnetIds",
        "securityGroupIds": "SecurityGroupIds",
    }
    unordered = frozenset(lists)
    inputs = frozenset({"vpcId", "serviceName", "vpcEndpointType", "privateDnsEnabled", "policy", "tags", *lists})
    replace = frozenset({"vpcId", "serviceName", "vpcEndpointType"})
    rules = (
        Needed("serviceName", ours="the stand-in makes endpoints of services only"),
        OneOf("vpcEndpointType", ("Gateway", "Interface"), ours="the stand-in makes no others"),
        *(Refused(key, when="vpcEndpointType", has=("Gateway",), stage=APPLY) for key in OF_INTERFACES),
        Refused("routeTableIds", when="vpcEndpointType", has=("Interface",), stage=APPLY),
    )

    def normalise(self, inputs: Plain) -> Plain:
        return {"vpcEndpointType": "Gateway", **super().normalise(inputs)}

    def create(self, context: Aws, inputs: Plain) -> str:
        arguments = given(
            inputs,
            VpcId="vpcId",
            ServiceName="serviceName",
            VpcEndpointType="vpcEndpointType",
            PolicyDocument="policy",
            **{api: key for key, api in self.lists.items()},
        )
        if inputs["vpcEndpointType"] == "Interface":
            arguments["PrivateDnsEnabled"] = inputs.get("privateDnsEnabled", False)
        # boto3 makes a token by itself for other calls, and not for this one.
        arguments["ClientToken"] = str(uuid.uuid4())
        made = context.client("ec2").create_vpc_endpoint(**arguments, **self.tags_at_creation(context, inputs))
        return made["VpcEndpoint"]["VpcEndpointId"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        def available() -> bool:
            return (self.fetch(context, resource_id, inputs) or {}).get("state") == "available"

        wait_until(available, f"VPC endpoint {resource_id} is available", context.stopping)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        endpoint = first(aws.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[resource_id])["VpcEndpoints"])
        if endpoint["State"].lower() in ("deleted", "failed", "rejected"):
            return None
        state = picked(
            endpoint,
            vpcId="VpcId",
            serviceName="ServiceName",
            vpcEndpointType="VpcEndpointType",
            privateDnsEnabled="PrivateDnsEnabled",
            policy="PolicyDocument",
            routeTableIds="RouteTableIds",
            subnetIds="SubnetIds",
            networkInterfaceIds="NetworkInterfaceIds",
            ownerId="OwnerId",
        )
        groups = [group["GroupId"] for group in endpoint.get("Groups", [])]
        entries = [picked(e, dnsName="DnsName", hostedZoneId="HostedZoneId") for e in endpoint.get("DnsEntries", [])]
        # An emulator may not tell the groups; what was asked for then stands.
        return state | {
            "arn": aws.arn("ec2", f"vpc-endpoint/{resource_id}"),
            "state": endpoint["State"].lower(),
            "ipAddressType": endpoint.get("IpAddressType", "ipv4"),
            "requesterManaged": endpoint.get("RequesterManaged", False),
            "serviceRegion": endpoint.get("ServiceRegion", aws.region),
            "dnsEntries": entries,
            **({"securityGroupIds": groups} if groups else {}),
            "tagsAll": tag_map(endpoint.get("Tags")),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        live = self.fetch(aws, resource_id, new) or {}
        arguments = given({k: v for k, v in new.items() if k in changed}, PrivateDnsEnabled="privateDnsEnabled")
        for key, api in self.lists.items():
            if key in changed:
                wanted, had = set(new.get(key, [])), set(live.get(key) or [])
                parts = {f"Add{api}": sorted(wanted - had), f"Remove{api}": sorted(had - wanted)}
                arguments |= {name: ids for name, ids in parts.items() if ids}
        if "policy" in changed:
            arguments |= {"PolicyDocument": new["policy"]} if "policy" in new else {"ResetPolicy": True}
        if arguments:
            aws.client("ec2").modify_vpc_endpoint(VpcEndpointId=resource_id, **arguments)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[resource_id])


ALL = (VpcEndpoint,)
