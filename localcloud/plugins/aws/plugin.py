"""The stand-in's provider: its configuration and everything that it knows."""

import os
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from localcloud.plugins.aws.client import Aws, explain
from localcloud.plugins.aws.functions import MODULES as FUNCTIONS
from localcloud.plugins.aws.resources import MODULES as RESOURCES
from localcloud.plugins.resource import PluginError
from localcloud.plugins.serving import Plugin
from localcloud.plugins.values import Plain

VERSION = "7.51.1"


class AwsPlugin(Plugin[Aws]):
    """The AWS provider. Checks of credentials, region and account that the official one may skip are never made."""

    name = "aws"
    config = frozenset(
        {
            "region",
            "defaultTags",
            "accessKey",
            "secretKey",
            "token",
            "profile",
            "skipCredentialsValidation",
            "skipMetadataApiCheck",
            "skipRegionValidation",
            "skipRequestingAccountId",
        }
    )
    config_replaces = frozenset({"region"})

    def __init__(self) -> None:
        super().__init__(_all(RESOURCES), _all(FUNCTIONS))

    def open(self, config: Plain) -> Aws:
        region = config.get("region") or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        if not region:
            raise PluginError("no AWS region: set region on aws.Provider, aws:region in the stack, or AWS_REGION")
        names = {"accessKey": "aws_access_key_id", "secretKey": "aws_secret_access_key", "token": "aws_session_token"}
        credentials = {name: config[key] for key, name in {**names, "profile": "profile_name"}.items() if key in config}
        tags = config.get("defaultTags", {}).get("tags", {})
        return Aws(region, tags, credentials, self.stopping)

    def explain(self, error: BaseException) -> str | None:
        return explain(error)


def _all(modules: Iterable[ModuleType]) -> list[Any]:
    return [one() for module in modules for one in module.ALL]
