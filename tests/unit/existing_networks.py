"""Existing networks as AWS would describe them, in place of asking AWS."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from planning.existing_network import ExistingNetwork, Kind, Subnet
from planning.vpc_endpoints import GATEWAYS, needed
from settings import Settings
from settings.rules.machines import machine_types

BY_TAG = {"public": ("subnet-0123456789abcde00",), "private": ("subnet-0123456789abcde01", "subnet-0123456789abcde02")}
"""What subnets are called that have a tag."""


def fitting(settings: Settings, stack: str) -> ExistingNetwork:
    """One that has all that the stack file needs, in place of components.existing_network.look."""
    public, private = _subnets(settings, "public"), _subnets(settings, "private")
    types = frozenset(name for _, name in machine_types(settings))
    return ExistingNetwork(
        vpc_ids=(settings.network.vpc_id or "vpc-0123456789abcdef0",),
        public=public,
        private=private,
        endpoints=frozenset((*GATEWAYS, *needed(settings))),
        offered={one.zone: types for one in (*public, *private)},
    )


def _subnets(settings: Settings, kind: Kind) -> tuple[Subnet, ...]:
    network, public = settings.network, kind == "public"
    ids = network.public_subnet_ids if public else network.private_subnet_ids
    tag = network.public_subnet_tag if public else network.private_subnet_tag
    way_out = "none" if network.layout == "isolated" else "another way"
    return tuple(
        Subnet(
            id=subnet,
            zone=f"{settings.region}{'abc'[index]}",
            cidr=f"10.70.{index + (0 if public else 4)}.0/24",
            free=4000,
            own=0,
            gives_public_addresses=public,
            default_route="internet gateway" if public else way_out,
        )
        for index, subnet in enumerate(BY_TAG[kind] if tag else ids)
    )


def altered(change: Mapping[str, Any], error: Exception) -> Callable[[Settings, str], ExistingNetwork]:
    """The same, but for what differs: fields of ExistingNetwork, with `public` and `private` a mapping for each subnet;
    `unanswered` has the error raised."""

    def look(settings: Settings, stack: str) -> ExistingNetwork:
        if change.get("unanswered"):
            raise error
        found = fitting(settings, stack)
        fields = {key: value for key, value in change.items() if key not in ("public", "private")}
        for kind in ("public", "private"):
            if kind in change:
                subnets = found.of(kind)
                fields[kind] = tuple(replace(one, **more) for one, more in zip(subnets, change[kind], strict=False))
        for key in ("vpc_ids", "endpoints"):
            if key in fields:
                fields[key] = tuple(fields[key])
        return replace(found, **fields)

    return look
