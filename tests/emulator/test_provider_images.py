"""Images of the real ParallelCluster on the emulator: logs, older images that stay, images in use, components."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from provider.cluster import Cluster
from provider.errors import PartialFailure, ProviderError
from provider.image import Image
from provider.worker_client import Workers
from tests.emulator.provider_direct import Life, running
from tests.engine import provider_rig as rig
from tests.unit.aws_rule_cases.image_components import DOCUMENT

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[rig.Cloud, Workers]]:
    with running(tmp_path_factory.mktemp("cloud")) as found:
        yield found


def inputs(build: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    document = {"Build": {"InstanceType": "c5.xlarge", **(build or {})}}
    parent = {"os": "alinux2023", "architecture": "x86_64"}
    return {"region": rig.REGION, "version": rig.VERSION, "configuration": document, **parent, **more}


def amis(cloud: rig.Cloud) -> set[str]:
    return {image["ImageId"] for image in cloud.client("ec2").describe_images(Owners=["self"])["Images"]}


def test_the_end_of_the_log_of_a_failed_build_is_in_its_error(place: tuple[rig.Cloud, Workers]) -> None:
    cloud, workers = place
    life, logs = Life(Image(workers), "broken"), cloud.client("logs")
    group = "/aws/imagebuilder/ParallelClusterImage-broken"
    where = {"logGroupName": group, "logStreamName": "3.16.1/1"}
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(**where)
    logs.put_log_events(**where, logEvents=[{"timestamp": int(time.time() * 1000), "message": "disk full\n"}])
    with pytest.raises(PartialFailure) as failed:
        life.up(inputs({"Tags": [{"Key": "localcloud-fail", "Value": "no space left"}]}, imageId="broken"))
    assert "the end of the log: disk full" in failed.value.reasons
    life.destroy()
    assert cloud.stack_status("broken") is None


def test_a_build_stack_that_cannot_be_deleted_goes_with_the_next_up(place: tuple[rig.Cloud, Workers]) -> None:
    cloud, workers = place
    life = Life(Image(workers), "left")
    wanted = inputs({"Tags": [{"Key": "localcloud-fail-delete", "Value": "2 in use"}]}, imageId="left")
    shown = life.up(wanted)
    assert "the stack of the build of left was left DELETE_FAILED and is deleted once more" in shown
    assert "the stack of the build of left is DELETE_FAILED again; the next `pulumi up` deletes it" in shown
    assert life.refresh()
    assert life.state["leftoverStack"] == life.state["stackArn"]
    assert [change.path for change in life.diff(wanted).changes] == ["leftoverStack"]
    assert "is deleted once more" in life.up(wanted)
    assert (cloud.stack_status("left"), life.state.get("leftoverStack")) == (None, None)
    assert life.diff(wanted).changes == []
    life.destroy()
    assert amis(cloud) == set()


def test_older_images_stay_as_wanted_and_those_in_use_are_refused(place: tuple[rig.Cloud, Workers]) -> None:
    cloud, workers = place
    made: list[Life] = []
    for number in range(2):
        life = Life(Image(workers), "base")
        life.up(inputs({"UpdateOsPackages": {"Enabled": bool(number)}}, retain=1))
        made.append(life)
    first, second = made
    groups = cloud.client("logs").describe_log_groups(logGroupNamePrefix=first.state["logGroup"])["logGroups"]
    assert [group["logGroupName"] for group in groups] == [first.state["logGroup"]]
    ids = [life.state["amiId"] for life in made]
    first.destroy()
    assert amis(cloud) == set(ids)

    document = rig.document(cloud.subnet) | {"Image": {"Os": "alinux2023", "CustomAmi": ids[1]}}
    del document["LoginNodes"]
    cluster = Life(Cluster(workers), "user")
    given = {"region": rig.REGION, "version": rig.VERSION, "configuration": document, "clusterName": "user"}
    cluster.up(given)
    with pytest.raises(ProviderError, match=rf"\({ids[1]}\) is used by cluster user"):
        second.destroy()
    cluster.destroy()
    second.destroy()
    assert amis(cloud) == set()


def test_instances_and_launch_templates_hold_an_image(place: tuple[rig.Cloud, Workers]) -> None:
    cloud, workers = place
    ec2, life = cloud.client("ec2"), Life(Image(workers), "held")
    life.up(inputs(imageId="held"))
    ami = life.state["amiId"]
    (instance,) = ec2.run_instances(ImageId=ami, MinCount=1, MaxCount=1, InstanceType="t3.micro")["Instances"]
    ec2.create_launch_template(LaunchTemplateName="ours", LaunchTemplateData={"ImageId": ami})
    with pytest.raises(ProviderError, match=f"is used by instance {instance['InstanceId']}, launch template ours"):
        life.destroy()
    ec2.terminate_instances(InstanceIds=[instance["InstanceId"]])
    ec2.delete_launch_template(LaunchTemplateName="ours")
    life.destroy()
    assert amis(cloud) == set()


def test_the_log_group_has_the_images_tags_and_goes_with_it(place: tuple[rig.Cloud, Workers]) -> None:
    cloud, workers = place
    logs, life = cloud.client("logs"), Life(Image(workers), "logged")
    wanted = inputs(imageId="logged", logRetentionInDays=7)
    wanted["configuration"]["Image"] = {"Tags": [{"Key": "team", "Value": "genomics"}]}
    life.up(wanted)
    (group,) = logs.describe_log_groups(logGroupNamePrefix=life.state["logGroup"])["logGroups"]
    tags = logs.list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"]
    assert (group["retentionInDays"], tags) == (7, {"team": "genomics"})
    life.up({**wanted, "logRetentionInDays": 30})
    (group,) = logs.describe_log_groups(logGroupNamePrefix=life.state["logGroup"])["logGroups"]
    assert group["retentionInDays"] == 30
    life.destroy()
    assert logs.describe_log_groups(logGroupNamePrefix=group["logGroupName"])["logGroups"] == []


def test_snapshots_that_a_cut_deletion_left_go_with_the_next_one(place: tuple[rig.Cloud, Workers]) -> None:
    cloud, workers = place
    ec2, lives = cloud.client("ec2"), [Life(Image(workers), name) for name in ("cut", "other")]

    def snapshots() -> set[str]:
        return {one["SnapshotId"] for one in ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]}

    def without(life: Life) -> set[str]:
        (image,) = ec2.describe_images(ImageIds=[life.state["amiId"]])["Images"]
        return snapshots() - {image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]}

    for life in lives:
        life.up(inputs(imageId=f"snapped-{life.logical}"))
    kept = without(lives[0])
    ec2.deregister_image(ImageId=lives[0].state["amiId"])
    assert len(snapshots()) == len(kept) + 1
    lives[0].destroy()
    assert snapshots() == kept
    kept = without(lives[1])
    lives[1].destroy()
    assert snapshots() == kept


def test_components_are_used_by_their_arn_and_must_be_there(place: tuple[rig.Cloud, Workers]) -> None:
    cloud, workers = place
    builder = cloud.client("imagebuilder")
    made = builder.create_component(name="tools", semanticVersion="1.0.0", platform="Linux", data=DOCUMENT)
    arn = made["componentBuildVersionArn"]
    life = Life(Image(workers), "tooled")
    life.up(inputs({"Components": [{"Type": "arn", "Value": arn}]}, imageId="tooled"))
    assert life.state["imageStatus"] == "BUILD_COMPLETE"
    life.destroy()
    builder.delete_component(componentBuildVersionArn=arn)
    absent = Life(Image(workers), "toolless")
    with pytest.raises(PartialFailure) as failed:
        absent.up(inputs({"Components": [{"Type": "arn", "Value": arn}]}, imageId="toolless"))
    assert any(f"The components {arn} do not exist" in reason for reason in failed.value.reasons)
    absent.destroy()
