"""boto3 for questions of a preview: quick to give up, and imported only where there is something to ask."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

_T = TypeVar("_T")


def client(service: str, region: str, read_seconds: int = 10, attempts: int = 2) -> Any:
    import boto3  # pyright: ignore[reportMissingTypeStubs]  # a fifth of a second, and seldom needed
    from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs]

    quick = Config(connect_timeout=5, read_timeout=read_seconds, retries={"total_max_attempts": attempts})
    return cast(Any, boto3).client(service, region_name=region, config=quick)


def errors() -> tuple[type[Exception], ...]:
    """What a call raises where AWS cannot be asked, or says no."""
    from botocore.exceptions import BotoCoreError, ClientError  # pyright: ignore[reportMissingTypeStubs]

    return (BotoCoreError, ClientError)


def if_there(ask: Callable[[], _T], *absent: str) -> _T | None:
    """The answer; None where it is a refusal with a code that begins with one of `absent`."""
    from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

    try:
        return ask()
    except ClientError as error:
        if not str(cast(Any, error).response["Error"]["Code"]).startswith(absent):
            raise
        return None


_LASTING = frozenset({"AccessDenied", "AccessDeniedException", "NotFoundException", "UnauthorizedOperation"})
"""Codes of answers that the same question gets for a while; credentials and rates of calls may be in order the next minute."""


def lasting(error: Exception) -> bool:
    """Whether a refusal is worth remembering: a right that lacks, a service that is not there or cannot be reached."""
    from botocore import exceptions  # pyright: ignore[reportMissingTypeStubs]

    if isinstance(error, exceptions.ClientError):
        return cast(Any, error).response["Error"]["Code"] in _LASTING
    return isinstance(error, exceptions.ConnectionError | exceptions.HTTPClientError)
