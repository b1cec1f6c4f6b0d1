"""The AWS side of a call: clients, account, tags, and what AWS's errors mean."""

import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

if TYPE_CHECKING:
    from botocore.session import Session

_ABSENT = re.compile(r"NotFound|NoSuch|DoesNotExist|EntityDoesNotExist|^404$")


@dataclass
class Aws:
    """Clients of one region, made once each, and the provider's default tags. Safe for use from several threads.

    The environment variable AWS_ENDPOINT_URL, which botocore reads itself, points them to an emulator.
    """

    region: str
    default_tags: Mapping[str, str] = field(default_factory=dict)
    credentials: Mapping[str, str] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)
    _clients: dict[str, Any] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @cached_property
    def _session(self) -> "Session":
        # Imported at use: the plugin answers the engine before its first call needs it. boto3 would add nothing but time.
        from botocore.session import Session

        from localcloud.service_models import PlainFiles

        session = Session(profile=self.credentials.get("profile_name"))
        session.get_component("data_loader").file_loader = PlainFiles()
        return session

    def client(self, service: str) -> Any:
        """The client of a service. Making one is slow and not safe in threads, hence once and under a lock."""
        from botocore.config import Config

        with self._lock:
            if service not in self._clients:
                # Under an emulator no DNS name leads to a bucket's own host.
                style = {"addressing_style": "path"} if os.environ.get("AWS_ENDPOINT_URL") else {}
                config = Config(max_pool_connections=40, retries={"mode": "standard", "max_attempts": 5}, s3=style)
                keys = {name: value for name, value in self.credentials.items() if name != "profile_name"}
                self._clients[service] = self._session.create_client(service, self.region, config=config, **keys)
            return self._clients[service]

    @cached_property
    def account(self) -> str:
        """The account id, asked once."""
        return str(self.client("sts").get_caller_identity()["Account"])

    @property
    def partition(self) -> str:
        """aws, aws-cn, aws-us-gov, by the region's name."""
        return next((f"aws-{p}" for p in ("cn", "us-gov") if self.region.startswith(f"{p}-")), "aws")

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def all_tags(self, tags: Mapping[str, Any] | None) -> dict[str, Any]:
        """The provider's default tags overlaid with a resource's own."""
        return {**self.default_tags, **(tags or {})}


def code_of(error: ClientError) -> str:
    """AWS's error code."""
    return str(error.response.get("Error", {}).get("Code", ""))


def is_absent(error: ClientError) -> bool:
    """Whether the error says that the thing asked for does not exist."""
    return bool(_ABSENT.search(code_of(error)))


def explain(error: BaseException) -> str | None:
    """One line for an error of AWS or of its client library; None for any other."""
    from botocore.parsers import ResponseParserError

    if isinstance(error, ClientError):
        message = " ".join(str(error.response.get("Error", {}).get("Message", "")).split())
        return f"{code_of(error)}: {message} (operation {error.operation_name})"
    if isinstance(error, NoCredentialsError):
        return "no AWS credentials found; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    if isinstance(error, ResponseParserError):
        return "the answer of AWS cannot be read; an emulator answers so to an operation that it does not implement"
    if isinstance(error, BotoCoreError):
        return " ".join(f"{type(error).__name__}: {error}".split())
    return None


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as most AWS APIs take them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tag_map(tags: list[dict[str, str]] | None) -> dict[str, str]:
    """Tags as most AWS APIs give them, without those of AWS itself."""
    return {tag["Key"]: tag["Value"] for tag in tags or [] if not tag["Key"].startswith("aws:")}
