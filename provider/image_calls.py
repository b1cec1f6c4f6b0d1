"""One image's calls of ParallelCluster: find the parent, build, follow, describe, delete."""

import time
from typing import Any

from provider import naming
from provider.errors import Cut, PartialFailure, ProviderError
from provider.explain import explained, warnings
from provider.inputs import mirrored, suppressors
from provider.resource import Task
from provider.values import Plain, as_list, as_map
from provider.waiting import Events, event_line, look_again, settled
from provider.worker_client import Caller, ParallelClusterError

_TAIL = 10
"""Last lines of a failed build's log that its error shows."""
_LATE_SECONDS = 120
"""So long after the image is there its build's Lambda may begin to delete the stack."""
_GAP = 12
"""Looks that find no AMI between the end of a build and the appearance of its image in the list of images: neither it nor a stack,
or the stack only, which says by itself that the build is complete (ParallelCluster 3.16, `describe_image`)."""


class ImageCalls:
    """An image of one id in one region, through one version's worker."""

    def __init__(self, worker: Caller, region: str, image_id: str) -> None:
        self._worker, self.region, self.image_id = worker, region, image_id
        self._events = Events(worker, region, "get_image_stack_events", image_id=image_id)
        self._absences = 0
        self.last_described: Plain | None = None

    def describe(self) -> Plain | None:
        """ParallelCluster's description of the image; None if there is none."""
        try:
            self.last_described = self._worker.call("describe_image", self.region, image_id=self.image_id)
        except ParallelClusterError as error:
            if error.absent:
                return None
            raise explained(f"image {self.image_id} cannot be described", error) from error
        return self.last_described

    def parent_image(self, inputs: Plain) -> str:
        """The parent that the document names, else ParallelCluster's own image of version, os and architecture."""
        build = as_map(inputs["configuration"].get("Build"))
        if build.get("ParentImage"):
            return str(build["ParentImage"])
        wanted = {key: inputs[key] for key in ("os", "architecture")}
        what = f"ParallelCluster {inputs['version']}'s own image for {wanted['os']} on {wanted['architecture']}"
        try:
            found = self._worker.call("list_official_images", self.region, **wanted)["images"]
        except ParallelClusterError as error:
            raise explained(f"{what} cannot be looked up", error) from error
        if not found:
            raise ProviderError(f"{what} does not exist in {self.region}; give configuration.Build.ParentImage")
        return str(found[0]["amiId"])

    def start_build(self, inputs: Plain, parent: str, task: Task) -> Plain:
        """Start the build; returns the outputs that its answer has. Goes on with an image that is this resource's own."""
        self.make_log_group(inputs)
        document = self._document(inputs, parent, naming.mark(task.urn))
        task.progress(f"ParallelCluster {inputs['version']} validates and uploads image {self.image_id}")
        try:
            answer = self._worker.call(
                "build_image", self.region, image_id=self.image_id, image_configuration=document, **suppressors(inputs)
            )
        except ParallelClusterError as error:
            if "already exists" in str(error):
                self._adopt(task)
                return {}
            raise explained(f"image {self.image_id} cannot be built", error) from error
        except Cut as error:
            # Nobody can be asked any more whether the stack was started: the next run looks.
            identity = naming.resource_id(self.region, self.image_id)
            raise PartialFailure(identity, mirrored(inputs), [str(error)]) from error
        except ProviderError as error:
            # The worker ended amid the call: the stack may have been started.
            if self._is_ours(task):
                identity = naming.resource_id(self.region, self.image_id)
                raise PartialFailure(
                    identity, mirrored(inputs) | self.outputs(self.last_described or {}), [str(error)]
                ) from error
            raise
        for line in warnings(answer):
            task.warn(line)
        return {"stackArn": answer["image"].get("cloudformationStackArn")}

    def settle(self, task: Task) -> str | None:
        """Wait for the build; the image's status. Raises Cut, ProviderError."""
        self._absences = 0
        return settled(task, self._status, self._events)

    def retag(self, ami_id: str, old: dict[str, str], new: dict[str, str]) -> None:
        """Bring the AMI's tags from `old` to `new`; those that are in neither stay. Raises ProviderError."""
        changed = {key: value for key, value in new.items() if old.get(key) != value}
        dropped = sorted(set(old) - set(new))
        if not changed and not dropped:
            return
        try:
            self._worker.call("tag_ami", self.region, ami_id=ami_id, changed=changed, dropped=dropped)
        except ParallelClusterError as error:
            raise explained(f"image {self.image_id}: the tags of {ami_id} cannot be changed", error) from error

    def tidy(self, task: Task) -> Plain:
        """See the stack of a finished build go; one whose own deletion failed is deleted once more. What still stays is an output:
        the image does not depend on it. Raises Cut, ProviderError.
        """
        left = self._leftover(task)
        if left is None:
            return {}
        task.tell(f"the stack of the build of {self.image_id} was left DELETE_FAILED and is deleted once more")
        self._asked("delete_stack", arn=left["arn"])
        if self._leftover(task) is None:
            return {}
        task.warn(f"the stack of the build of {self.image_id} is DELETE_FAILED again; the next `pulumi up` deletes it")
        return {"leftoverStack": left["arn"]}

    def leftover_stack(self) -> Plain:
        """The same as it is now, with nothing done about it."""
        left = self._asked("build_stack", image_id=self.image_id)
        return {"leftoverStack": left["arn"]} if left and left["status"] == "DELETE_FAILED" else {}

    def _leftover(self, task: Task) -> Plain | None:
        """The stack of a finished build if its deletion failed. A deletion that begins late or is under way is awaited."""
        started = time.monotonic()
        while left := self._asked("build_stack", image_id=self.image_id):
            status = left["status"]
            if status == "DELETE_FAILED":
                return left
            if status != "DELETE_IN_PROGRESS" and time.monotonic() - started > _LATE_SECONDS:
                task.warn(f"the stack of the build of {self.image_id} is {status}, and nobody deletes it")
                return None
            task.progress(f"the image is there; its build's stack is {status}")
            look_again(task, started)
        return None

    def _asked(self, operation: str, **arguments: str) -> Any:
        try:
            return self._worker.call(operation, self.region, **arguments)
        except ParallelClusterError as error:
            raise explained(f"the stack of the build of {self.image_id} cannot be tended", error) from error

    def delete(self, task: Task, ami_id: str | None, *, force: bool = False) -> None:
        """Delete image and stack and wait until both are gone; absence is success. Raises ProviderError if they stay."""
        self._events.skip()
        try:
            self._worker.call("delete_image", self.region, image_id=self.image_id, **({"force": True} if force else {}))
        except ParallelClusterError as error:
            if error.absent:
                self._drop_rest(ami_id)
                return
            raise explained(f"image {self.image_id} cannot be deleted", error) from error
        self._absences = _GAP
        while (status := settled(task, self._status, self._events)) == "BUILD_COMPLETE":
            # The stack of the deletion is not there yet, or the image is still listed.
            task.pause(2)
        if status is not None:
            raise ProviderError("; ".join(self.failure(status)))
        self._drop_rest(ami_id)

    def failure(self, status: str | None) -> list[str]:
        """Why the last operation failed, in lines for the user."""
        described = self.last_described or {}
        reasons = [f"image {self.image_id} is {status or 'gone'}"]
        reason = described.get("imagebuilderImageStatusReason") or described.get("cloudformationStackStatusReason")
        reasons += [str(reason)] if reason else []
        if self._events.first_failure:
            reasons.append(f"first failed event: {event_line(self._events.first_failure)}")
        group = self.outputs(described)["logGroup"]
        reasons.append(f"read: aws logs tail {group} --region {self.region}")
        try:
            lines = self._worker.call("log_tail", self.region, name=group, lines=_TAIL)
        except ParallelClusterError:
            return reasons
        return reasons + ([f"the end of the log: {' | '.join(line.strip() for line in lines)}"] if lines else [])

    def make_log_group(self, inputs: Plain) -> None:
        """There from the start, with the image's tags, so that the log can be followed and read also when the build fails early."""
        tags = as_list(as_map(as_map(inputs["configuration"]).get("Image")).get("Tags"))
        wanted = {"tags": {str(as_map(tag)["Key"]): str(as_map(tag)["Value"]) for tag in tags}}
        kept = {"days": inputs.get("logRetentionInDays"), "key": inputs.get("logKmsKeyArn")}
        try:
            self._worker.call("make_log_group", self.region, name=self.outputs({})["logGroup"], **kept, **wanted)
        except ParallelClusterError as error:
            raise explained(f"the log group of image {self.image_id} cannot be made", error) from error

    def _drop_rest(self, ami_id: str | None) -> None:
        """What ParallelCluster leaves of an image: its log group, and the snapshots if an earlier deletion was cut."""
        try:
            if ami_id:
                self._worker.call("drop_snapshots", self.region, ami_id=ami_id)
            self._worker.call("drop_log_group", self.region, name=self.outputs({})["logGroup"])
        except ParallelClusterError as error:
            raise explained(f"snapshots and log group of image {self.image_id} cannot be deleted", error) from error

    def outputs(self, described: Plain) -> Plain:
        """The outputs beyond the inputs, as far as they are known."""
        found = {
            "amiId": as_map(described.get("ec2AmiInfo")).get("amiId"),
            "imageStatus": described.get("imageBuildStatus"),
            "stackArn": described.get("cloudformationStackArn"),
            # EC2 Image Builder's own name for a recipe's log group; the recipe is named so by ParallelCluster.
            "logGroup": f"/aws/imagebuilder/ParallelClusterImage-{self.image_id}",
        }
        return {key: value for key, value in found.items() if value is not None}

    def _document(self, inputs: Plain, parent: str, mark: str) -> Plain:
        given: Plain = inputs["configuration"]
        build: Plain = {**as_map(given.get("Build")), "ParentImage": parent}
        image: Plain = dict(as_map(given.get("Image")))
        # On the stack while it builds, on the image afterwards.
        build["Tags"] = naming.with_mark(build.get("Tags"), mark)
        image["Tags"] = naming.with_mark(image.get("Tags"), mark)
        return {**given, "Region": self.region, "Build": build, "Image": image}

    def _status(self) -> str | None:
        try:
            self.last_described = self._worker.call("describe_image", self.region, image_id=self.image_id)
        except ParallelClusterError as error:
            if not error.absent:
                raise
            self._absences += 1
            return None if self._absences >= _GAP else "BUILD_IN_PROGRESS"
        status = str(self.last_described["imageBuildStatus"]) if self.last_described else None
        listed = "amiId" in self.outputs(self.last_described or {})
        if status == "BUILD_COMPLETE" and not listed and self._absences < _GAP:
            self._absences += 1
            return "BUILD_IN_PROGRESS"
        return status

    def _adopt(self, task: Task) -> None:
        if not self._is_ours(task):
            raise ProviderError(
                f"image {self.image_id} already exists in {self.region} and does not belong to this resource; take another "
                f"imageId, or import it: pulumi import parallelcluster:index:Image <name> {self.region}/{self.image_id}"
            )
        task.progress(f"image {self.image_id} is this resource's own, left by an earlier run: going on with it")

    def _is_ours(self, task: Task) -> bool:
        described = self.describe() or {}
        tags = as_map(described.get("ec2AmiInfo")).get("tags") or described.get("cloudformationStackTags")
        return {"key": naming.MARK, "value": naming.mark(task.urn)} in as_list(tags)
