"""The Image resource with a worker that only pretends."""

from typing import Any

import pytest

from provider import naming
from provider.errors import PartialFailure, ProviderError
from provider.image import Image
from provider.resource import DEFAULTS
from provider.values import UNKNOWN
from provider.worker_client import ParallelClusterError
from tests.unit.provider_fakes import URN, FakeWorker, absent, task, workers

GIVEN = {
    "region": "us-east-1",
    "version": "3.16.1",
    "configuration": {"Build": {"InstanceType": "c5.xlarge"}},
    "os": "alinux2023",
    "architecture": "x86_64",
}
STATE = GIVEN | {"imageId": "base-1", "imageStatus": "BUILD_COMPLETE", "amiId": "ami-7"}
DONE = {
    "imageId": "base-1",
    "imageBuildStatus": "BUILD_COMPLETE",
    "version": "3.16.1",
    "ec2AmiInfo": {"amiId": "ami-7"},
}
MARK = {"key": naming.MARK, "value": naming.mark(URN)}


def building(**answers: Any) -> FakeWorker:
    usual = {
        "check": [],
        "list_official_images": {"images": [{"amiId": "ami-1"}]},
        "build_image": {"image": {"cloudformationStackArn": "arn:stack"}},
        "describe_image": DONE,
        "get_image_stack_events": {"events": []},
        "make_log_group": {},
        "build_stack": None,
        "delete_stack": {},
        "log_tail": [],
        "images_of": [],
        "users_of": [],
        "drop_log_group": {},
        "drop_snapshots": {},
    }
    return FakeWorker(**(usual | answers))


def image_id(new: dict[str, Any]) -> Any:
    found = Image(workers(building())).check("base", {}, new, b"seed", task()[0])
    assert not found.failures
    assert found.inputs[DEFAULTS] == ["imageId"]
    return found.inputs["imageId"]


def test_the_id_follows_the_content() -> None:
    assert image_id(GIVEN) == image_id(dict(reversed(GIVEN.items())))
    assert image_id(GIVEN).startswith("base-")
    for change in ({"architecture": "arm64"}, {"configuration": {"Build": {"InstanceType": "m5.xlarge"}}}):
        assert image_id(GIVEN | change) != image_id(GIVEN)
    assert image_id(GIVEN | {"configuration": {"Build": {"SubnetId": UNKNOWN}}}) is UNKNOWN


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"os": None}, {"os"}),
        ({"os": None, "architecture": None}, {"os", "architecture"}),
        ({"imageId": "a_b"}, {"imageId"}),
    ],
)
def test_inputs_that_are_wrong(changes: dict[str, Any], missing: set[str]) -> None:
    new = {key: value for key, value in (GIVEN | changes).items() if value is not None}
    found = Image(workers(building())).check("base", {}, new, b"", task()[0])
    assert {failure.path for failure in found.failures} == missing


def test_a_parent_of_ones_own_needs_neither_os_nor_architecture() -> None:
    new = {"region": "us-east-1", "version": "3.16.1", "configuration": {"Build": {"ParentImage": "ami-9"}}}
    worker = building()
    resource = Image(workers(worker))
    checked = resource.check("base", {}, new, b"", task()[0])
    assert not checked.failures
    _, outputs = resource.create(checked.inputs, task()[0])
    assert outputs["parentImage"] == "ami-9"
    assert "list_official_images" not in worker.operations()


def test_every_change_of_content_replaces_and_nothing_asks_nobody() -> None:
    worker = FakeWorker()
    resource = Image(workers(worker))
    assert resource.diff(STATE, STATE | {DEFAULTS: ["imageId"]}, task()[0]).changes == []
    changed = resource.diff(STATE, STATE | {"imageId": "base-2", "architecture": "arm64"}, task()[0])
    assert [(change.path, change.replaces) for change in changed.changes] == [("imageId", True), ("architecture", True)]
    assert not changed.delete_first
    assert resource.diff(STATE, STATE | {"architecture": "arm64"}, task()[0]).delete_first
    assert resource.diff(STATE | {"imageStatus": "BUILD_FAILED"}, STATE, task()[0]).changes[0].replaces
    assert worker.calls == []


def complete_without_ami() -> dict[str, Any]:
    """What ParallelCluster tells from the build's stack while the AMI is not listed yet."""
    return {key: value for key, value in DONE.items() if key != "ec2AmiInfo"}


def test_a_build_is_done_when_its_ami_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("provider.resource.Task.pause", lambda *_: None)
    answers = iter([complete_without_ami(), complete_without_ami(), DONE])
    outputs = Image(workers(building(describe_image=lambda **_: next(answers)))).create(STATE, task()[0])[1]
    assert outputs["amiId"] == "ami-7"


def test_an_ami_that_is_never_listed_fails_and_the_next_run_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("provider.resource.Task.pause", lambda *_: None)
    resource = Image(workers(building(describe_image=complete_without_ami())))
    with pytest.raises(PartialFailure, match=r"no AMI of it is listed") as failed:
        resource.create(GIVEN | {"imageId": "base-1"}, task()[0])
    state = failed.value.properties
    assert "amiId" not in state
    assert [change.path for change in resource.diff(state, GIVEN | {"imageId": "base-1"}, task()[0]).changes] == [
        "imageStatus"
    ]
    assert resource.planned(state, GIVEN, task()[0])["amiId"] is UNKNOWN
    again = Image(workers(building()))
    assert again.update("us-east-1/base-1", state, GIVEN | {"imageId": "base-1"}, task()[0])["amiId"] == "ami-7"


def tagged(**tags: str) -> dict[str, Any]:
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    return {"configuration": {"Build": {"InstanceType": "c5.xlarge", "Tags": listed}, "Image": {"Tags": listed}}}


def test_other_tags_are_no_other_image() -> None:
    assert image_id(GIVEN | tagged(team="a")) == image_id(GIVEN | tagged(team="b"))
    changed = Image(workers(FakeWorker())).diff(STATE | tagged(team="a"), STATE | tagged(team="b"), task()[0])
    assert [(change.path, change.replaces) for change in changed.changes] == [("configuration", False)]


def test_tags_are_changed_on_the_image_that_is_there() -> None:
    worker = building(tag_ami={"amiId": "ami-7"})
    old, new = STATE | tagged(team="a", gone="x", same="y"), STATE | tagged(team="b", same="y")
    outputs = Image(workers(worker)).update("us-east-1/base-1", old, new, task()[0])
    assert outputs["configuration"] == new["configuration"]
    group = {"name": "/aws/imagebuilder/ParallelClusterImage-base-1", "tags": {"team": "b", "same": "y"}, "days": None}
    group["key"] = None
    assert worker.calls[-2:] == [
        ("tag_ami", {"ami_id": "ami-7", "changed": {"team": "b"}, "dropped": ["gone"]}),
        ("make_log_group", group),
    ]


def test_the_log_group_has_the_images_tags_and_retention_before_the_build_and_goes_with_the_image() -> None:
    worker = building(delete_image=absent())
    Image(workers(worker)).create(
        STATE | tagged(team="a") | {"logRetentionInDays": 7, "logKmsKeyArn": "arn:k"}, task()[0]
    )
    made = (
        "make_log_group",
        {"name": "/aws/imagebuilder/ParallelClusterImage-base-1", "tags": {"team": "a"}, "days": 7, "key": "arn:k"},
    )
    names = [name for name, _ in worker.calls]
    assert made in worker.calls
    assert names.index("make_log_group") < names.index("build_image")
    Image(workers(worker)).delete("us-east-1/base-1", STATE, task()[0])
    assert worker.calls[-1] == ("drop_log_group", {"name": "/aws/imagebuilder/ParallelClusterImage-base-1"})


@pytest.mark.parametrize(
    ("key", "value", "told"), [("logRetentionInDays", 30, "days"), ("logKmsKeyArn", "arn:k", "key")]
)
def test_another_retention_or_key_of_the_log_is_no_other_image(key: str, value: Any, told: str) -> None:
    old, new = STATE | {key: 7 if told == "days" else "arn:other"}, STATE | {key: value}
    worker = building()
    changed = Image(workers(worker)).diff(old, new, task()[0])
    assert [(change.path, change.replaces) for change in changed.changes] == [(key, False)]
    Image(workers(worker)).update("us-east-1/base-1", old, new, task()[0])
    assert worker.calls[-1][1][told] == value


def test_a_build_looks_up_its_parent_and_bears_the_mark() -> None:
    worker = building()
    identity, outputs = Image(workers(worker)).create(STATE, task()[0])
    assert identity == "us-east-1/base-1"
    assert (outputs["amiId"], outputs["parentImage"], outputs["stackArn"]) == ("ami-7", "ami-1", "arn:stack")
    assert outputs["logGroup"] == "/aws/imagebuilder/ParallelClusterImage-base-1"
    sent = next(given for name, given in worker.calls if name == "build_image")["image_configuration"]
    assert sent["Region"] == "us-east-1"
    assert sent["Build"]["ParentImage"] == "ami-1"
    assert sent["Build"]["Tags"] == sent["Image"]["Tags"] == [{"Key": MARK["key"], "Value": MARK["value"]}]


def test_without_an_official_image_nothing_is_built() -> None:
    worker = building(list_official_images={"images": []})
    with pytest.raises(ProviderError, match=r"3.16.1's own image for alinux2023 on x86_64 does not exist in us-east-1"):
        Image(workers(worker)).create(STATE, task()[0])
    assert "build_image" not in worker.operations()


def test_a_failed_build_stays_in_the_state_and_says_where_to_look() -> None:
    failed = {
        "imageBuildStatus": "BUILD_FAILED",
        "imagebuilderImageStatusReason": "script ended with 1",
        "version": "3.16.1",
    }
    with pytest.raises(PartialFailure, match="script ended with 1") as caught:
        Image(workers(building(describe_image=failed))).create(STATE, task()[0])
    assert caught.value.properties["imageStatus"] == "BUILD_FAILED"
    assert "aws logs tail /aws/imagebuilder/ParallelClusterImage-base-1" in str(caught.value)


EXISTS = ParallelClusterError(400, "BadRequestException", {"message": "Bad Request: image base-1 already exists."})


def test_an_own_image_is_adopted_and_a_foreign_one_refused() -> None:
    own = DONE | {"ec2AmiInfo": {"amiId": "ami-7", "tags": [MARK]}}
    _, outputs = Image(workers(building(build_image=EXISTS, describe_image=own))).create(STATE, task()[0])
    assert outputs["amiId"] == "ami-7"
    with pytest.raises(ProviderError, match="does not belong to this resource"):
        Image(workers(building(build_image=EXISTS))).create(STATE, task()[0])


def left(*statuses: str | None) -> dict[str, Any]:
    """The build's stack at each look, the last of them for ever."""
    looks = [{"arn": "arn:stack", "status": status} if status else None for status in statuses]

    def look(**_: Any) -> Any:
        return looks.pop(0) if len(looks) > 1 else looks[0]

    return {"build_stack": look}


@pytest.mark.parametrize(
    ("looks", "deleted", "kept"),
    [
        (("DELETE_IN_PROGRESS", None), 0, False),
        (("DELETE_FAILED", "DELETE_IN_PROGRESS", None), 1, False),
        (("DELETE_FAILED",), 1, True),
    ],
)
def test_what_a_build_leaves_is_deleted_once_more(looks: tuple[str | None, ...], deleted: int, kept: bool) -> None:
    worker = building(**left(*looks))
    _, outputs = Image(workers(worker)).create(STATE, task()[0])
    assert worker.operations().count("delete_stack") == deleted
    assert outputs.get("leftoverStack") == ("arn:stack" if kept else None)


def test_a_build_whose_leftovers_cannot_be_asked_for_is_there_and_looked_at_again() -> None:
    fault = ParallelClusterError(500, "ServiceUnavailable", {"message": "slow"})
    one, lines = task()
    _, outputs = Image(workers(building(build_stack=fault))).create(STATE, one)
    assert (outputs["amiId"], outputs["leftoverStack"]) == ("ami-7", "arn:stack")
    assert "the next `pulumi up` looks again" in lines[-1]
    one.stopping.set()
    with pytest.raises(PartialFailure, match="called off"):
        Image(workers(building(**left("DELETE_IN_PROGRESS")))).create(STATE, one)


def test_absence_is_deleted_and_read_as_gone() -> None:
    resource = Image(workers(building(delete_image=absent(), describe_image=absent())))
    resource.delete("us-east-1/base-1", STATE, task()[0])
    assert resource.read("us-east-1/base-1", STATE, GIVEN, task()[0]) is None


def test_a_refresh_keeps_what_only_the_build_knew() -> None:
    state = STATE | {"parentImage": "ami-1", "stackArn": "arn:stack"}
    found = Image(workers(building())).read("us-east-1/base-1", state, GIVEN | {"imageId": "base-1"}, task()[0])
    assert found is not None
    assert (found.outputs["parentImage"], found.outputs["stackArn"], found.outputs["amiId"]) == (
        "ami-1",
        "arn:stack",
        "ami-7",
    )


@pytest.mark.parametrize(
    ("status", "ami"), [("BUILD_COMPLETE", "ami-7"), ("BUILD_IN_PROGRESS", UNKNOWN), ("BUILD_FAILED", UNKNOWN)]
)
def test_the_ami_of_a_half_built_image_is_not_known_at_preview(status: str, ami: Any) -> None:
    state = STATE | {"imageStatus": status, "logGroup": "group"} | ({"amiId": "ami-7"} if ami != UNKNOWN else {})
    outputs = Image(workers(building())).planned(state, GIVEN, task()[0])
    assert outputs["amiId"] == ami
    assert outputs["logGroup"] == "group"
