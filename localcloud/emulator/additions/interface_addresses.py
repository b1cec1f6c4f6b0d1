"""Network interfaces have an address of their subnet that nothing else in it has.

Wraps create_network_interface of EC2's backend and `Subnet.get_available_subnet_ip`. Without it: the address of an
interface is drawn at random, so that two machines of a subnet are now and then the same one, or the subnet's own
address; a launch into a full subnet is an internal error; and the interfaces of NAT gateways and VPC endpoints lie
outside their subnet. Secondary addresses stay moto's, and an address that is asked for and taken is not refused.
"""

import random
from ipaddress import ip_address, ip_network
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.subnets import Subnet

_RESERVED = 4
"""Addresses at the start of a subnet that nothing gets, and one at its end (VPC User Guide, "Subnet sizing")."""


class NoFreeAddress(EC2ClientError):
    """What EC2 answers to an interface or an instance in a full subnet."""

    def __init__(self, subnet: str) -> None:
        told = f"The specified subnet ({subnet}) does not have enough free addresses to satisfy the request."
        super().__init__("InsufficientFreeAddressesInSubnet", told)


def install() -> None:
    create, available = EC2Backend.create_network_interface, Subnet.get_available_subnet_ip

    def create_in_subnet(
        self: Any, subnet: Any, private_ip_address: Any, private_ip_addresses: Any = None, *arguments: Any, **more: Any
    ) -> Any:
        found = self.get_subnet(subnet) if isinstance(subnet, str) else subnet
        if isinstance(private_ip_address, str) and not _within(private_ip_address, found):
            private_ip_address = None
        if found is not None and not private_ip_address and not private_ip_addresses:
            private_ip_address = _free(self, found)
        return create(self, found, private_ip_address, private_ip_addresses, *arguments, **more)

    def available_to_instance(self: Any, instance: Any) -> str:
        taken = _taken(self.ec2_backend, self)
        try:
            while (address := available(self, instance)) in taken:
                pass
        except StopIteration:
            raise NoFreeAddress(self.id) from None
        return str(address)

    EC2Backend.create_network_interface = create_in_subnet
    Subnet.get_available_subnet_ip = available_to_instance


def _within(address: str, subnet: Any) -> bool:
    return subnet is None or ip_address(address) in ip_network(subnet.cidr_block)


def _free(backend: Any, subnet: Any) -> str:
    addresses = ip_network(subnet.cidr_block)
    free = range(_RESERVED, addresses.num_addresses - 1)
    taken = _taken(backend, subnet) | set(subnet._subnet_ips)
    if len(taken) >= len(free):
        raise NoFreeAddress(subnet.id)
    while (address := str(addresses[random.choice(free)])) in taken:
        pass
    return address


def _taken(backend: Any, subnet: Any) -> set[str]:
    return {
        str(one["PrivateIpAddress"])
        for interface in backend.enis.values()
        if interface.subnet is subnet
        for one in interface.private_ip_addresses
    }
