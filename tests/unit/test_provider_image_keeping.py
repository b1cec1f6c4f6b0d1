"""Which images of a resource go and which stay, with a worker that only pretends."""

from typing import Any

import pytest

from provider.errors import ProviderError
from provider.image import Image
from tests.unit.provider_fakes import FakeWorker, absent, task, workers

STATE = {"region": "us-east-1", "version": "3.16.1", "amiId": "ami-2"}


def image(number: int) -> dict[str, str]:
    return {"imageId": f"base-{number}", "amiId": f"ami-{number}", "created": f"2026-01-0{number}T00:00:00.000Z"}


def deleted(
    image_id: str, images: list[dict[str, str]], state: dict[str, Any], users: dict[str, list[str]] | None = None
) -> Any:
    """The images that were deleted, with force or without, and the lines."""
    worker = FakeWorker(
        images_of=images,
        users_of=lambda ami_id: (users or {}).get(ami_id, []),
        drop_log_group={},
        drop_snapshots={},
        delete_image=absent(),
        get_image_stack_events={"events": []},
    )
    one, lines = task()
    try:
        Image(workers(worker)).delete(f"us-east-1/{image_id}", STATE | state, one)
    finally:
        gone = [
            (given["image_id"], given.get("force", False)) for name, given in worker.calls if name == "delete_image"
        ]
    return gone, lines


def test_an_image_that_was_replaced_goes_unless_it_is_among_the_last() -> None:
    both = [image(3), image(2)]
    assert deleted("base-2", both, {}) == ([("base-2", False)], [])
    gone, lines = deleted("base-2", both, {"retain": 1})
    assert (gone, lines) == ([], ["kept: image base-2 (ami-2), older image 1 of 1 (retain)"])


def test_older_ones_beyond_the_number_go() -> None:
    gone, lines = deleted("base-2", [image(1), image(3), image(2)], {"retain": 1})
    assert gone == [("base-1", False)]
    assert lines[1] == "deleted: image base-1 (ami-1), more older images than retain"


def test_with_the_last_image_of_a_resource_all_go() -> None:
    assert deleted("base-2", [image(2), image(1)], {"retain": 3})[0] == [("base-2", False), ("base-1", False)]


def test_one_whose_build_failed_and_is_not_listed_goes() -> None:
    assert deleted("base-9", [], {"amiId": None})[0] == [("base-9", False)]


def test_one_that_a_cluster_uses_is_refused_unless_forced() -> None:
    with pytest.raises(ProviderError, match=r"image base-2 \(ami-2\) is used by cluster hpc: .* set forceDelete"):
        deleted("base-2", [image(2)], {}, {"ami-2": ["cluster hpc"]})
    assert deleted("base-2", [image(2)], {"forceDelete": True}, {"ami-2": ["cluster hpc"]})[0] == [("base-2", True)]


def test_an_older_one_that_a_cluster_uses_stays_with_a_warning() -> None:
    gone, lines = deleted("base-2", [image(3), image(2), image(1)], {"retain": 1}, {"ami-1": ["cluster hpc"]})
    assert gone == []
    assert lines[1].startswith("older image base-1 stays: image base-1 (ami-1) is used by cluster hpc")
