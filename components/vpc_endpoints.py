"""Endpoints of AWS's services inside the VPC, with an interface in each of its zones."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from planning import vpc_endpoints


@dataclass(frozen=True, kw_only=True)
class VpcEndpointsArgs:
    services: tuple[str, ...]
    region: str
    vpc_id: pulumi.Input[str]
    subnet_ids: pulumi.Input[list[str]]
    """Private ones, one a zone."""
    security_group_id: pulumi.Input[str]


class VpcEndpoints(pulumi.ComponentResource):
    """Private DNS makes the services' usual names lead here, so that no machine need be told."""

    services: dict[str, pulumi.Output[str]]
    """The endpoint's id by the service's short name."""

    def __init__(self, name: str, args: VpcEndpointsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:VpcEndpoints", name, None, opts)
        self.services = {service: self._endpoint(name, service, args) for service in args.services}
        self.register_outputs({"services": self.services})

    def _endpoint(self, name: str, service: str, args: VpcEndpointsArgs) -> pulumi.Output[str]:
        own = f"{name}-{service}"
        made = aws.ec2.VpcEndpoint(
            own,
            vpc_id=args.vpc_id,
            service_name=vpc_endpoints.service_name(service, args.region),
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            subnet_ids=args.subnet_ids,
            security_group_ids=[args.security_group_id],
            tags={"Name": own},
            opts=pulumi.ResourceOptions(parent=self),
        )
        return made.id
