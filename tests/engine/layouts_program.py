"""The program of a stack with one network in each layout, run by the engine: networks, security groups and endpoints."""

import json

import pulumi

from settings import Settings, load

REGION = "us-east-1"
LAYOUTS = ("all-private", "public-head", "all-public", "isolated")
_MORE: dict[str, dict[str, object]] = {
    "all-private": {"natGateways": "per-zone"},
    "public-head": {"zones": 1},
    "isolated": {"zones": 3},
}


def settings_of(layout: str) -> Settings:
    """Two zones, but one behind a public head and three in isolation."""
    network = json.dumps({"layout": layout, **_MORE.get(layout, {})})
    minimum = {"team": "genomics", "email": "hpc@example.org", "region": REGION, "network": network}
    return load({f"hpcstack:{key}": value for key, value in minimum.items()})


def run() -> None:
    from components.platform import add_network
    from components.site import Site

    opts = pulumi.ResourceOptions(providers=[pulumi.ProviderResource("aws", "aws", {"region": REGION})])
    for layout in LAYOUTS:
        partition = pulumi.Output.from_input("aws")
        add_network(Site(settings=settings_of(layout), name=layout, tags={}, partition=partition, opts=opts))
