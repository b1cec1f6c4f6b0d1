"""ParallelCluster's errors in words for the user."""

from collections.abc import Mapping
from typing import Any

from provider.errors import ProviderError
from provider.values import Plain, as_list
from provider.waiting import Events, event_line
from provider.worker_client import Caller, ParallelClusterError


def explained(what: str, error: ParallelClusterError) -> ProviderError:
    """`what` could not be done, and why: the failed validators, the refused keys, or the message."""
    if error.no_credentials:
        return ProviderError(f"{what}: no AWS credentials found; sign in, or set AWS_PROFILE or AWS_ACCESS_KEY_ID")
    lines = [f"{item.get('type', '')}: {item['message']}" for item in _errors(error.content)]
    for item in as_list(error.content.get("updateValidationErrors")):
        change = f"{item.get('currentValue', '-')} -> {item.get('requestedValue', '-')}"
        lines.append(f"{item.get('parameter', '')}: {change}: {item.get('message', '')}")
    text = str(error).removeprefix("Bad Request: ")
    return ProviderError(f"{what}: {text}" + "".join(f"\n  {line}" for line in lines))


def _errors(content: Mapping[str, Any]) -> list[Plain]:
    found = as_list(content.get("configurationValidationErrors"))
    return [item for item in found if item.get("level") == "ERROR"] or found


def warnings(answer: Plain) -> list[str]:
    """The validators' remarks in the answer of a create or an update."""
    found = as_list(answer.get("validationMessages"))
    return [f"{item.get('level', '')} {item.get('type', '')}: {item.get('message', '')}" for item in found]


def cluster_failure(worker: Caller, region: str, name: str, described: Plain, events: Events) -> list[str]:
    """Why a cluster's stack failed: ParallelCluster's own failure codes, the first failed event, the log to read."""
    reasons = [f"cluster {name} is {described.get('clusterStatus', 'gone')}"]
    for failure in as_list(described.get("failures")):
        reasons.append(f"{failure.get('failureCode', '')}: {failure.get('failureReason', '')}")
    if events.first_failure:
        reasons.append(f"first failed event: {event_line(events.first_failure)}")
    reasons.append(_log_to_read(worker, region, name))
    return reasons


def _log_to_read(worker: Caller, region: str, name: str) -> str:
    """The log group and the head node's stream that most likely holds the cause."""
    try:
        streams = worker.call("list_cluster_log_streams", region, cluster_name=name)["logStreams"]
    except ParallelClusterError:
        return f"logs: CloudWatch log group /aws/parallelcluster/{name}-<time of creation>, if it was made at all"
    for suffix in (".chef-client", ".cfn-init", ".cloud-init", ""):
        for stream in streams:
            if stream["logStreamName"].endswith(suffix):
                group = stream["logStreamArn"].partition(":log-group:")[2].partition(":")[0]
                return f"read: aws logs tail {group} --log-stream-names {stream['logStreamName']} --region {region}"
    return f"logs: the log group of {name} holds no stream yet"
