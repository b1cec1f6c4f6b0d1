"""The resource `parallelcluster:index:Image`: a machine image built by ParallelCluster, named after its content.

An image never changes: other content is another image. Since the automatic id is made of the content, a new image is built
beside its predecessor. Tags are no content: they are changed on the image that is there.
"""

from typing import Final

from provider import dry_run, naming
from provider.errors import Cut, PartialFailure, ProviderError
from provider.image_calls import ImageCalls
from provider.image_keeping import Keeping
from provider.inputs import common, mirrored, shape, unknown_validators
from provider.resource import DEFAULTS, Change, Checked, Difference, Failure, Found, Task
from provider.schema_check import check_document
from provider.values import UNKNOWN, Plain, as_list, as_map, known
from provider.worker_client import ParallelClusterError, Workers

INPUTS: Final[dict[str, type]] = {
    "imageId": str,
    "region": str,
    "version": str,
    "configuration": dict,
    "os": str,
    "architecture": str,
    "suppressValidators": list,
    "validationFailureLevel": str,
    "forceDelete": bool,
    "retain": int,
    "logRetentionInDays": int,
    "logKmsKeyArn": str,
}
_OF_LOG: Final = ("logRetentionInDays", "logKmsKeyArn")
OPTIONS: Final = ("suppressValidators", "validationFailureLevel", "forceDelete", "retain", *_OF_LOG)
"""Inputs about how things are done: a change of these alone makes no other image."""
OUTPUTS: Final = ("amiId", "imageStatus", "logGroup", "stackArn", "parentImage")

_CONTENT: Final = ("version", "region", "configuration", "os", "architecture")
_PARENT_UNKNOWN = "ami-0123456789abcdef0"
"""Stands in the schema check for the parent image, which is looked up when the image is built."""
_PENDING = ("BUILD_COMPLETE", "BUILD_IN_PROGRESS")


class Image:
    """A ParallelCluster image."""

    token = "parallelcluster:index:Image"
    seconds = 7200.0

    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    def check(self, logical: str, old: Plain, new: Plain, seed: bytes, task: Task) -> Checked:
        """Rules, the id from the content, then ParallelCluster's schema and validators unless nothing has changed."""
        inputs = {key: value for key, value in new.items() if key != DEFAULTS}
        failures = [
            *shape(inputs, INPUTS, ("region", "version", "configuration")),
            *common(inputs),
            *_parent(inputs),
            *_number(inputs),
        ]
        if "imageId" not in inputs:
            content = {key: _content(key, inputs) for key in _CONTENT if key in inputs}
            ready = known(content)
            name = naming.automatic(logical, naming.content_suffix(content), 128) if ready else UNKNOWN
            inputs |= {"imageId": name, DEFAULTS: ["imageId"]}
        elif inputs["imageId"] is not UNKNOWN and not naming.IMAGE_ID.fullmatch(str(inputs["imageId"])):
            rule = "2 to 128 letters, digits and hyphens, a letter first"
            failures.append(Failure("imageId", f"{inputs['imageId']!r} is no image id: {rule}"))
        same = all(
            inputs.get(key) == old.get(key) for key in (*_CONTENT, "suppressValidators", "validationFailureLevel")
        )
        if not failures and not same:
            failures = self._judged_by_parallelcluster(inputs, task)
        return Checked(inputs, failures)

    def diff(self, state: Plain, inputs: Plain, task: Task) -> Difference:
        """Any other content is another image; so is one whose build failed. Other tags are an update."""
        changes = [
            Change(key, _kind(key, state, inputs), _content(key, state) != _content(key, inputs))
            for key in ("imageId", *_CONTENT)
            if state.get(key) != inputs.get(key)
        ]
        if not changes and state.get("imageStatus") not in _PENDING:
            changes.append(Change("imageStatus", "update", True))
        elif state.get("imageStatus") in _PENDING and not _built(state):
            changes.append(Change("imageStatus", "update"))
        elif state.get("leftoverStack"):
            changes.append(Change("leftoverStack", "delete"))
        for key in OPTIONS:
            if state.get(key) != inputs.get(key):
                changes.append(Change(key, _kind(key, state, inputs)))
        # The engine also asks for a replacement that the user forces.
        return Difference(changes, all(state.get(key) == inputs.get(key) for key in ("imageId", "region")))

    def planned(self, state: Plain, inputs: Plain, task: Task) -> Plain:
        """The outputs at preview. Those of an image that an earlier run left half built are not known yet."""
        built = _built(state)
        kept = {key: state[key] for key in OUTPUTS if key in state and (built or key not in ("amiId", "imageStatus"))}
        return mirrored(inputs) | (kept if built else dict.fromkeys(OUTPUTS, UNKNOWN) | kept)

    def create(self, inputs: Plain, task: Task) -> tuple[str, Plain]:
        """Look up the parent, build, and wait. Adopts an image that bears this resource's mark, refuses a foreign one."""
        calls = self._calls(inputs)
        identity = naming.resource_id(calls.region, calls.image_id)
        parent = calls.parent_image(inputs)
        outputs = mirrored(inputs) | {"parentImage": parent} | calls.start_build(inputs, parent, task)
        return identity, self._finish(calls, identity, outputs, task)

    def read(self, identity: str, state: Plain, inputs: Plain, task: Task) -> Found | None:
        """The image as it is now; an import takes what can be known of the inputs from the image."""
        region, image_id = naming.split_id(identity)
        calls = ImageCalls(self._workers.newest_or(inputs.get("version")), region, image_id)
        described = calls.describe()
        if described is None:
            return None
        inputs = dict(inputs) or {"imageId": image_id, "region": region, "version": described["version"]}
        # The stack is gone once the image is there, and nothing tells the parent then.
        kept = {key: state[key] for key in ("stackArn", "parentImage") if key in state}
        return Found(identity, mirrored(inputs) | kept | calls.outputs(described) | calls.leftover_stack(), inputs)

    def update(self, identity: str, state: Plain, inputs: Plain, task: Task) -> Plain:
        """Go on with a build that an earlier run left, then bring the tags to what is wanted; the content is as it was."""
        outputs = {key: state[key] for key in OUTPUTS if key in state} | mirrored(inputs)
        calls = self._calls(inputs)
        outputs = self._finish(calls, identity, outputs, task)
        calls.retag(outputs["amiId"], _tags(state), _tags(inputs))
        if _tags(state) != _tags(inputs) or any(state.get(key) != inputs.get(key) for key in _OF_LOG):
            calls.make_log_group(inputs)
        return outputs

    def delete(self, identity: str, state: Plain, task: Task) -> None:
        """Deregister the image with its snapshots and delete its stack; keep it where `retain` says so. Refuses one in use."""
        region, image_id = naming.split_id(identity)
        Keeping(self._workers.newest_or(state.get("version")), region, task).remove(image_id, state)

    def _finish(self, calls: ImageCalls, identity: str, outputs: Plain, task: Task) -> Plain:
        """Wait for the build; every fault keeps the image in the state."""
        try:
            status = calls.settle(task)
            now = outputs | calls.outputs(calls.last_described or {})
            if status == "BUILD_COMPLETE" and "amiId" in now:
                return now | self._tidied(calls, identity, now, task)
            reasons = calls.failure(status) if status != "BUILD_COMPLETE" else [_without_ami(calls.image_id)]
        except PartialFailure:
            raise
        except Exception as error:
            now = outputs | calls.outputs(calls.last_described or {})
            raise PartialFailure(identity, now, [f"image {calls.image_id}: {error}"]) from error
        raise PartialFailure(identity, now, reasons)

    def _tidied(self, calls: ImageCalls, identity: str, now: Plain, task: Task) -> Plain:
        """What of the build is left. The image is there: only a call to stop makes a failure of it."""
        left: Plain = {"leftoverStack": str(now.get("stackArn", calls.image_id))}
        try:
            return calls.tidy(task)
        except Cut as error:
            raise PartialFailure(identity, now | left, [f"image {calls.image_id} is built, but {error}"]) from error
        except ProviderError as error:
            task.warn(f"{error}; the next `pulumi up` looks again")
            return left

    def _judged_by_parallelcluster(self, inputs: Plain, task: Task) -> list[Failure]:
        if inputs["configuration"] is UNKNOWN or not known([inputs["region"], inputs["version"]]):
            return []
        worker = self._workers.of(inputs["version"])
        document: Plain = {**as_map(inputs["configuration"]), "Region": inputs["region"]}
        if isinstance(document.get("Build"), dict):
            document["Build"] = {"ParentImage": _PARENT_UNKNOWN, **as_map(document["Build"])}
        try:
            found = check_document(worker, "image", inputs["region"], document) or unknown_validators(worker, inputs)
            if found or not known(inputs) or not worker.call("credentials", inputs["region"])["found"]:
                return found
            document["Build"]["ParentImage"] = self._calls(inputs).parent_image(inputs)
            return dry_run.image(worker, inputs, document, task)
        except ParallelClusterError as error:
            return [Failure("configuration", f"ParallelCluster cannot judge it: {error}")]

    def _calls(self, inputs: Plain) -> ImageCalls:
        return ImageCalls(self._workers.of(inputs["version"]), inputs["region"], inputs["imageId"])


def _built(state: Plain) -> bool:
    """Whether there is an AMI. A build can be told complete a moment before its AMI is listed."""
    return state.get("imageStatus") == "BUILD_COMPLETE" and "amiId" in state


def _without_ami(image_id: str) -> str:
    return f"image {image_id} is built, but no AMI of it is listed; the next `pulumi up` looks again"


def _content(key: str, properties: Plain) -> object:
    """A property without what does not make another image: the tags of the image and of the machine that builds it."""
    value = properties.get(key)
    if key != "configuration" or value is UNKNOWN or not isinstance(value, dict):
        return value
    document = as_map(value)
    return {
        name: {inner: content for inner, content in as_map(section).items() if inner != "Tags"}
        if name in ("Image", "Build") and isinstance(section, dict)
        else section
        for name, section in document.items()
    }


def _tags(properties: Plain) -> dict[str, str]:
    """The image's own tags, by key."""
    image = as_map(as_map(properties.get("configuration")).get("Image"))
    return {str(as_map(tag)["Key"]): str(as_map(tag)["Value"]) for tag in as_list(image.get("Tags"))}


def _parent(inputs: Plain) -> list[Failure]:
    configuration = inputs.get("configuration", UNKNOWN)
    if configuration is UNKNOWN or as_map(as_map(configuration).get("Build")).get("ParentImage") is not None:
        return []
    missing = [key for key in ("os", "architecture") if key not in inputs]
    text = "{} is required to find ParallelCluster's own image; or give configuration.Build.ParentImage"
    return [Failure(key, text.format(key)) for key in missing]


def _number(inputs: Plain) -> list[Failure]:
    retain = inputs.get("retain", 0)
    if isinstance(retain, int) and (retain < 0 or isinstance(retain, bool)):
        return [Failure("retain", f"{retain!r} is no number of older images to keep: 0 or more")]
    return []


def _kind(key: str, state: Plain, inputs: Plain) -> str:
    if key not in state:
        return "add"
    return "update" if key in inputs else "delete"
