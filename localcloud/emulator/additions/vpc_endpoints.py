"""VPC endpoints: of services that exist, with interfaces in the groups that were asked for, and routes that follow them.

Wraps create_vpc_endpoint and modify_vpc_endpoint of EC2's backend. Without it: a misspelt service name passes here and fails on
AWS; the interfaces of an endpoint are in the default group of the VPC, so that the endpoint's own group can be deleted below it; an
endpoint that moved to another route table has no route there, and its deletion looks for one and fails.
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

    modify = EC2Backend.modify_vpc_endpoint

    def modify_with_routes(self: Any, vpc_id: str, *arguments: Any, **keywords: Any) -> None:
        # Moto calls the endpoint's own id `vpc_id`.
        endpoint = self.describe_vpc_endpoints(vpc_end_point_ids=[vpc_id])[0]
        before = set(endpoint.route_table_ids or [])
        modify(self, vpc_id, *arguments, **keywords)
        after = set(endpoint.route_table_ids or [])
        for table in before - after:
            self.delete_route(table, endpoint.destination_prefix_list_id)
        for table in after - before:
            prefixes = {"destination_prefix_list_id": endpoint.destination_prefix_list_id}
            self.create_route(table, None, gateway_id=endpoint.id, **prefixes)

    EC2Backend.create_vpc_endpoint = create_of_service
    EC2Backend.modify_vpc_endpoint = modify_with_routes
