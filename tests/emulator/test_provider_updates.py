"""Updates that stop running work: the plan at preview, the fleet and the login nodes before and after, also when they fail."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from provider.cluster import Cluster
from provider.errors import PartialFailure, ProviderError
from tests.emulator.provider_direct import Life, running
from tests.engine import provider_rig as rig

pytestmark = pytest.mark.emulator

SSM = {"AdditionalIamPolicies": [{"Policy": "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"}]}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[rig.Cloud, Life]]:
    """One cluster for all tests of this module, each of which leaves it running."""
    with running(tmp_path_factory.mktemp("cloud")) as (cloud, workers):
        life = Life(Cluster(workers), "busy")
        life.up(cluster(cloud))
        yield cloud, life
        life.destroy()
        assert cloud.stack_status("busy") is None


def cluster(cloud: rig.Cloud, updates: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """The cluster `busy`: `capacity` of its queue, `login` instance type, `tags`, `ssm` False for a head node apart."""
    document = rig.document(cloud.subnet)
    if changes.get("ssm", True):
        document["HeadNode"]["Iam"] = SSM
    document["Scheduling"]["SlurmQueues"][0]["CapacityType"] = changes.get("capacity", "ONDEMAND")
    document["LoginNodes"]["Pools"][0]["InstanceType"] = changes.get("login", "t3.medium")
    if tags := changes.get("tags"):
        document["Tags"] = [{"Key": key, "Value": value} for key, value in tags.items()]
    inputs = {"region": rig.REGION, "version": rig.VERSION, "configuration": document, "clusterName": "busy"}
    return inputs | {"updates": updates or {}}


def fleet(cloud: rig.Cloud) -> tuple[str, bool]:
    """The fleet's status, and whether something is written down that has to run again."""
    table = cloud.client("dynamodb")

    def item(key: str) -> dict[str, Any]:
        return table.get_item(TableName="parallelcluster-busy", Key={"Id": {"S": key}}).get("Item", {})

    return item("COMPUTE_FLEET")["Data"]["M"]["status"]["S"], bool(item("PULUMI_FORMER_STATE"))


def set_jobs(cloud: rig.Cloud, count: int) -> None:
    item = {"Id": {"S": "LOCALCLOUD_JOBS"}, "Data": {"M": {"cpu": {"N": str(count)}}}}
    cloud.client("dynamodb").put_item(TableName="parallelcluster-busy", Item=item)


def capacity(life: Life) -> str:
    return life.state["configuration"]["Scheduling"]["SlurmQueues"][0]["CapacityType"]


def pool(life: Life) -> tuple[str, int]:
    found = life.state["configuration"]["LoginNodes"]["Pools"][0]
    return found["InstanceType"], found["Count"]


def test_refused_by_default_with_key_policy_and_remedy(busy: tuple[rig.Cloud, Life]) -> None:
    cloud, life = busy
    with pytest.raises(ProviderError) as refused:
        life.preview(cluster(cloud, capacity="SPOT", login="t3.large"))
    text = str(refused.value)
    assert "Scheduling.SlurmQueues[cpu].CapacityType: ONDEMAND -> SPOT (policy QUEUE_UPDATE_STRATEGY)" in text
    assert "set updates.computeFleet to drain or stop" in text
    assert "LoginNodes.Pools[login].InstanceType: t3.medium -> t3.large (policy LOGIN_NODES_POOL_STOP)" in text
    assert "set updates.loginNodes to recreate" in text


def test_stop_says_what_ends_stops_updates_and_starts_again(busy: tuple[rig.Cloud, Life]) -> None:
    cloud, life = busy
    set_jobs(cloud, 3)
    wanted = cluster(cloud, {"computeFleet": "stop"}, capacity="SPOT")
    told = life.preview(wanted)
    assert "stops 0 nodes of queue cpu with 3 running jobs (which end); it starts the fleet again" in told
    assert "because of Scheduling.SlurmQueues[cpu].CapacityType" in told
    assert fleet(cloud) == ("RUNNING", False)
    up = life.up(wanted)
    assert "compute fleet: STOPPED" in up
    assert (capacity(life), fleet(cloud)) == ("SPOT", ("RUNNING", False))
    assert life.diff(wanted).changes == []


def test_drain_waits_for_running_jobs_and_gives_up_without_an_update(busy: tuple[rig.Cloud, Life]) -> None:
    cloud, life = busy
    set_jobs(cloud, 2)
    impatient = cluster(cloud, {"computeFleet": "drain", "drainMinutes": 0.05}, capacity="ONDEMAND")
    assert "waits up to 0.05 min for running jobs" in life.preview(impatient)
    with pytest.raises(ProviderError, match=r"still running jobs \(2 of queue cpu\); nothing was updated"):
        life.up(impatient)
    assert (capacity(life), fleet(cloud)) == ("SPOT", ("RUNNING", False))


def test_drained_emptied_updated_and_filled(busy: tuple[rig.Cloud, Life]) -> None:
    cloud, life = busy
    may = {"computeFleet": "drain", "drainMinutes": 5, "loginNodes": "recreate"}
    wanted = cluster(cloud, may, capacity="ONDEMAND", login="t3.large")
    assert "ends 1 node of login pool login, with the sessions there" in life.preview(wanted)
    called_off = threading.Event()

    def end_jobs_once_they_are_awaited() -> None:
        while not called_off.wait(0.2):
            if any("waiting for running jobs" in line for line in list(life.lines)):
                set_jobs(cloud, 0)
                return

    end = threading.Thread(target=end_jobs_once_they_are_awaited)
    end.start()
    try:
        up = life.up(wanted)
    finally:
        called_off.set()
        end.join()
    assert "waiting for running jobs: 2 of queue cpu" in up
    assert "setting the size of login pool login to 0" in up
    assert (capacity(life), pool(life), fleet(cloud)) == ("ONDEMAND", ("t3.large", 1), ("RUNNING", False))
    assert life.state["loginNodes"][0]["healthyNodes"] == 1


def test_a_failed_update_is_rolled_back_and_what_ran_runs_again(busy: tuple[rig.Cloud, Life]) -> None:
    cloud, life = busy
    may = {"computeFleet": "stop", "loginNodes": "recreate"}
    broken = {"localcloud-fail-update": "no capacity"}
    with pytest.raises(PartialFailure) as failed:
        life.up(cluster(cloud, may, capacity="SPOT", login="m5.large", tags=broken))
    text = "\n".join(failed.value.reasons)
    assert "cluster busy is UPDATE_FAILED" in text
    assert "no capacity" in text
    assert "what ran before the update runs again" in text
    assert (capacity(life), pool(life), fleet(cloud)) == ("ONDEMAND", ("t3.large", 1), ("RUNNING", False))
    assert life.refresh()
    assert pool(life) == ("t3.large", 1)


def test_a_failed_rollback_is_put_right_by_the_next_update(busy: tuple[rig.Cloud, Life]) -> None:
    cloud, life = busy
    may = {"computeFleet": "stop"}
    broken = {"localcloud-fail-update": "rollback impossible"}
    with pytest.raises(PartialFailure, match="the next `pulumi up` does that"):
        life.up(cluster(cloud, may, capacity="SPOT", login="t3.large", tags=broken))
    assert fleet(cloud) == ("STOPPED", True)
    # The policy of the head node goes in the same update.
    wanted = cluster(cloud, may, login="t3.large", ssm=False)
    assert "formerState" in [change.path for change in life.diff(wanted).changes]
    assert "going on with it" in life.up(wanted)
    assert fleet(cloud) == ("RUNNING", False)
    assert life.refresh()
    assert life.diff(wanted).changes == []


def keys_of_logs(cloud: rig.Cloud) -> set[str | None]:
    groups = cloud.client("logs").describe_log_groups(logGroupNamePrefix="/aws/parallelcluster/busy-")["logGroups"]
    assert groups
    return {group.get("kmsKeyId") for group in groups}


def test_log_groups_get_the_key_and_lose_it_with_the_word(busy: tuple[rig.Cloud, Life]) -> None:
    cloud, life = busy
    key = f"arn:aws:kms:{rig.REGION}:123456789012:key/0a1b2c3d"
    given = {**life.inputs, "logKmsKeyArn": key}
    assert [(one.path, one.replaces) for one in life.diff(given).changes] == [("logKmsKeyArn", False)]
    life.up(given)
    assert keys_of_logs(cloud) == {key}
    logs = cloud.client("logs")
    for group in logs.describe_log_groups(logGroupNamePrefix="/aws/parallelcluster/busy-")["logGroups"]:
        logs.disassociate_kms_key(logGroupName=group["logGroupName"])
    life.refresh()
    assert [one.path for one in life.diff(given).changes] == ["logKmsKeyArn"]
    life.up(given)
    assert keys_of_logs(cloud) == {key}
    assert life.diff(given).changes == []
    life.up({name: value for name, value in given.items() if name != "logKmsKeyArn"})
    assert keys_of_logs(cloud) == {None}


def test_without_systems_manager_a_drain_is_refused_and_a_stop_says_what_is_unknown(
    busy: tuple[rig.Cloud, Life],
) -> None:
    cloud, life = busy
    with pytest.raises(ProviderError, match="the scheduler of busy cannot be asked"):
        life.preview(cluster(cloud, {"computeFleet": "drain"}, capacity="SPOT", login="t3.large", ssm=False))
    told = life.preview(cluster(cloud, {"computeFleet": "stop"}, capacity="SPOT", login="t3.large", ssm=False))
    assert "running jobs: unknown (Systems Manager does not reach head node i-" in told
