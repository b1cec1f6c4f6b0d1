"""Networks refuse to lose what is in use, and NAT gateways and gateway endpoints leave nothing behind.

Wraps delete_security_group, delete_subnet, delete_vpc, delete_nat_gateway and create_vpc_endpoint of EC2's backend. Without it: a
program that deletes in the wrong order passes here and fails on AWS (DependencyViolation); the interface of a deleted NAT gateway
stays; the deletion of an endpoint that was made without a type ends in HTTP 500.
"""

from typing import Any

from moto.ec2.exceptions import DependencyViolationError
from moto.ec2.models import EC2Backend


def _user_of_group(backend: Any, group_id: str) -> str | None:
    """An interface in the group, or another group with a rule about it."""
    for interface in backend.enis.values():
        if any(group.id == group_id for group in interface.group_set):
            return str(interface.id)
    for groups in backend.groups.values():
        for group in groups.values():
            rules = [*group.ingress_rules, *group.egress_rules]
            sources = {rule.source_group.get("GroupId") for rule in rules if rule.source_group}
            if group.id != group_id and group_id in sources:
                return str(group.id)
    return None


def _install_dependencies() -> None:
    delete_group, delete_subnet = EC2Backend.delete_security_group, EC2Backend.delete_subnet
    delete_vpc = EC2Backend.delete_vpc

    def delete_unused_group(self: Any, name: str | None = None, group_id: str | None = None) -> None:
        group = self.get_security_group_by_name_or_id(group_id or name)
        if group and (user := _user_of_group(self, group.id)):
            raise DependencyViolationError(f"resource {group.id} has a dependent object: {user}")
        delete_group(self, name=name, group_id=group_id)

    def delete_empty_subnet(self: Any, subnet_id: str) -> Any:
        if any(interface.subnet.id == subnet_id for interface in self.enis.values()):
            raise DependencyViolationError(f"The subnet '{subnet_id}' has dependencies and cannot be deleted.")
        return delete_subnet(self, subnet_id)

    def delete_empty_vpc(self: Any, vpc_id: str) -> Any:
        groups = any(group.name != "default" for group in self.groups.get(vpc_id, {}).values())
        gateways = any(gateway.vpc and gateway.vpc.id == vpc_id for gateway in self.internet_gateways.values())
        endpoints = any(
            endpoint.vpc_id == vpc_id and endpoint.state != "deleted" for endpoint in self.vpc_end_points.values()
        )
        if groups or gateways or endpoints:
            raise DependencyViolationError(f"The vpc '{vpc_id}' has dependencies and cannot be deleted.")
        return delete_vpc(self, vpc_id)

    EC2Backend.delete_security_group = delete_unused_group
    EC2Backend.delete_vpc = delete_empty_vpc
    EC2Backend.delete_subnet = delete_empty_subnet


def _install_gateways() -> None:
    delete_nat, create_endpoint = EC2Backend.delete_nat_gateway, EC2Backend.create_vpc_endpoint

    def delete_nat_and_interface(self: Any, nat_gateway_id: str) -> Any:
        gateway = delete_nat(self, nat_gateway_id)
        for address in self.addresses:
            if address.eni is not None and address.eni.id == gateway._eni.id:
                address.eni, address.association_id = None, None
        self.enis.pop(gateway._eni.id, None)
        return gateway

    def create_typed_endpoint(self: Any, *arguments: Any, **keywords: Any) -> Any:
        if not arguments[2:]:
            keywords["endpoint_type"] = keywords.get("endpoint_type") or "Gateway"
        return create_endpoint(self, *arguments, **keywords)

    EC2Backend.delete_nat_gateway = delete_nat_and_interface
    EC2Backend.create_vpc_endpoint = create_typed_endpoint


def install() -> None:
    _install_dependencies()
    _install_gateways()
