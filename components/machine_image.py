"""Asks AWS about the image that a stack file names, before any resource."""

from collections.abc import Callable
from typing import Any

from components import aws_call
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
    except aws_call.errors() as error:
        warn(f"hpcstack:image.ami: {ami} was not checked: AWS did not answer: {str(error).splitlines()[0]}")
        return []
    if found and (line := machine_image.remark(settings, found)):
        warn(line)
    return machine_image.problems(settings, found)


def _described(ami: str, region: str) -> Found | None:
    """The image as EC2 tells it; None if there is none."""
    client = aws_call.client("ec2", region)
    answer = aws_call.if_there(lambda: client.describe_images(ImageIds=[ami]), "InvalidAMIID.")
    images: list[dict[str, Any]] = answer["Images"] if answer else []
    if not images:
        return None
    (one,) = images
    listed: list[dict[str, str]] = one.get("Tags") or []
    tags = {tag["Key"]: tag["Value"] for tag in listed}
    return Found(str(one["Architecture"]), str(one.get("Name", "")), tags, str(one.get("State", "available")))
