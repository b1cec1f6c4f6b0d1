"""The program on a mock engine: alarms and who hears of them, the dashboard, budget and tags of costs."""

import json
from typing import Any

import pytest

from planning.dashboard import dashboard_url
from tests.unit.everything import everything
from tests.unit.recorder import Recorder, run

ALARM, TOPIC = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:sns/topic:Topic"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
ARN = "arn:aws:sns:eu-west-1:123456789012:alarms"


def alarms(recorder: Recorder) -> dict[str, dict[str, Any]]:
    """By the end of their names."""
    return {one.name.partition("-monitoring-")[2]: one.inputs for one in recorder.named(ALARM)}


@pytest.mark.parametrize(
    ("environment", "recover", "watched"), [("dev", None, 0), ("prod", None, 1), ("dev", True, 1), ("prod", False, 0)]
)
def test_an_alarm_recovers_the_head_node_where_it_is_protected(
    environment: str, recover: bool | None, watched: int
) -> None:
    head = {} if recover is None else {"recover": recover}
    found = alarms(run(environment=environment, cluster={"headNode": head}, monitoring={"alarms": False}))
    assert len(found) == watched
    for alarm in found.values():
        assert alarm["dimensions"] == {"InstanceId": "i-head"}
        assert alarm["alarmActions"] == ["arn:aws:automate:eu-west-1:ec2:recover"]


def test_head_node_databases_and_folders_are_watched_and_somebody_is_told() -> None:
    found = alarms(everything())
    assert set(found) == {
        *("head-status", "head-cpu", "head-memory", "head-disk", "applications-storage", "applications-cpu"),
        *("slurm-storage", "slurm-cpu", "home-load"),
    }
    assert len(everything().named(TOPIC)) == 1
    ((topic,),) = {tuple(alarm["alarmActions"]) for alarm in found.values()}
    assert topic == everything().one(SUBSCRIPTION).inputs["topic"]
    assert [one.inputs["endpoint"] for one in everything().named(SUBSCRIPTION)] == ["hpc@example.org"]
    # Under these ParallelCluster's agent publishes, and its own alarms look (3.16).
    assert (found["head-memory"]["namespace"], found["head-memory"]["dimensions"]) == (
        "CWAgent",
        {"InstanceId": "i-head"},
    )
    assert found["head-disk"]["dimensions"] == {"InstanceId": "i-head", "path": "/"}
    assert found["slurm-storage"]["comparisonOperator"] == "LessThanThreshold"
    assert found["slurm-storage"]["threshold"] == 2**30


@pytest.mark.parametrize(
    ("environment", "monitoring", "told"),
    [
        ("dev", {}, None),
        ("prod", {}, ["hpc@example.org"]),
        ("prod", {"alarms": False}, None),
        ("dev", {"alarms": True}, ["hpc@example.org"]),
        ("dev", {"alarmEmails": ["a@example.org", "b@example.org"]}, ["a@example.org", "b@example.org"]),
        ("dev", {"snsTopicArn": ARN}, []),
    ],
)
def test_who_is_told(environment: str, monitoring: dict[str, Any], told: list[str] | None) -> None:
    made = run(environment=environment, monitoring=monitoring)
    assert sorted(one.inputs["endpoint"] for one in made.named(SUBSCRIPTION)) == (told or [])
    assert len(made.named(TOPIC)) == (1 if told else 0)
    assert ("head-cpu" in alarms(made)) is (told is not None)
    if "snsTopicArn" in monitoring:
        assert alarms(made)["head-cpu"]["alarmActions"] == [ARN]


def body(recorder: Recorder) -> dict[str, Any]:
    return json.loads(recorder.one("aws:cloudwatch/dashboard:Dashboard").inputs["dashboardBody"])


def test_the_dashboard_shows_all_that_there_is() -> None:
    widgets = body(everything())["widgets"]
    shown = {(one[0], one[1]) for widget in widgets for one in widget["properties"].get("metrics", [])}
    assert {
        ("AWS/EC2", "CPUUtilization"),
        ("CWAgent", "mem_used_percent"),
        ("ParallelCluster", "InsufficientCapacityErrors"),
        ("AWS/RDS", "FreeStorageSpace"),
        ("AWS/EFS", "StorageBytes"),
    } <= shown
    (status,) = [widget for widget in widgets if widget["type"] == "alarm"]
    assert len(status["properties"]["alarms"]) == len(alarms(everything()))
    heading = widgets[0]["properties"]["markdown"]
    assert "compute 0 to 4" in heading
    assert "/billing/" in heading
    assert "budget" not in body(run())["widgets"][0]["properties"]["markdown"].lower()


def test_widgets_lie_side_by_side_within_24_columns_and_never_on_each_other() -> None:
    for recorder in (everything(), run()):
        taken: set[tuple[int, int]] = set()
        for widget in body(recorder)["widgets"]:
            cells = {
                (x, y)
                for x in range(widget["x"], widget["x"] + widget["width"])
                for y in range(widget["y"], widget["y"] + widget["height"])
            }
            assert max(x for x, _ in cells) < 24
            assert not cells & taken
            taken |= cells


def test_the_dashboard_has_an_address_and_can_be_left_out() -> None:
    url = everything().outputs["dashboard_url"]
    assert (
        url
        == "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#dashboards/dashboard/"
        + (everything().one("aws:cloudwatch/dashboard:Dashboard").inputs["dashboardName"])
    )
    assert dashboard_url("cn-north-1", "a").startswith("https://cn-north-1.console.amazonaws.cn/")
    assert dashboard_url("us-gov-west-1", "a").startswith("https://us-gov-west-1.console.amazonaws-us-gov.com/")
    without = run(monitoring={"dashboard": False})
    assert "dashboard_url" not in without.outputs
    assert not without.named("aws:cloudwatch/dashboard:Dashboard")


def document(**monitoring: Any) -> dict[str, Any]:
    made = run(monitoring=monitoring).one("parallelcluster:index:Cluster")
    return made.inputs["configuration"]["Monitoring"]


def test_what_parallelcluster_watches_itself() -> None:
    assert document() == {"Logs": {"CloudWatch": {"Enabled": True, "RetentionInDays": 14}}}
    prod = run(environment="prod").one("parallelcluster:index:Cluster").inputs["configuration"]["Monitoring"]
    assert prod["Logs"]["CloudWatch"]["RetentionInDays"] == 90
    asked = {"logRetentionDays": 7, "logDeletionPolicy": "Delete", "clusterDashboard": False, "clusterAlarms": False}
    assert document(**asked) == {
        "Logs": {"CloudWatch": {"Enabled": True, "RetentionInDays": 7, "DeletionPolicy": "Delete"}},
        "Dashboards": {"CloudWatch": {"Enabled": False}},
        "Alarms": {"Enabled": False},
    }


def budget(**sections: Any) -> dict[str, Any]:
    return run(**sections).one("aws:budgets/budget:Budget").inputs


def test_the_budget_counts_what_bears_the_teams_tag_and_tells_its_owner() -> None:
    made = budget(budget={"amount": 500, "alerts": [90, 50]})
    assert (made["limitAmount"], made["limitUnit"], made["timeUnit"]) == ("500", "USD", "MONTHLY")
    assert made["costFilters"] == [{"name": "TagKeyValue", "values": ["user:hpcstack:team$genomics"]}]
    told = [(one["notificationType"], one["threshold"]) for one in made["notifications"]]
    assert told == [("ACTUAL", 50), ("ACTUAL", 90), ("FORECASTED", 100)]
    assert {tuple(one["subscriberEmailAddresses"]) for one in made["notifications"]} == {("hpc@example.org",)}
    others = budget(budget={"amount": 500, "emails": ["a@example.org"]})
    assert {tuple(one["subscriberEmailAddresses"]) for one in others["notifications"]} == {("a@example.org",)}
    assert not run().named("aws:budgets/budget:Budget")


def test_a_tag_of_costs_is_activated_and_stays_active() -> None:
    (made,) = run(costAllocationTags=["hpcstack:team"]).named("aws:costexplorer/costAllocationTag:CostAllocationTag")
    assert made.inputs == {"tagKey": "hpcstack:team", "status": "Active"}
    assert made.options["retainOnDelete"]


def test_a_lustre_folder_is_watched_until_it_is_full_and_volumes_of_others_are_not() -> None:
    folders = [
        {"name": "scratch", "mountDir": "/scratch", "kind": "lustre", "storageCapacity": 2400},
        {"name": "old", "mountDir": "/old", "kind": "lustre", "fileSystemId": "fs-0123456789abcdef0"},
        {"name": "lab", "mountDir": "/lab", "kind": "ontap", "volumeId": "fsvol-0123456789abcdef0"},
    ]
    made = run(storage={"home": "cluster", "folders": folders}, monitoring={"alarms": True})
    found = {label: alarm for label, alarm in alarms(made).items() if not label.startswith("head-")}
    assert set(found) == {"scratch-space"}
    assert found["scratch-space"]["threshold"] == 240 * 2**30
    assert found["scratch-space"]["comparisonOperator"] == "LessThanThreshold"
    titles = {widget["properties"].get("title", "") for widget in body(made)["widgets"]}
    assert {"Folder scratch: free, bytes", "Folder old: free, bytes"} <= titles
    assert not [title for title in titles if "lab" in title]


def test_volumes_that_are_made_are_watched_by_the_metrics_of_their_kind() -> None:
    folders = [
        {"name": "lab", "mountDir": "/lab", "kind": "ontap", "storageCapacity": 2048},
        {"name": "zfs", "mountDir": "/zfs", "kind": "openzfs", "storageCapacity": 1000},
    ]
    made = run(storage={"home": "cluster", "folders": folders}, monitoring={"alarms": True})
    found = {label: alarm for label, alarm in alarms(made).items() if not label.startswith("head-")}
    system = {"FileSystemId": "genomics-dev-lab-id"}
    seen = {
        label: (one["metricName"], one["dimensions"], one["comparisonOperator"], one["threshold"])
        for label, one in found.items()
    }
    share = ("StorageCapacityUtilization", "GreaterThanThreshold", 90)
    assert {label: (name, over, limit) for label, (name, _, over, limit) in seen.items()} == {
        "lab-space": share,
        "lab-disks": share,
        "zfs-space": ("UsedStorageCapacity", "GreaterThanThreshold", 900 * 2**30),
    }
    assert seen["lab-space"][1] == {**system, "VolumeId": "genomics-dev-lab-id"}
    assert seen["lab-disks"][1] == {**system, "StorageTier": "SSD", "DataType": "All"}
    assert seen["zfs-space"][1] == {"FileSystemId": "genomics-dev-zfs-id"}
    assert {one["namespace"] for one in found.values()} == {"AWS/FSx"}
    titles = {widget["properties"].get("title", "") for widget in body(made)["widgets"]}
    assert {"Folder lab: used of volume and disks, percent", "Folder zfs: used, and all there is, bytes"} <= titles
