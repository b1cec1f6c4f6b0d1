"""Name servers of a VPC: DHCP options that are freed, and rules of Route 53 Resolver that change.

Wraps associate_dhcp_options and delete_vpc of EC2's backend and its answer to CreateDhcpOptions, and adds UpdateResolverRule to
Route 53 Resolver. Without it options that a VPC had before cannot be deleted, go with their VPC, and have no tags from their
creation; a rule cannot be changed.
"""

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models import EC2Backend
from moto.ec2.responses.dhcp_options import DHCPOptions
from moto.route53resolver.models import Route53ResolverBackend
from moto.route53resolver.responses import Route53ResolverResponse


def install() -> None:
    _install_association()
    _install_tags()
    Route53ResolverResponse.update_resolver_rule = _update_resolver_rule


def _install_association() -> None:
    associate, delete = EC2Backend.associate_dhcp_options, EC2Backend.delete_vpc

    def associate_instead(self: Any, dhcp_options: Any, vpc: Any) -> None:
        self.disassociate_dhcp_options(vpc)
        associate(self, dhcp_options, vpc)

    def delete_vpc_alone(self: Any, vpc_id: str) -> Any:
        options = getattr(self.vpcs.get(vpc_id), "dhcp_options", None)
        gone = delete(self, vpc_id)
        if options:
            self.dhcp_options_sets[options.id] = options
        return gone

    EC2Backend.associate_dhcp_options = associate_instead
    EC2Backend.delete_vpc = delete_vpc_alone


def _install_tags() -> None:
    original = DHCPOptions.create_dhcp_options

    def create_with_tags(self: Any) -> ActionResult:
        made = original(self)
        for specification in self._get_param("TagSpecifications", []):
            made.result["DhcpOptions"].add_tags({tag["Key"]: tag["Value"] for tag in specification["Tags"]})
        return made

    DHCPOptions.create_dhcp_options = create_with_tags


def _update_resolver_rule(self: Any) -> str:
    backend: Route53ResolverBackend = self.route53resolver_backend
    rule, wanted = backend.get_resolver_rule(self._get_param("ResolverRuleId")), self._get_param("Config")
    rule.name = wanted.get("Name", rule.name)
    rule.target_ips = wanted.get("TargetIps", rule.target_ips)
    rule.resolver_endpoint_id = wanted.get("ResolverEndpointId", rule.resolver_endpoint_id)
    return json.dumps({"ResolverRule": rule.description()})
