"""Clients of AWS. boto3 is imported when one is made: that takes a third of a second, and a node's start runs a dozen programs."""

from typing import Any


def client(service: str, region: str) -> Any:
    import boto3

    return boto3.client(service, region_name=region)


def table(name: str, region: str) -> Any:
    """Of DynamoDB."""
    import boto3

    return boto3.resource("dynamodb", region_name=region).Table(name)


def errors() -> tuple[type[Exception], ...]:
    """What a call may raise."""
    from botocore.exceptions import BotoCoreError, ClientError

    return BotoCoreError, ClientError
