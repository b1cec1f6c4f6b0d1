"""What of ParallelCluster's library is other in the worker, which serves many requests where a command serves one."""

# This file belongs to another environment: no types of `pcluster`, boto3 or marshmallow are at hand where it is checked.
# pyright: reportMissingImports=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingTypeStubs=false
# pyright: reportUnknownLambdaType=false, reportAttributeAccessIssue=false

import functools
import json
import os
import sys
import uuid
from typing import Any

import boto3
import pcluster.aws.common
from botocore.config import Config

Json = dict[str, Any]


def make_creations_repeatable() -> None:
    """Give every creation of a stack a token, by which CloudFormation answers a second try as it answered the first.

    boto3 tries again when an answer is lost. Without a token that try is refused as a duplicate, and ParallelCluster then
    deletes what it had uploaded for the stack that is being made.
    """

    def with_token(params: Json, **_: Any) -> None:
        params.setdefault("ClientRequestToken", str(uuid.uuid4()))

    # The library makes its clients from the default session.
    boto3.setup_default_session()
    boto3.DEFAULT_SESSION.events.register("provide-client-params.cloudformation.CreateStack", with_token)


def read_region_directly() -> None:
    """Give the library the region from the environment, where each request has it.

    The library makes a new session of boto3 for that, several times a queue: most of the time of a schema's check (3.16).
    """
    told = pcluster.aws.common.get_region

    def region() -> str:
        return os.environ["AWS_DEFAULT_REGION"]

    for module in [module for module in sys.modules.values() if getattr(module, "get_region", None) is told]:
        module.get_region = region


def keep_clients() -> None:
    """Have the library make each of its clients once a region, from the session that it has anyway (3.15, 3.16).

    It makes them anew for each request, and a session more at each call of a service, for a line of a level that the
    worker's log does not have: together three quarters of the processor time of an update's dry run.
    """

    @functools.cache
    def client(name: str, region: str, settings: str) -> Any:
        return boto3.client(name, region_name=region, config=Config(**json.loads(settings)))

    @functools.cache
    def resource(name: str, region: str) -> Any:
        return boto3.resource(name, region_name=region)

    def init_client(self: Any, client_name: str, botocore_config_kwargs: Json | None = None) -> None:
        self._client = client(client_name, os.environ["AWS_DEFAULT_REGION"], json.dumps(botocore_config_kwargs or {}))

    def init_resource(self: Any, resource_name: str) -> None:
        self._resource = resource(resource_name, os.environ["AWS_DEFAULT_REGION"])

    pcluster.aws.common.Boto3Client.__init__ = init_client
    pcluster.aws.common.Boto3Resource.__init__ = init_resource
