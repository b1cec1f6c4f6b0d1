"""Names, tags and providers of one platform."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
import pulumi_command as command

from planning import names
from provider.sdk import Provider
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
    """The providers, AWS's with its default tags, and the names of one team's platform.

    All that the platform will need are declared here, before its resources: the engine starts their plugins one after the other.
    """
    tags = names.tags(stack, settings)
    provider = aws.Provider("aws", region=settings.region, default_tags={"tags": tags})
    providers: list[pulumi.ProviderResource] = [provider, Provider("parallelcluster")]
    if settings.directory.kind != "none" and settings.jump_host.kind != "none":
        providers.append(command.Provider("command"))
    return Site(
        settings=settings,
        name=names.platform(stack, settings),
        tags=tags,
        partition=aws.get_partition_output(opts=pulumi.InvokeOutputOptions(provider=provider)).partition,
        opts=pulumi.ResourceOptions(providers=providers),
    )
