"""Public addresses hold what they hang on.

Wraps release_address and detach_internet_gateway of EC2's backend, and `Instance.prep_nics`.
Without it: an address that a NAT gateway uses can be released, and an internet gateway detached while something in its
VPC has a public address, so that a program that destroys in the wrong order passes here and fails on AWS; and an
instance that is started with an interface made before, as ParallelCluster's head node is, has no public address in a
subnet that gives them. Providers wait until the addresses are gone.
"""

from typing import Any

from moto.ec2.exceptions import DependencyViolationError, EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.instances import Instance


class AddressInUse(EC2ClientError):
    """What EC2 answers to the release of an address that something has."""

    def __init__(self, allocation_id: str) -> None:
        super().__init__("InvalidIPAddress.InUse", f"The address with allocation id {allocation_id} is in use.")


def install() -> None:
    release = EC2Backend.release_address

    def release_unused(self: Any, address: str | None = None, allocation_id: str | None = None) -> None:
        if allocation_id:
            for found in self.address_by_allocation([allocation_id]):
                if found.association_id or _of_nat_gateway(self, allocation_id):
                    raise AddressInUse(allocation_id)
        release(self, address=address, allocation_id=allocation_id)

    detach = EC2Backend.detach_internet_gateway

    def detach_unused(self: Any, internet_gateway_id: str, vpc_id: str) -> None:
        if _public(self, vpc_id):
            raise DependencyViolationError(
                f"Network {vpc_id} has some mapped public address(es). "
                "Please unmap those public address(es) before detaching the gateway."
            )
        detach(self, internet_gateway_id, vpc_id)

    prepare = Instance.prep_nics

    def prepare_with_address(self: Any, nic_spec: list[dict[str, Any]], *arguments: Any, **keywords: Any) -> None:
        prepare(self, nic_spec, *arguments, **keywords)
        # An instance with several interfaces gets none (EC2 User Guide, "Public IPv4 addresses").
        if len(self.nics) == 1 and any("NetworkInterfaceId" in spec for spec in nic_spec):
            (only,) = self.nics.values()
            only.public_ip_auto_assign = str(only.subnet.map_public_ip_on_launch).lower() == "true"
            only.check_auto_public_ip()

    Instance.prep_nics = prepare_with_address
    EC2Backend.detach_internet_gateway = detach_unused
    EC2Backend.release_address = release_unused


def _of_nat_gateway(backend: Any, allocation_id: str) -> bool:
    return any(
        address.get("allocationId") == allocation_id
        for gateway in backend.nat_gateways.values()
        if gateway.state != "deleted"
        for address in gateway.address_set
    )


def _public(backend: Any, vpc_id: str) -> bool:
    """Whether a NAT gateway, or a machine that is not terminated, has a public address in the VPC."""
    gateways = (one for one in backend.nat_gateways.values() if one.state != "deleted" and one.vpc_id == vpc_id)
    if any(address.get("allocationId") for gateway in gateways for address in gateway.address_set):
        return True
    machines = (one for one in backend.all_instances() if one.vpc_id == vpc_id and one.state != "terminated")
    return any(nic.public_ip for machine in machines for nic in machine.nics.values())
