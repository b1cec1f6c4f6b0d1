"""Names, tags and AWS provider of one platform."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from planning import names
from settings import Settings


@dataclass(frozen=True, kw_only=True)
class Site:
    """What every step of one platform needs to know."""

    settings: Settings
    name: str
    tags: dict[str, str]
    partition: pulumi.Output[str]
    opts: pulumi.ResourceOptions


def site_of(settings: Settings, stack: str) -> Site:
    """The provider with its default tags, and the names of one team's platform."""
    tags = names.tags(stack, settings)
    provider = aws.Provider("aws", region=settings.region, default_tags={"tags": tags})
    return Site(
        settings=settings,
        name=names.platform(stack, settings),
        tags=tags,
        partition=aws.get_partition_output(opts=pulumi.InvokeOutputOptions(provider=provider)).partition,
        opts=pulumi.ResourceOptions(providers=[provider]),
    )
