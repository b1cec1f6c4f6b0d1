"""Asks AWS about the image that a stack file names, before any resource."""

from collections.abc import Callable
from typing import Any, cast

from planning import machine_image
from planning.machine_image import Found
from settings import Problem, Settings


def problems(settings: Settings, warn: Callable[[str], None]) -> list[Problem]:
    """None, and no call, for an official image or one that is built. One line of warning where AWS cannot be asked."""
    ami = settings.image.ami
    if ami is None:
        return []
    try:
        found = _described(ami, settings.region)
    except _errors() as error:
        warn(f"hpcstack:image.ami: {ami} was not checked: AWS did not answer: {str(error).splitlines()[0]}")
        return []
    if found and (line := machine_image.remark(settings, found)):
        warn(line)
    return machine_image.problems(settings, found)


def _described(ami: str, region: str) -> Found | None:
    """The image as EC2 tells it; None if there is none."""
    import boto3  # pyright: ignore[reportMissingTypeStubs]  # a fifth of a second, and seldom needed
    from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs]
    from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

    quick = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2})
    client = cast(Any, boto3).client("ec2", region_name=region, config=quick)
    try:
        images: list[dict[str, Any]] = client.describe_images(ImageIds=[ami])["Images"]
    except ClientError as error:
        if "InvalidAMIID." not in str(error):
            raise
        images = []
    if not images:
        return None
    (one,) = images
    listed: list[dict[str, str]] = one.get("Tags") or []
    tags = {tag["Key"]: tag["Value"] for tag in listed}
    return Found(str(one["Architecture"]), str(one.get("Name", "")), tags, str(one.get("State", "available")))


def _errors() -> tuple[type[Exception], ...]:
    from botocore.exceptions import BotoCoreError, ClientError  # pyright: ignore[reportMissingTypeStubs]

    return (BotoCoreError, ClientError)
