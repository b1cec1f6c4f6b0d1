"""How many rules a security group gets from remote desktops: a rule about a prefix list counts as all that the list may hold."""

from collections.abc import Iterator

from planning.security_groups import desktops, needed, rules, size_of_list
from settings import Problem, Settings
from settings.problem import Path, weighed

_MOST = 60
"""Inward rules of a group (Amazon VPC User Guide, "Amazon VPC quotas")."""
_PLACES: dict[str, Path] = {"head": ("cluster", "headNode", "dcv"), "login": ("cluster", "loginNodes")}


def problems(settings: Settings) -> Iterator[Problem]:
    """One for each kind of node whose group would get more than AWS takes."""
    # The VPC's own range is in the list too; an existing VPC may have more of them.
    size = size_of_list(1 + len(set(settings.network.allowed_cidrs)))
    for role, place in _PLACES.items():
        ports = sorted(port for one, port in desktops(settings) if one == role)
        others = _others(settings, role)
        if ports and len(ports) * size + others > _MOST:
            beside = f" and {others} more" if others else ""
            yield weighed(
                "desktops-rules",
                place,
                ports,
                f"as ports of DCV, each for a list of {size} ranges,{beside} are {len(ports) * size + others} rules of one group",
                f"{_MOST} rules of a security group (Amazon VPC quotas)",
                "give pools the same dcv.port, or join ranges of network.allowedCidrs",
                ("network", "allowedCidrs"),
            )


def _others(settings: Settings, role: str) -> int:
    own = sum(1 for rule in rules(needed(settings)) if rule.target == role and not rule.outward)
    sources = sum(len(set(service.sources)) for service in settings.cluster.site_services) if role == "head" else 0
    return own + sources
