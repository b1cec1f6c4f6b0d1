"""VPC endpoints: of services that exist, with interfaces in the groups that were asked for.

Wraps create_vpc_endpoint of EC2's backend. Without it: a misspelt service name passes here and fails on AWS; the interfaces of an
endpoint are in the default group of the VPC, so that the endpoint's own group can be deleted below it.
"""

from typing import Any

from moto.ec2.models import EC2Backend


def install() -> None:
    create = EC2Backend.create_vpc_endpoint
    # Moto takes most of a second to put its list of services together.
    known: set[tuple[str, str]] = set()

    def create_of_service(self: Any, vpc_id: str, service_name: str, *arguments: Any, **keywords: Any) -> Any:
        if (self.region_name, service_name) not in known:
            # Raises InvalidServiceName for a name that is not among them.
            self.describe_vpc_endpoint_services([service_name], [], 1, None, self.region_name)
            known.add((self.region_name, service_name))
        endpoint = create(self, vpc_id, service_name, *arguments, **keywords)
        groups = [self.get_security_group_from_id(group_id) for group_id in keywords.get("security_group_ids") or []]
        for interface_id in endpoint.network_interface_ids or []:
            interface = self.get_network_interface(interface_id)
            interface.description = f"VPC Endpoint Interface {endpoint.id}"
            interface._group_set = groups or interface._group_set
        return endpoint

    EC2Backend.create_vpc_endpoint = create_of_service
