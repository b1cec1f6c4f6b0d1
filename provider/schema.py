"""The package schema of the provider: types and descriptions of its resources, as Pulumi's tools read them."""

from typing import Any

from provider.functions import ARGUMENTS

Json = dict[str, Any]
VERSION = "0.1.0"

_TEXT: Json = {"type": "string"}
_TEXTS: Json = {"type": "array", "items": _TEXT}
_ANY: Json = {"$ref": "pulumi.json#/Any"}
_DOCUMENT: Json = {"type": "object", "additionalProperties": _ANY}


def _described(kind: Json, description: str, *, replaces: bool = False) -> Json:
    return {**kind, "description": description, **({"willReplaceOnChanges": True} if replaces else {})}


_COMMON: Json = {
    "region": _described(_TEXT, "AWS region.", replaces=True),
    "version": _described(
        _TEXT, "ParallelCluster version, such as 3.16.1; each runs in its own environment.", replaces=True
    ),
    "suppressValidators": _described(_TEXTS, "Names of ParallelCluster's validators to leave out."),
    "validationFailureLevel": _described(
        _TEXT, "Validators of this level and above fail: INFO, WARNING or ERROR (default)."
    ),
}

_LOG_KEY: Json = _described(
    _TEXT,
    "ARN of a KMS key for the logs, which CloudWatch Logs of the region has to be let use (default: CloudWatch's own).",
)
_CLUSTER_INPUTS: Json = {
    **_COMMON,
    "clusterName": _described(_TEXT, "Name; made of the logical name and a suffix when absent.", replaces=True),
    "configuration": _described(
        _DOCUMENT, "The cluster's document in ParallelCluster's own keys; Region is set from `region`."
    ),
    "rollbackOnFailure": _described(
        {"type": "boolean"}, "Whether a failed creation takes its resources down (default: no)."
    ),
    "updates": _described(
        {"$ref": "#/types/parallelcluster:index:Updates"}, "What an update may do to running work (default: nothing)."
    ),
    "logKmsKeyArn": _LOG_KEY,
}
_UPDATES: Json = {
    "description": "What an update may do to running work.",
    "properties": {
        "computeFleet": _described(
            _TEXT,
            "A change that needs a stopped compute fleet: refuse (default) is an error at preview; drain lets running jobs "
            "end first, stop ends them. The fleet runs again after the update.",
        ),
        "drainMinutes": _described({"type": "number"}, "How long a drain waits for running jobs (default: 60)."),
        "loginNodes": _described(
            _TEXT,
            "A change that needs an empty login pool: refuse (default) is an error at preview; recreate ends the pool's nodes "
            "and makes them anew.",
        ),
        "home": _described(
            _TEXT,
            "A file system that is newly mounted at /home, of a cluster whose homes go with it: refuse (default) is an error at "
            "preview; replace makes another cluster, and the homes of the old one are deleted with it.",
        ),
    },
}
_HEAD_NODE: Json = {
    "description": "The head node of a cluster.",
    "properties": {
        "instanceId": _described(_TEXT, "Id of the instance."),
        "instanceType": _described(_TEXT, "Instance type."),
        "privateIpAddress": _described(_TEXT, "Address in the VPC."),
        "publicIpAddress": _described(_TEXT, "Public address, where there is one."),
        "state": _described(_TEXT, "State of the instance, such as running."),
        "launchTime": _described(_TEXT, "When it was started, in ISO 8601."),
    },
}
_LOGIN_POOL: Json = {
    "description": "A pool of login nodes.",
    "properties": {
        "poolName": _described(_TEXT, "Name of the pool."),
        "status": _described(_TEXT, "active, pending, failed or inactive."),
        "address": _described(_TEXT, "Name of the pool's load balancer, where there is one."),
        "scheme": _described(_TEXT, "internal or internet-facing."),
        "healthyNodes": _described({"type": "integer"}, "Nodes that the load balancer sends to."),
        "unhealthyNodes": _described({"type": "integer"}, "Nodes that it does not send to."),
    },
}
_VALIDATION_MESSAGE: Json = {
    "description": "What one of ParallelCluster's validators remarked.",
    "properties": {
        "level": _described(_TEXT, "INFO, WARNING or ERROR."),
        "type": _described(_TEXT, "Name of the validator."),
        "message": _described(_TEXT, "Its words."),
    },
}
_OFFICIAL_IMAGE: Json = {
    "description": "A machine image of ParallelCluster's own.",
    "properties": {
        "amiId": _described(_TEXT, "Id of the machine image."),
        "name": _described(_TEXT, "Name of the machine image."),
        "os": _described(_TEXT, "Operating system, such as alinux2023."),
        "architecture": _described(_TEXT, "x86_64 or arm64."),
        "version": _described(_TEXT, "ParallelCluster version."),
    },
    "required": ["amiId", "architecture", "name", "os", "version"],
}
_TYPES: dict[str, Json] = {
    f"parallelcluster:index:{name}": {"type": "object", **kind}
    for name, kind in (
        ("Updates", _UPDATES),
        ("HeadNode", _HEAD_NODE),
        ("LoginPool", _LOGIN_POOL),
        ("ValidationMessage", _VALIDATION_MESSAGE),
        ("OfficialImage", _OFFICIAL_IMAGE),
    )
}


def _ref(name: str) -> Json:
    return {"$ref": f"#/types/parallelcluster:index:{name}"}


def _list(name: str) -> Json:
    return {"type": "array", "items": _ref(name)}


_LIVE: Json = {
    "clusterStatus": _described(_TEXT, "ParallelCluster's status, such as CREATE_COMPLETE."),
    "stackArn": _described(_TEXT, "ARN of the cluster's CloudFormation stack."),
    "fleetStatus": _described(_TEXT, "Status of the compute fleet, such as RUNNING or STOPPED."),
    "headNode": _described(_ref("HeadNode"), "The head node; absent while there is none."),
    "loginNodes": _described(_list("LoginPool"), "The login pools."),
}
_CLUSTER_OUTPUTS: Json = {
    **_LIVE,
    "formerState": _described(_DOCUMENT, "What an update that did not come to its end has stopped, if there is any."),
    "validationMessages": _described(_list("ValidationMessage"), "What validators remarked at the last change."),
}
_IMAGE_INPUTS: Json = {
    **_COMMON,
    "imageId": _described(_TEXT, "Id; made of the logical name and a hash of the content when absent.", replaces=True),
    "configuration": _described(_DOCUMENT, "The image's document in ParallelCluster's own keys.", replaces=True),
    "os": _described(_TEXT, "Operating system of the parent image, where the document names none.", replaces=True),
    "architecture": _described(_TEXT, "x86_64 or arm64, where the document names no parent image.", replaces=True),
    "forceDelete": _described(
        {"type": "boolean"}, "Whether an image is deleted although a cluster uses it or it is shared (default: no)."
    ),
    "retain": _described({"type": "integer"}, "How many older images stay when one is replaced (default: 0)."),
    "logRetentionInDays": _described(
        {"type": "integer"}, "How long the build's log is kept, in CloudWatch's own steps (default: for ever)."
    ),
    "logKmsKeyArn": _LOG_KEY,
}
_IMAGE_OUTPUTS: Json = {
    "amiId": _described(_TEXT, "The machine image."),
    "imageStatus": _described(_TEXT, "ParallelCluster's status, such as BUILD_COMPLETE."),
    "logGroup": _described(_TEXT, "CloudWatch log group of the build."),
    "stackArn": _described(_TEXT, "ARN of the build's CloudFormation stack, which goes when the build is done."),
    "parentImage": _described(_TEXT, "The image that it was built from."),
    "leftoverStack": _described(_TEXT, "ARN of the build's stack if its deletion failed; the next update deletes it."),
}


_TEXT_INPUT: dict[str, Json] = {
    "region": _described(_TEXT, "AWS region."),
    "version": _described(_TEXT, "ParallelCluster version."),
    "os": _described(_TEXT, "Operating system, such as alinux2023; all when absent."),
    "architecture": _described(_TEXT, "x86_64 or arm64; both when absent."),
    "clusterName": _described(_TEXT, "Name of the cluster."),
    "path": _described(_TEXT, "A key of a cluster's document, such as Scheduling/SlurmQueues/CapacityType."),
}


_NOT_ALWAYS = ("fleetStatus", "headNode")


def _function(description: str, token: str, outputs: Json) -> Json:
    kinds, required = ARGUMENTS[token]
    return {
        "description": description,
        "inputs": {
            "type": "object",
            "properties": {key: _TEXT_INPUT[key] for key in kinds},
            "required": list(required),
        },
        "outputs": {
            "type": "object",
            "properties": outputs,
            "required": [key for key in outputs if key not in _NOT_ALWAYS],
        },
    }


_FUNCTIONS: dict[str, Json] = {
    token: _function(description, token, outputs)
    for token, description, outputs in (
        (
            "parallelcluster:index:officialImages",
            "ParallelCluster's own machine images of a version.",
            {"images": _described(_list("OfficialImage"), "The images found.")},
        ),
        (
            "parallelcluster:index:describeCluster",
            "A cluster as it is now, whoever made it; an error if there is none.",
            {
                "clusterName": _described(_TEXT, "Name of the cluster."),
                "region": _described(_TEXT, "AWS region."),
                "version": _described(_TEXT, "ParallelCluster version that it was made with."),
                **_LIVE,
            },
        ),
        (
            "parallelcluster:index:updatePolicy",
            "What an update of a key of a cluster's document needs.",
            {
                "path": _described(_TEXT, "The key."),
                "policy": _described(_TEXT, "ParallelCluster's update policy, such as QUEUE_UPDATE_STRATEGY."),
                "meaning": _described(_TEXT, "The policy in plain words."),
                "needs": _described(
                    _TEXTS,
                    "Nothing, or what must stop (fleet, login); replacement: no update can do it; depends: the values decide.",
                ),
            },
        ),
    )
}


def package_schema() -> Json:
    """Pulumi's package schema of the provider."""
    return {
        "name": "parallelcluster",
        "version": VERSION,
        "displayName": "AWS ParallelCluster",
        "description": "Clusters and images of AWS ParallelCluster.",
        "types": _TYPES,
        "resources": {
            "parallelcluster:index:Cluster": _resource(
                "A cluster.", _CLUSTER_INPUTS, _CLUSTER_OUTPUTS, ("clusterName",)
            ),
            "parallelcluster:index:Image": _resource("A machine image.", _IMAGE_INPUTS, _IMAGE_OUTPUTS, ("imageId",)),
        },
        "functions": _FUNCTIONS,
    }


def _resource(description: str, inputs: Json, outputs: Json, always: tuple[str, ...]) -> Json:
    required = ["configuration", "region", "version"]
    return {
        "description": description,
        "inputProperties": inputs,
        "requiredInputs": required,
        "properties": {**inputs, **outputs},
        "required": [*required, *always, "stackArn"],
    }
