"""The way to a stack's jump host that its stack file chose."""

import contextlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from scripts.operator import stack
from scripts.operator.errors import UNREACHABLE, OperatorError
from scripts.operator.reach import ssh
from scripts.operator.reach.channel import Channel
from scripts.operator.reach.ssm import SsmChannel
from scripts.operator.stack import SSM, Stack


@contextlib.contextmanager
def channel_to(found: Stack, say: Callable[[str], None]) -> Iterator[Channel]:
    """An open way; `say` is told what is waited for. Raises OperatorError, also for AWS's own refusals while it is open."""
    if found.access == SSM:
        with told(str(found.instance)):
            channel = over_ssm(found, say)
            channel.await_managed()
            yield channel
        return
    assert found.host
    assert found.port
    assert found.user
    key = stack.private_key(found.name)
    with ssh.connect(found.host, found.port, found.user, found.host_key, key) as session:
        yield session


@contextlib.contextmanager
def told(instance: str) -> Iterator[None]:
    """AWS's refusals, and no answer from it, as an OperatorError."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise OperatorError(f"jump host {instance} is not reached by Systems Manager: {error}", UNREACHABLE) from error


def over_ssm(found: Stack, say: Callable[[str], None]) -> SsmChannel:
    assert found.region
    assert found.instance
    assert found.bucket
    return SsmChannel(
        clients=clients(found.region), region=found.region, instance=found.instance, bucket=found.bucket, say=say
    )


def clients(region: str) -> Callable[[str], Any]:
    """boto3's clients of a region by the operator's own credentials, each made once."""
    import boto3  # here, because it takes a while and a wrong call should be told at once
    from botocore.config import Config

    @cache
    def client(service: str) -> Any:
        return boto3.client(service, region_name=region, config=Config(retries={"mode": "standard", "max_attempts": 8}))

    return client
