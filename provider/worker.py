"""ParallelCluster itself, as a long-lived process: runs inside the environment of one version and imports nothing of ours.

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
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pcluster.api.errors
import pcluster.lib
import yaml
from pcluster.api import encoder
from pcluster.aws.aws_api import AWSApi
from pcluster.aws.common import Cache
from pcluster.config.config_patch import ConfigPatch
from pcluster.config.update_policy import UpdatePolicy
from pcluster.schemas.cluster_schema import ClusterSchema
from pcluster.schemas.imagebuilder_schema import ImageBuilderSchema

Json = dict[str, Any]


def check(kind: str, configuration: Json) -> list[Json]:
    """What ParallelCluster's schema has against a document: [{"path": [key or index, …], "message"}]. Asks no service."""
    schema = ClusterSchema(cluster_name="offline") if kind == "cluster" else ImageBuilderSchema()
    return [{"path": path, "message": message} for path, message in _messages(schema.validate(configuration), [])]


def _messages(found: Any, path: list[str | int]) -> Iterator[tuple[list[str | int], str]]:
    if isinstance(found, dict):
        for key, below in found.items():
            # Errors of a section as a whole stand under "_schema".
            yield from _messages(below, path if key == "_schema" else [*path, key])
    elif isinstance(found, list):
        for item in found:
            yield from _messages(item, path)
    else:
        yield path, str(found)


class _StandIn:
    """What an update's check asks of a cluster (3.16: `name` and these two questions), answered without asking a service."""

    def __init__(self, fleet_stopped: bool, running_pools: list[str] | None) -> None:
        self.name = self.stack_name = "offline"
        self._stopped, self._pools = fleet_stopped, running_pools

    def has_running_capacity(self, updated_value: bool = False) -> bool:
        return not self._stopped

    def has_running_login_nodes(self, updated_value: bool = False, pool_name: str | None = None) -> bool:
        if self._pools is None:
            return True
        return pool_name in self._pools if pool_name else bool(self._pools)


def compare(base: Json, target: Json, fleet_stopped: bool, running_pools: list[str] | None) -> list[Json]:
    """Every change from one cluster document to another, with ParallelCluster's own verdict. Asks no service.

    `running_pools` None means that all login pools run. A row has path, key, old, new, isList, policy, allowed, message.
    """
    patch = ConfigPatch(_StandIn(fleet_stopped, running_pools), base, target)
    rows: list[Json] = []
    for change in patch.changes:
        result, reason, action, shown = change.update_policy.check(change, patch)
        if not shown:
            continue
        row = {"path": change.path, "key": change.key, "old": change.old_value, "new": change.new_value}
        row |= {"isList": change.is_list, "policy": change.update_policy.name}
        row["allowed"] = result == UpdatePolicy.CheckResult.SUCCEEDED
        row["message"] = "" if row["allowed"] else ". ".join(text for text in (reason, action) if text)
        rows.append(row)
    return rows


def tag_ami(ami_id: str, changed: Json, dropped: list[str]) -> Json:
    """Set and remove tags of an AMI; ParallelCluster itself has no call for it."""
    import boto3

    ec2 = boto3.client("ec2", region_name=os.environ["AWS_DEFAULT_REGION"])
    if changed:
        ec2.create_tags(Resources=[ami_id], Tags=[{"Key": key, "Value": value} for key, value in changed.items()])
    if dropped:
        ec2.delete_tags(Resources=[ami_id], Tags=[{"Key": key} for key in dropped])
    return {"amiId": ami_id}


def cluster_configuration(cluster_name: str) -> Json | None:
    """The document that a cluster was last made or updated with, from ParallelCluster's own bucket; None if it is gone."""
    region = os.environ["AWS_DEFAULT_REGION"]
    url = pcluster.lib.describe_cluster(cluster_name=cluster_name, region=region)["clusterConfiguration"]["url"]
    if not url.startswith(("https://", "http://")):
        return None
    with urllib.request.urlopen(url, timeout=60) as answer:
        return yaml.safe_load(answer.read())


OPERATIONS: dict[str, Callable[..., Any]] = {
    "check": check,
    "compare": compare,
    "cluster_configuration": cluster_configuration,
    "tag_ami": tag_ami,
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
    for line in requests:
        print(json.dumps(answer(json.loads(line)), default=str), file=answers, flush=True)


if __name__ == "__main__":
    main()
