"""Network interfaces of a compute node: what ParallelCluster places on each network card, and what is free beside it.

As ParallelCluster 3.16 does it (templates/queues_stack.py, `add_network_interfaces`).
"""

from collections.abc import Iterator

from settings import Problem, Settings
from settings.facts.machines import Machine, machine
from settings.places import places
from settings.problem import Path, weighed
from settings.rules.resources import resources

_EVERY_OTHER = "p6e-gb200."
"""Types whose odd cards carry EFA only: ParallelCluster leaves these free without it."""


def placed(found: Machine, *, efa: bool, combined: bool = False, instance_type: str = "") -> tuple[int, ...]:
    """Interfaces on each card. `combined` is `EfaInterfaceType: efa`.

    With EFA the first card has an ordinary interface and one for EFA only, unless it cannot hold two, has no EFA itself (fewer EFA
    interfaces than cards), or both are combined. Every other card has one.
    """
    first_has_efa = found.efa_interfaces == len(found.cards)
    two = efa and not combined and first_has_efa and found.cards[0] >= 2
    every_other = instance_type.startswith(_EVERY_OTHER) and not efa
    rest = (0 if every_other and index % 2 else 1 for index in range(1, len(found.cards)))
    return (2 if two else 1, *rest)


def free(found: Machine, *, efa: bool, combined: bool = False, instance_type: str = "") -> tuple[int, ...]:
    """Interfaces that each card can have beside ParallelCluster's."""
    used = placed(found, efa=efa, combined=combined, instance_type=instance_type)
    return tuple(most - own for most, own in zip(found.cards, used, strict=True))


def wanted_too_many(
    place: Path, instance_type: str, wanted: int, *, efa: bool, combined: bool, by: str
) -> Iterator[Problem]:
    """A problem if somebody wants more interfaces on a node than are free; none for a type that is not known."""
    found = machine(instance_type)
    if found is None:
        return
    left = free(found, efa=efa, combined=combined, instance_type=instance_type)
    if wanted > sum(left):
        used = placed(found, efa=efa, combined=combined, instance_type=instance_type)
        more = sum(free(found, efa=efa, combined=True, instance_type=instance_type))
        opt_out = f"; with cluster.efaInterfaceType efa, {more}" if more > sum(left) else ""
        yield weighed(
            "interfaces",
            place,
            instance_type,
            f"has {len(found.cards)} network cards with {_list(found.cards)} interfaces, of which ParallelCluster uses "
            f"{_list(used)}, and {by} wants {wanted} more",
            f"{sum(left)} more{opt_out}",
            "take fewer, or a type with more of them",
        )


def problems(settings: Settings) -> Iterator[Problem]:
    """EC2 gives a public address only to a machine with one interface (Amazon EC2 User Guide, "Public IPv4 addresses").

    Queues with EFA are told by a rule of layouts. Login nodes have one interface whatever their type (ParallelCluster 3.16).
    """
    yield from _public_head(settings)
    if settings.network.layout != "all-public":
        return
    for place, _, one in resources(settings):
        for number, name in enumerate(one.instance_types):
            found = machine(name)
            if found and not one.efa and sum(placed(found, efa=False, instance_type=name)) > 1:
                yield weighed(
                    "cards-public",
                    (*place, "instanceTypes", number),
                    name,
                    f"has {len(found.cards)} network cards, and in network.layout all-public its nodes need a public address",
                    "types with one network card; or all types in public-head, all-private and isolated",
                    "set network.layout to public-head, or take another type",
                    ("network", "layout"),
                )


def _public_head(settings: Settings) -> Iterator[Problem]:
    """The head node gets an interface on each card too (ParallelCluster 3.16, templates/cluster_stack.py)."""
    name = settings.cluster.head_node.instance_type
    found = machine(name)
    if found and len(found.cards) > 1 and places(settings).head:
        yield weighed(
            "cards-public-head",
            ("cluster", "headNode", "instanceType"),
            name,
            f"has {len(found.cards)} network cards, and a head node in a public subnet needs a public address",
            "types with one network card; or all types with headNode.public false",
            "take another type, such as c6i.2xlarge, or set cluster.headNode.public to false",
            ("cluster", "headNode", "public"),
            ("network", "layout"),
        )


def _list(counts: tuple[int, ...]) -> str:
    return " and ".join(str(count) for count in counts)
