"""What the emulated account knows about the machine that asks: it is told by its VPC and its address."""

from collections.abc import Iterator
from typing import Any

from moto.ec2.models import ec2_backends

_ALIVE = {"pending", "running", "shutting-down", "stopping"}


def instances() -> Iterator[Any]:
    """All of the account, as moto's objects."""
    for account in list(ec2_backends):
        for backend in list(ec2_backends[account].values()):
            for reservation in list(backend.reservations.values()):
                yield from reservation.instances


def at(vpc_id: str, address: str) -> Any:
    """The instance of a VPC that has a private address now, or None. VPCs may have the same ranges."""
    alive = (one for one in instances() if one.state in _ALIVE and one.vpc_id == vpc_id)
    return next((one for one in alive if one.private_ip == address), None)


def tags(instance: Any) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in instance.get_tags()}
