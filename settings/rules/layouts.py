"""What each layout of the network can hold: nothing public where there is no internet, nothing private without a way out."""

from collections.abc import Iterator

from settings.model import Settings
from settings.places import service_zones
from settings.problem import Path, Problem, weighed
from settings.rules.resources import resources

_LAYOUT: Path = ("network", "layout")


def isolated_has_nothing_public(settings: Settings) -> Iterator[Problem]:
    for path, value in _said_public(settings):
        if value and settings.network.layout == "isolated":
            yield weighed(
                "layout-public",
                path,
                value,
                "is not for network.layout isolated, which has no public subnets",
                "public machines in public-head, all-private and all-public",
                "remove public, or set network.layout to public-head",
                _LAYOUT,
            )


def all_public_has_nothing_private(settings: Settings) -> Iterator[Problem]:
    for path, value in _said_public(settings):
        if value is False and settings.network.layout == "all-public":
            yield weighed(
                "layout-private",
                path,
                value,
                "is not for network.layout all-public, which has no NAT gateway: a private machine would reach nothing",
                "private machines in public-head, all-private and isolated",
                "remove public, or set network.layout to all-private",
                _LAYOUT,
            )


def _said_public(settings: Settings) -> Iterator[tuple[Path, bool | None]]:
    cluster = settings.cluster
    yield ("cluster", "headNode", "public"), cluster.head_node.public
    yield ("cluster", "loginNodes", "public"), cluster.login_nodes.public
    yield ("jumpHost", "public"), settings.jump_host.public


def nat_gateways_have_a_layout(settings: Settings) -> Iterator[Problem]:
    network = settings.network
    if "nat_gateways" in network.model_fields_set and not network.has_nat and not network.exists:
        yield weighed(
            "layout-nat",
            ("network", "natGateways"),
            network.nat_gateways,
            f"is not for network.layout {network.layout}, which has no NAT gateway",
            "natGateways in public-head and all-private",
            "remove natGateways, or set network.layout to all-private",
            _LAYOUT,
        )


def first_boots_reach_packages(settings: Settings) -> Iterator[Problem]:
    """Machines of the platform that install packages from their distribution's archive when they boot or are built."""
    layout = settings.network.layout
    needs: list[tuple[Path, object, str]] = []
    if layout in ("isolated", "all-public") and settings.directory.kind == "samba-ad":
        needs.append((("directory", "kind"), "samba-ad", "take managed-ad or an existing directory"))
    if layout == "isolated" and settings.image.build:
        image = settings.image
        keys = {"components": image.components, "parent": image.parent, "updateOsPackages": image.update_os_packages}
        key = next(key for key, value in keys.items() if value)
        needs.append((("image", key), True, "build the image in another stack, and name it as image.ami"))
    if layout == "isolated" and settings.jump_host.kind == "ec2" and settings.jump_host.ami is None:
        packages = "name an image that has its packages (scripts/jump_host/user-data.sh) as jumpHost.ami"
        needs.append((("jumpHost", "kind"), "ec2", packages))
    if layout in ("isolated", "all-public") and settings.api_host is not None:
        needs.append((("apiHost",), {}, "make the API host in a stack of its own"))
    for path, value, fix in needs:
        yield weighed(
            "layout-packages",
            path,
            value,
            f"installs packages, and in network.layout {layout} its subnet has no way to their archives",
            "public-head and all-private, where a NAT gateway leads there",
            f"{fix}, or set network.layout to all-private",
            _LAYOUT,
        )


def two_zones_where_aws_wants_them(settings: Settings) -> Iterator[Problem]:
    """Directory Service takes two subnets in two zones, RDS a subnet group over two, Route 53 Resolver two addresses."""
    if service_zones(settings) != 1:
        return
    directory, databases = settings.directory, settings.databases
    needs: dict[Path, object] = {}
    if directory.kind in ("simple-ad", "managed-ad", "samba-ad"):
        needs["directory", "kind"] = directory.kind
    if directory.resolution == "resolver-rule" and directory.kind != "none":
        needs["directory", "resolution"] = directory.resolution
    for key in ("applications", "slurm"):
        if getattr(databases, key) is not None:
            needs["databases", key] = {}
    exists = settings.network.exists
    key = "privateSubnetIds" if exists else "zones"
    if exists and not settings.network.private_subnet_ids:
        key = "publicSubnetIds"
    more = "name a subnet in a second zone" if exists else "set network.zones to 2"
    for path, value in needs.items():
        yield weighed(
            "one-zone",
            path,
            value,
            f"needs two availability zones, and network.{key} gives one",
            "two zones or three",
            f"{more}, or remove {'.'.join(str(part) for part in path)}",
            ("network", key),
        )


def adapters_have_no_public_address(settings: Settings) -> Iterator[Problem]:
    """A node with an Elastic Fabric Adapter has two network interfaces or more, and EC2 gives a public address only to a machine
    with one (Amazon EC2 User Guide, "Public IPv4 addresses"; ParallelCluster 3.16, MultiNetworkInterfacesInstancesValidator)."""
    if settings.network.layout != "all-public":
        return
    for place, _, one in resources(settings):
        if one.efa:
            yield weighed(
                "efa-public",
                (*place, "efa"),
                True,
                "gives its nodes several network interfaces, and in network.layout all-public they need a public address",
                "EFA in public-head, all-private and isolated",
                "set network.layout to public-head, or efa to false",
                _LAYOUT,
            )


RULES = (
    isolated_has_nothing_public,
    all_public_has_nothing_private,
    nat_gateways_have_a_layout,
    first_boots_reach_packages,
    two_zones_where_aws_wants_them,
    adapters_have_no_public_address,
)
