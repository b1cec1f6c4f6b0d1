"""Clients of AWS. boto3 is imported when one is made: that takes a third of a second, and a node's start runs a dozen programs.

They are kept: making one costs more than ten calls, and some daemons call each two seconds.
"""

from functools import cache
from typing import Any


@cache
def client(service: str, region: str) -> Any:
    import boto3

    return boto3.client(service, region_name=region)


@cache
def table(name: str, region: str) -> Any:
    """Of DynamoDB."""
    import boto3

    return boto3.resource("dynamodb", region_name=region).Table(name)


def forget() -> None:
    """Make clients anew at the next call. One that was made while the metadata service gave no credentials never has any."""
    client.cache_clear()
    table.cache_clear()


def text(address: str, region: str) -> str:
    """What stands at an address s3://bucket/key or https://…"""
    if address.startswith("s3://"):
        bucket, _, key = address.removeprefix("s3://").partition("/")
        return str(client("s3", region).get_object(Bucket=bucket, Key=key)["Body"].read().decode())
    import requests

    answer = requests.get(address, timeout=60)
    answer.raise_for_status()
    return answer.text


def errors() -> tuple[type[Exception], ...]:
    """What a call may raise."""
    from botocore.exceptions import BotoCoreError, ClientError

    return BotoCoreError, ClientError
