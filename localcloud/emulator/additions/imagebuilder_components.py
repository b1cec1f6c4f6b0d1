"""Components of EC2 Image Builder: made, read, listed, tagged, deleted. imagebuilder.py answers with these."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import moto.cloudformation.models as cloudformation
import yaml
from moto.core import DEFAULT_ACCOUNT_ID

COMPONENTS: dict[str, dict[str, Any]] = {}
"""ARN of a build version to what GetComponent shows."""
_LONGEST = 16_000
_LARGEST = 2**30 - 1
_PHASES = ("build", "validate", "test")


@dataclass(frozen=True)
class Request:
    query: dict[str, list[str]]
    body: Any
    path: str
    """Behind /tags/."""
    region: str


class Refused(Exception):
    """The call's own error."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.status = code, status


def _create(request: Request) -> dict[str, Any]:
    body = request.body
    name, version, data = body["name"], body["semanticVersion"], body.get("data", "")
    if not re.fullmatch(r"\d+\.\d+\.\d+", version) or any(int(part) > _LARGEST for part in version.split(".")):
        raise Refused("InvalidVersionNumberException", f"{version} is no semantic version with numbers below 2^30.")
    if not 0 < len(data) <= _LONGEST:
        raise Refused(
            "InvalidParameterValueException", f"data has {len(data)} characters; 1 to {_LONGEST} are allowed."
        )
    _judge(data)
    place = f"component/{name.lower().replace(' ', '-')}/{version}/1"
    arn = f"arn:aws:imagebuilder:{request.region}:{DEFAULT_ACCOUNT_ID}:{place}"
    if arn in COMPONENTS:
        raise Refused("ResourceInUseException", f"The component {arn} exists already.")
    COMPONENTS[arn] = {
        "arn": arn,
        "name": name,
        "version": version,
        "type": "TEST" if [one["name"] for one in yaml.safe_load(data)["phases"]] == ["test"] else "BUILD",
        "owner": DEFAULT_ACCOUNT_ID,
        "encrypted": True,
        "dateCreated": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
        "tags": dict(body.get("tags") or {}),
        **{key: body[key] for key in ("description", "changeDescription", "platform", "data") if key in body},
    }
    return {"requestId": "local", "clientToken": body["clientToken"], "componentBuildVersionArn": arn}


def _judge(data: str) -> None:
    """The form of a document of AWSTOE, schema 1.0."""
    try:
        document = yaml.safe_load(data)
    except yaml.YAMLError as error:
        raise Refused("InvalidParameterValueException", f"The document is no YAML: {error}") from error
    faults: list[str] = []
    if not isinstance(document, dict) or str(document.get("schemaVersion")) != "1.0":
        raise Refused("InvalidParameterValueException", "The document has no schemaVersion 1.0.")
    phases = document.get("phases")
    if not isinstance(phases, list) or not phases:
        raise Refused("InvalidParameterValueException", "The document has no phases.")
    for phase in phases:
        if phase.get("name") not in _PHASES:
            faults.append(f"phase {phase.get('name')} is none of {', '.join(_PHASES)}")
        for step in phase.get("steps") or [{}]:
            commands = (step.get("inputs") or {}).get("commands")
            if not step.get("name") or not step.get("action"):
                faults.append(f"a step of phase {phase.get('name')} has no name or no action")
            elif step["action"] == "ExecuteBash" and not (
                isinstance(commands, list) and commands and all(isinstance(one, str) for one in commands)
            ):
                faults.append(f"step {step['name']} has no list of commands")
    if faults:
        raise Refused("InvalidParameterValueException", "; ".join(faults))


def _one(arn: str) -> dict[str, Any]:
    if arn not in COMPONENTS:
        raise Refused("ResourceNotFoundException", f"The resource {arn} does not exist.", 404)
    return COMPONENTS[arn]


def _get(request: Request) -> dict[str, Any]:
    return {"requestId": "local", "component": _one(request.query["componentBuildVersionArn"][0])}


def missing(recipe: Mapping[str, Any]) -> list[str]:
    """Components of the account that a recipe names and that are not there."""
    named = [one["ComponentArn"] for one in recipe.get("Components", [])]
    ours = re.compile(rf"arn:aws:imagebuilder:[^:]+:{DEFAULT_ACCOUNT_ID}:component/")
    return [arn for arn in named if ours.match(arn) and arn not in COMPONENTS]


def _recipe_with(arn: str) -> str | None:
    """The recipe of a stack that uses a component."""
    for regions in cloudformation.cloudformation_backends.values():
        for backend in regions.values():
            for stack in backend.stacks.values():
                recipe = stack.resource_map.get("ImageRecipe") if stack.status != "DELETE_COMPLETE" else None
                if recipe and arn in [one.get("ComponentArn") for one in recipe.properties.get("Components", [])]:
                    return str(recipe.name)
    return None


def _delete(request: Request) -> dict[str, Any]:
    arn = request.query["componentBuildVersionArn"][0]
    _one(arn)
    if recipe := _recipe_with(arn):
        raise Refused("ResourceDependencyException", f"Resource dependency error: {recipe} uses {arn}.")
    del COMPONENTS[arn]
    return {"requestId": "local", "componentBuildVersionArn": arn}


def _list(request: Request) -> dict[str, Any]:
    kept = ("arn", "name", "version", "description", "platform", "type", "owner", "dateCreated")
    wanted = {one["name"]: one["values"] for one in request.body.get("filters") or []}
    found = [one for one in COMPONENTS.values() if all(one.get(key) in values for key, values in wanted.items())]
    listed = [{key: one[key] for key in kept if key in one} for one in found]
    for one in listed:
        one["arn"] = one["arn"].rpartition("/")[0]
    return {"requestId": "local", "componentVersionList": listed}


def _list_builds(request: Request) -> dict[str, Any]:
    kept = ("arn", "name", "version", "description", "platform", "type", "owner", "dateCreated", "tags")
    found = [one for one in COMPONENTS.values() if one["arn"].rpartition("/")[0] == request.body["componentVersionArn"]]
    return {"requestId": "local", "componentSummaryList": [{k: one[k] for k in kept if k in one} for one in found]}


def _tags(request: Request) -> dict[str, Any]:
    return {"tags": _one(request.path)["tags"]}


def _tag(request: Request) -> dict[str, Any]:
    _one(request.path)["tags"].update(request.body["tags"])
    return {}


def _untag(request: Request) -> dict[str, Any]:
    for key in request.query["tagKeys"]:
        _one(request.path)["tags"].pop(key, None)
    return {}


CALLS: dict[str, Callable[[Request], dict[str, Any]]] = {
    "CreateComponent": _create,
    "GetComponent": _get,
    "DeleteComponent": _delete,
    "ListComponents": _list,
    "ListComponentBuildVersions": _list_builds,
    "ListTagsForResource": _tags,
    "TagResource": _tag,
    "UntagResource": _untag,
}
