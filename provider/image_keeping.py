"""Which images of a resource stay when one of them goes: those in use, and as many older ones as the user wants."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from provider import naming
from provider.errors import ProviderError
from provider.explain import explained
from provider.image_calls import ImageCalls
from provider.resource import Task
from provider.values import Plain, as_list
from provider.worker_client import Caller, ParallelClusterError


@dataclass(frozen=True)
class Kept:
    """An image that bears a resource's mark."""

    image_id: str
    ami_id: str
    created: str


class Keeping:
    """The images of one resource in one region."""

    def __init__(self, worker: Caller, region: str, task: Task) -> None:
        self._worker, self._region, self._task = worker, region, task

    def remove(self, image_id: str, state: Plain) -> None:
        """Delete an image, or keep it as an older one of its resource. Raises ProviderError for one in use, unless forced.

        An image whose resource has a newer one was replaced: it stays while it is among the last `retain` older ones. With the
        last image of a resource the older ones go too.
        """
        force, retain = bool(state.get("forceDelete")), int(state.get("retain") or 0)
        images = self._images()
        newer = [one.image_id for one in images[: _place(images, image_id)]]
        if not newer:
            self._delete(image_id, state.get("amiId"), force=force)
            for one in images:
                if one.image_id != image_id:
                    self._delete(one.image_id, one.ami_id, force=force)
            return
        older = images[1:]
        for number, one in enumerate(older):
            if number < retain:
                if one.image_id == image_id:
                    self._task.tell(
                        f"kept: image {one.image_id} ({one.ami_id}), older image {number + 1} of {retain} (retain)"
                    )
            elif one.image_id == image_id:
                self._delete(one.image_id, one.ami_id, force=force)
            else:
                self._prune(one, force=force)
        if image_id not in {one.image_id for one in older}:
            self._delete(image_id, state.get("amiId"), force=force)

    def _images(self) -> list[Kept]:
        """The resource's images, the newest first."""
        found = self._asked("images_of", key=naming.MARK, value=naming.mark(self._task.urn))
        images = [Kept(item["imageId"], item["amiId"], item["created"]) for item in found]
        return sorted(images, key=lambda one: one.created, reverse=True)

    def _delete(self, image_id: str, ami_id: Any, *, force: bool) -> None:
        if ami_id and not force and (users := as_list(self._asked("users_of", ami_id=ami_id))):
            raise ProviderError(
                f"image {image_id} ({ami_id}) is used by {', '.join(users)}: new machines could not start any more. Delete or "
                "change that first, or set forceDelete and run `pulumi up` before"
            )
        ImageCalls(self._worker, self._region, image_id).delete(self._task, ami_id, force=force)

    def _prune(self, one: Kept, *, force: bool) -> None:
        try:
            self._delete(one.image_id, one.ami_id, force=force)
        except ProviderError as error:
            self._task.warn(f"older image {one.image_id} stays: {error}")
        else:
            self._task.tell(f"deleted: image {one.image_id} ({one.ami_id}), more older images than retain")

    def _asked(self, operation: str, **arguments: Any) -> Any:
        ask: Callable[..., Any] = self._worker.call
        try:
            return ask(operation, self._region, **arguments)
        except ParallelClusterError as error:
            raise explained("what uses the images cannot be looked up", error) from error


def _place(images: list[Kept], image_id: str) -> int:
    """How many images are newer; an image that failed, and so is not listed, has all others for older ones."""
    return next((number for number, one in enumerate(images) if one.image_id == image_id), 0)
