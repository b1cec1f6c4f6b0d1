"""ParallelCluster's own dry run at preview: all of its validators, once for each content.

It needs every value known and credentials at hand; without these the schema alone has judged.
"""

import hashlib
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from provider import naming
from provider.environment import cache
from provider.inputs import suppressors
from provider.resource import Failure, Task
from provider.schema_check import ROOT
from provider.values import Plain, as_list, known, path_text, texts
from provider.worker_client import Caller, ParallelClusterError

KEPT_SECONDS: Final = 3600.0
"""How long a sound result stands for the same content: what it refers to at AWS may be gone later."""

_LEVELS: Final = {"INFO": 20, "WARNING": 30, "ERROR": 40}


def cluster(worker: Caller, inputs: Plain, task: Task, *, exists: bool) -> list[Failure]:
    """What the validators have against a cluster: errors as failures, the rest as warnings, none for a known sound content.

    `exists` says whether it would be an update. Raises ProviderError if the worker fails.
    """
    if not known(inputs):
        return []
    document: Plain = {**inputs["configuration"], "Region": inputs["region"]}
    document["Tags"] = naming.with_mark(document.get("Tags"), naming.mark(task.urn))
    arguments = {"cluster_name": inputs["clusterName"], "cluster_configuration": document, "dryrun": True}
    first, second = ("update_cluster", "create_cluster") if exists else ("create_cluster", "update_cluster")
    return _validated(worker, [first, second], inputs, arguments, task)


def image(worker: Caller, inputs: Plain, document: Plain, task: Task) -> list[Failure]:
    """The same for an image, without the role that ParallelCluster's own dry run of a build makes."""
    if not known(inputs):
        return []
    arguments = {"image_id": inputs["imageId"], "image_configuration": document}
    return _validated(worker, ["image_dry_run"], inputs, arguments, task)


def _validated(
    worker: Caller, operations: Sequence[str], inputs: Plain, arguments: dict[str, Any], task: Task
) -> list[Failure]:
    who = worker.call("credentials", inputs["region"])
    place = _place(operations[0], inputs, arguments, who)
    if not who["found"] or _fresh(place):
        return []
    answer: ParallelClusterError | None = None
    for operation in operations:
        try:
            worker.call(operation, inputs["region"], **arguments, **suppressors(inputs))
        except ParallelClusterError as error:
            answer = error
            if _other_way(error):
                continue
        break
    messages = as_list(answer.content.get("configurationValidationErrors")) if answer else []
    failures = _failures(messages, inputs, arguments) if answer else []
    if failures:
        return failures
    if answer and not _sound(answer):
        if str(answer).startswith("Invalid cluster configuration"):
            return [Failure(ROOT, str(answer))]
        task.warn(f"ParallelCluster's dry run could not be made, so only its schema has judged: {answer}")
        return []
    for item in messages or (as_list(answer.content.get("validationMessages")) if answer else []):
        task.warn(f"{item.get('level', '')} {item.get('type', '')}: {item.get('message', '')}")
    _remember(place)
    return []


def _other_way(error: ParallelClusterError) -> bool:
    """Whether there is a cluster where none was expected, or none where one was."""
    return error.absent or "already exists" in str(error)


def _sound(error: ParallelClusterError) -> bool:
    """Whether the validators are done and content: the dry run ended, or an update is refused, or there is none to make."""
    refused = "updateValidationErrors" in error.content or "No changes found" in str(error)
    return error.code == 412 or refused or _other_way(error)


def _failures(messages: Sequence[Plain], inputs: Plain, arguments: dict[str, Any]) -> list[Failure]:
    """The messages that fail, each at the one value which it names, if there is one."""
    least = _LEVELS[inputs.get("validationFailureLevel") or "ERROR"]
    failing = [item for item in messages if _LEVELS.get(str(item.get("level")), 40) >= least]
    return [
        Failure(_named_path(str(item.get("message")), inputs["configuration"]), f"{item['type']}: {item['message']}")
        for item in failing
    ]


def _named_path(message: str, document: Plain) -> str:
    """The path of the only value of the document that a message names, else the document's."""
    found = [path for path, text in texts(document) if len(text) >= 4 and text in message]
    return path_text(ROOT, found[0]) if len(found) == 1 else ROOT


def _place(operation: str, inputs: Plain, arguments: dict[str, Any], who: Plain) -> Path:
    options = {key: inputs.get(key) for key in ("region", "version", "suppressValidators", "validationFailureLevel")}
    text = json.dumps([operation, options, arguments, who], sort_keys=True)
    return cache() / "validated" / hashlib.sha256(text.encode()).hexdigest()


def _fresh(place: Path) -> bool:
    try:
        return time.time() - place.stat().st_mtime < KEPT_SECONDS
    except FileNotFoundError:
        return False


def _remember(place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in place.parent.iterdir():
        if not _fresh(old):
            old.unlink(missing_ok=True)
    place.touch()
