"""boto3 clients of the emulator itself, for what stands for software on AWS: it uses public calls like the original."""

import os
from typing import Any

import boto3
from botocore.config import Config

ENDPOINT = "LOCALCLOUD_EMULATOR_ENDPOINT"
"""Environment variable with the emulator's own URL; set by __main__ before anything else runs."""

OWN = "localcloud-emulator"
"""In the user agent of the emulator's own calls, which no fault is injected into."""


def visible(region: str) -> dict[str, str]:
    """The environment in which software on an instance finds the emulator, and the rights that its role would give it."""
    return {
        "AWS_ENDPOINT_URL": os.environ[ENDPOINT],
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def client(service: str, region: str) -> Any:
    return boto3.client(service, **_arguments(region))


def resource(service: str, region: str) -> Any:
    return boto3.resource(service, **_arguments(region))


def _arguments(region: str) -> dict[str, Any]:
    return {
        "region_name": region,
        "endpoint_url": os.environ[ENDPOINT],
        "aws_access_key_id": "local",
        "aws_secret_access_key": "local",
        "config": Config(user_agent_extra=OWN),
    }
