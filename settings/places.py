"""What stands in public subnets, and in how many zones."""

from dataclasses import dataclass

from settings.model import Settings


@dataclass(frozen=True, kw_only=True)
class Places:
    """Of each kind of machine, whether it stands in a public subnet."""

    head: bool
    login: bool
    compute: bool
    jump_host: bool

    @property
    def any_public(self) -> bool:
        return self.head or self.login or self.compute or self.jump_host


def places(settings: Settings) -> Places:
    """As the layout says, where the stack file does not say it of one kind."""
    layout, cluster, jump_host = settings.network.layout, settings.cluster, settings.jump_host
    return Places(
        head=_chosen(cluster.head_node.public, layout in ("public-head", "all-public")),
        login=bool(cluster.login_nodes.all_pools)
        and _chosen(cluster.login_nodes.public, layout in ("public-head", "all-public")),
        compute=settings.network.nodes_public,
        jump_host=jump_host.kind == "ec2" and _chosen(jump_host.public, layout == "all-public"),
    )


def _chosen(said: bool | None, otherwise: bool) -> bool:
    return otherwise if said is None else said


def service_zones(settings: Settings) -> int:
    """In how many zones databases, directory and mount targets stand; 0 while the subnets of a tag are not known."""
    network = settings.network
    if network.exists:
        return len(network.private_subnet_ids or network.public_subnet_ids)
    return network.zones


def compute_zones(settings: Settings) -> int:
    """How many subnets there are for compute nodes, each in a zone of its own."""
    return public_zones(settings) if places(settings).compute else service_zones(settings)


def public_zones(settings: Settings) -> int:
    """How many public subnets there are; 0 while those of a tag are not known."""
    network = settings.network
    if network.exists:
        return len(network.public_subnet_ids)
    return 0 if network.layout == "isolated" else network.zones
