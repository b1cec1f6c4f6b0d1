"""ParallelCluster itself, as a long-lived process: runs inside the environment of one version and imports nothing of ours
but this folder.

Reads one JSON line a request on standard input, {"operation", "region", "arguments"}, and writes one JSON line an answer
on standard output: {"result": …} or {"error": {"code", "type", "content"}} in ParallelCluster's own words, where code is
its HTTP status (500 for anything unforeseen) and content its JSON. Everything that the library or Node.js prints goes to
the log file, which the client gives as standard error. Ends when standard input ends.
"""

# This file belongs to another environment: no types of `pcluster`, boto3 or marshmallow are at hand where it is checked.
# pyright: reportMissingImports=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingTypeStubs=false
# pyright: reportUnknownLambdaType=false, reportAttributeAccessIssue=false

import json
import logging
import os
import sys
from collections.abc import Callable
from typing import Any

import judging
import library
import log_groups
import pcluster.api.errors
import pcluster.lib
import services
from botocore.exceptions import ClientError
from pcluster.api import encoder
from pcluster.aws.aws_api import AWSApi
from pcluster.aws.common import Cache

Json = dict[str, Any]

OPERATIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        judging.check,
        judging.compare,
        judging.image_dry_run,
        judging.update_policies,
        judging.validators,
        log_groups.drop_log_group,
        log_groups.encrypt_logs,
        log_groups.keys_of_logs,
        log_groups.log_tail,
        log_groups.make_log_group,
        services.build_stack,
        services.cluster_configuration,
        services.continue_rollback,
        services.credentials,
        services.delete_stack,
        services.drop_snapshots,
        services.forget_former_state,
        services.former_state,
        services.images_of,
        services.keep_former_state,
        services.run_on_head_node,
        services.stack_status,
        services.tag_ami,
        services.users_of,
    )
}
"""What is not a function of `pcluster.lib`; all others are called there by their own names and arguments."""


def answer(request: Json) -> Json:
    """One request's answer; never raises for what the library raises."""
    region = request["region"]
    os.environ["AWS_DEFAULT_REGION"] = os.environ["AWS_REGION"] = region
    # The library keeps clients and answers of services for the life of a command; here one process serves many.
    AWSApi.reset()
    Cache.clear_all()
    try:
        operation, arguments = request["operation"], request["arguments"]
        if operation in OPERATIONS:
            return {"result": OPERATIONS[operation](**arguments)}
        return {"result": getattr(pcluster.lib, operation)(region=region, **arguments)}
    except Exception as error:
        told = describe(error)
        logging.getLogger("worker").warning(
            "%s: %s %s", request.get("operation"), told["code"], told["content"], exc_info=told["code"] >= 500
        )
        return {"error": told}


def describe(error: Exception) -> Json:
    """An error as {"code", "type", "content"}; `content` is the body that ParallelCluster's own API answers."""
    name = type(error).__name__
    if isinstance(error, pcluster.api.errors.ParallelClusterApiException):
        return {"code": error.code, "type": name, "content": json.loads(encoder.JSONEncoder().encode(error.content))}
    if isinstance(error, judging.Refused):
        return {"code": error.code, "type": name, "content": error.content}
    if isinstance(error, ClientError):
        code = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
        told = error.response["Error"]
        throttled = "Throttl" in told["Code"] or told["Code"] in ("RequestLimitExceeded", "TooManyRequestsException")
        return {"code": 429 if throttled else code, "type": told["Code"], "content": {"message": str(error)}}
    content = getattr(error, "data", None)
    if not isinstance(content, dict):
        content = {"message": str(error) or name}
    return {"code": 400 if hasattr(error, "data") else 500, "type": name, "content": content}


def main() -> None:
    """Serve until standard input ends."""
    requests, answers = os.fdopen(os.dup(0), encoding="utf-8"), os.fdopen(os.dup(1), "w", encoding="utf-8")
    # Children of the library (Node.js) inherit 0 and 1: these must not be the channel.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    library.make_creations_repeatable()
    library.read_region_directly()
    library.keep_clients()
    for line in requests:
        print(json.dumps(answer(json.loads(line)), default=str), file=answers, flush=True)


if __name__ == "__main__":
    main()
