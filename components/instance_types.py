"""Asks AWS about instance types that the program's own list does not know."""

from typing import Any, cast

from settings import Problem, Settings
from settings.rules import types


def problems(settings: Settings) -> list[Problem]:
    """None, and no call, where the list knows all types: the usual case. Else one call for all of them.

    It is made by boto3, before any resource: an invoke of the provider would need the provider's own resource first.
    """
    unknown = types.unknown_types(settings)
    if not unknown:
        return []
    try:
        offered = _offered(unknown, settings.region)
    except _errors() as error:
        return list(types.problems(settings, unknown, reason=str(error).splitlines()[0]))
    return list(types.problems(settings, set(unknown) - offered))


def _offered(names: list[str], region: str) -> set[str]:
    """Those of the names that the region offers."""
    import boto3  # pyright: ignore[reportMissingTypeStubs]  # a fifth of a second, and seldom needed
    from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs]

    quick = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2})
    client = cast(Any, boto3).client("ec2", region_name=region, config=quick)
    pages = client.get_paginator("describe_instance_type_offerings").paginate(
        LocationType="region", Filters=[{"Name": "instance-type", "Values": names}]
    )
    return {str(one["InstanceType"]) for page in pages for one in page["InstanceTypeOfferings"]}


def _errors() -> tuple[type[Exception], ...]:
    from botocore.exceptions import BotoCoreError, ClientError  # pyright: ignore[reportMissingTypeStubs]

    return (BotoCoreError, ClientError)
