"""Every type that can be looked up, and the AWS clients for it."""

import os
from collections.abc import Callable
from functools import cache
from typing import Any

from scripts.operator.errors import OperatorError
from scripts.operator.repair import (
    find_balancing,
    find_ec2,
    find_named,
    find_parallelcluster,
    find_route53,
    find_s3,
    find_storage,
    find_watching,
)
from scripts.operator.repair.deployment import Deployment, Pending
from scripts.operator.repair.finding import Finder, Wanted, found_by
from scripts.operator.repair.plan import Found, Undecidable

FINDERS: dict[str, Finder] = {
    **find_balancing.FINDERS,
    **find_ec2.FINDERS,
    **find_named.FINDERS,
    **find_route53.FINDERS,
    **find_s3.FINDERS,
    **find_storage.FINDERS,
    **find_watching.FINDERS,
    **find_parallelcluster.FINDERS,
}


@cache
def client(service: str, region: str) -> Any:
    """By the operator's own AWS credentials."""
    import boto3  # here, because it takes a while and a state with nothing pending needs none

    return boto3.client(service, region_name=region)


def wanted(pending: Pending, deployment: Deployment, *, anew: bool = False) -> Wanted:
    """What is looked for. Raises Undecidable if the region is not known."""
    region = deployment.region(pending.resource) or os.environ.get("AWS_REGION")
    if not region:
        raise Undecidable("its region is neither in the state nor in AWS_REGION")
    tags = deployment.tags(pending.resource)
    return Wanted(pending.urn, pending.inputs, tags, lambda service: client(service, region), anew)


def finder(deployment: Deployment, *, anew: bool = False) -> Callable[[Pending], list[Found]]:
    """Looks up the pending creations of a state. Raises OperatorError if AWS cannot be asked."""

    def find(pending: Pending) -> list[Found]:
        from botocore.exceptions import BotoCoreError, ClientError

        look = FINDERS.get(pending.type)
        if look is None:
            raise Undecidable(f"objects of the type {pending.type} cannot be looked up")
        try:
            return found_by(look, wanted(pending, deployment, anew=anew))
        except (BotoCoreError, ClientError) as error:
            raise OperatorError(f"AWS cannot be asked about {pending.name} ({pending.type}): {error}") from error

    return find
