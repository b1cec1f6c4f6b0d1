"""VPC endpoints: of services that exist, with interfaces in the groups that were asked for, and routes that follow them.

Wraps create_vpc_endpoint and modify_vpc_endpoint of EC2's backend, and the answer of the latter. Without it: a misspelt service
name passes here and fails on AWS; the interfaces of an endpoint are in the default group of the VPC, so that the endpoint's own
group can be deleted below it; an endpoint that moved to another route table has no route there, and its deletion looks for one and
fails; one that moved to other subnets or groups keeps its interfaces, and private names cannot be switched.
"""

from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.responses.vpcs import VPCs


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

    def modify_and_follow(self: Any, vpc_id: str, *arguments: Any, **keywords: Any) -> None:
        # Moto calls the endpoint's own id `vpc_id`.
        endpoint = self.describe_vpc_endpoints(vpc_end_point_ids=[vpc_id])[0]
        tables, subnets = set(endpoint.route_table_ids or []), set(endpoint.subnet_ids or [])
        modify(self, vpc_id, *arguments, **keywords)
        _move_routes(self, endpoint, tables, set(endpoint.route_table_ids or []))
        if endpoint.vpc_endpoint_type.lower() == "interface":
            _move_interfaces(self, endpoint, subnets, set(endpoint.subnet_ids or []))

    answer = VPCs.modify_vpc_endpoint

    def answer_with_names(self: Any) -> Any:
        found = answer(self)
        wanted = self._get_param("PrivateDnsEnabled")
        if wanted is not None:
            endpoint = self.ec2_backend.describe_vpc_endpoints(vpc_end_point_ids=[self._get_param("VpcEndpointId")])[0]
            endpoint.private_dns_enabled = str(wanted).lower() == "true"
        return found

    VPCs.modify_vpc_endpoint = answer_with_names
    EC2Backend.create_vpc_endpoint = create_of_service
    EC2Backend.modify_vpc_endpoint = modify_and_follow


def _move_routes(backend: Any, endpoint: Any, before: set[str], after: set[str]) -> None:
    for table in before - after:
        backend.delete_route(table, endpoint.destination_prefix_list_id)
    for table in after - before:
        prefixes = {"destination_prefix_list_id": endpoint.destination_prefix_list_id}
        backend.create_route(table, None, gateway_id=endpoint.id, **prefixes)


def _move_interfaces(backend: Any, endpoint: Any, before: set[str], after: set[str]) -> None:
    for interface_id in list(endpoint.network_interface_ids):
        if backend.get_network_interface(interface_id).subnet.id in before - after:
            backend.enis.pop(interface_id)
            endpoint.network_interface_ids.remove(interface_id)
    for subnet_id in sorted(after - before):
        interface = backend.create_network_interface(backend.get_subnet(subnet_id), None)
        interface.description = f"VPC Endpoint Interface {endpoint.id}"
        endpoint.network_interface_ids.append(interface.id)
    groups = [backend.get_security_group_from_id(group) for group in endpoint.security_group_ids or []]
    for interface_id in endpoint.network_interface_ids:
        interface = backend.get_network_interface(interface_id)
        interface._group_set = groups or interface._group_set
