"""Queues, login pools and the cluster's own settings in ParallelCluster's document."""

from typing import Any

import pytest

from components.stack_file import checked
from tests.unit.stack_file_corpus import Case
from tests.unit.test_planning import document

RESERVATION = "cr-0123456789abcdef0"
BOTH = {
    "efa": True,
    "instanceTypes": ["c5n.18xlarge"],
    "minCount": 1,
    "maxCount": 8,
    "placementGroup": True,
    "schedulableMemory": 150000,
    "disableSimultaneousMultithreading": True,
    "healthChecks": {"gpu": False},
    "capacityReservationTarget": {"capacityReservationId": RESERVATION},
    "launchTemplateOverrides": {"launchTemplateId": "lt-0123456789abcdef0", "version": 3},
}


def queues(*wanted: dict[str, Any], **settings: Any) -> list[dict[str, Any]]:
    return document(cluster={"queues": list(wanted)}, **settings)["Scheduling"]["SlurmQueues"]


def test_the_short_form_means_one_compute_resource_of_the_queues_name() -> None:
    (short,) = queues({"name": "mpi", **BOTH})
    (long,) = queues({"name": "mpi", "computeResources": [{"name": "mpi", **BOTH}]})
    group = {"PlacementGroup": {"Enabled": True}}
    assert short["Networking"].pop("PlacementGroup") == {"Enabled": True}
    assert long["ComputeResources"][0].pop("Networking") == group
    assert short == long


def test_each_compute_resource_says_what_it_is() -> None:
    fast = {**BOTH, "name": "fast", "customSlurmSettings": {"Features": "fast"}, "tags": {"tier": "1"}}
    cheap = {"name": "cheap", "spotPrice": 1, "overrides": {"StaticNodePriority": 5}}
    own = {"name": "own", "computeResources": [fast]}
    found = queues(own, {"name": "spot", "capacityType": "SPOT", "computeResources": [cheap]})
    assert [one for queue in found for one in queue["ComputeResources"]] == [
        {
            "Name": "fast",
            "Instances": [{"InstanceType": "c5n.18xlarge"}],
            "MinCount": 1,
            "MaxCount": 8,
            "Efa": {"Enabled": True},
            "Networking": {"PlacementGroup": {"Enabled": True}},
            "SchedulableMemory": 150000,
            "DisableSimultaneousMultithreading": True,
            "CapacityReservationTarget": {"CapacityReservationId": RESERVATION},
            "HealthChecks": {"Gpu": {"Enabled": False}},
            "CustomSlurmSettings": {"Features": "fast"},
            "Tags": [{"Key": "tier", "Value": "1"}],
            "LaunchTemplateOverrides": {"LaunchTemplateId": "lt-0123456789abcdef0", "Version": 3},
        },
        {
            "Name": "cheap",
            "Instances": [{"InstanceType": "c6i.xlarge"}],
            "MinCount": 0,
            "MaxCount": 4,
            "SpotPrice": 1.0,
            "StaticNodePriority": 5,
        },
    ]


def test_a_queue_says_limits_volumes_rights_tags_and_proxy() -> None:
    wanted = {
        "name": "a",
        "jobExclusiveAllocation": True,
        "limits": {"maxNodes": 4, "maxTime": "1-00:00:00", "allowGroups": ["users", "staff"]},
        "customSlurmSettings": {"PriorityTier": 2},
        "rootVolume": {"size": 80, "volumeType": "gp3", "iops": 4000, "throughput": 500},
        "ephemeralMountDir": "/local",
        "iam": {"policies": ["arn:aws:iam::123456789012:policy/data"]},
        "tags": {"project": "x"},
        "proxy": "http://proxy.example.org:3128",
        "zones": [2, 1],
    }
    (found,) = queues(wanted, network={"zones": 2})
    assert found["JobExclusiveAllocation"] is True
    assert found["CustomSlurmSettings"] == {
        "MaxNodes": 4,
        "MaxTime": "1-00:00:00",
        "AllowGroups": "users,staff",
        "PriorityTier": 2,
    }
    volume = {"Size": 80, "VolumeType": "gp3", "Iops": 4000, "Throughput": 500, "Encrypted": True}
    storage = {"RootVolume": volume, "EphemeralVolume": {"MountDir": "/local"}}
    assert found["ComputeSettings"] == {"LocalStorage": storage}
    assert found["Iam"]["AdditionalIamPolicies"][-1] == {"Policy": "arn:aws:iam::123456789012:policy/data"}
    assert len(found["Iam"]["AdditionalIamPolicies"]) == 3
    assert found["Tags"] == [{"Key": "project", "Value": "x"}]
    assert found["Networking"]["Proxy"] == {"HttpProxyAddress": "http://proxy.example.org:3128"}
    assert found["Networking"]["SubnetIds"] == ["subnet-private-1", "subnet-private-0"]


@pytest.mark.parametrize(
    ("wanted", "group"),
    [
        ({}, None),
        ({"efa": True, "instanceTypes": ["c5n.18xlarge"]}, {"Enabled": False}),
        ({"placementGroup": True}, {"Enabled": True}),
        ({"placementGroupName": "near"}, {"Enabled": True, "Name": "near"}),
    ],
)
def test_efa_always_has_a_word_about_placement_groups(wanted: dict[str, Any], group: dict[str, Any] | None) -> None:
    (found,) = queues({"name": "a", **wanted})
    assert found["Networking"].get("PlacementGroup") == group


def test_pools_stand_in_either_form() -> None:
    keys = {"count": 2, "instanceType": "t3.large", "gracetimePeriod": 20, "dcv": {"enabled": True}}
    short = document(cluster={"loginNodes": keys})["LoginNodes"]["Pools"]
    pools = [{"name": "login", **keys}, {"name": "gpu", "count": 0}]
    long = document(cluster={"loginNodes": {"pools": pools}})["LoginNodes"]["Pools"]
    assert short == long[:1]
    assert short[0]["GracetimePeriod"] == 20
    assert short[0]["Dcv"] == {"AllowedIps": "10.20.0.0/16", "Enabled": True, "Port": 8443}
    assert (long[1]["Name"], long[1]["Count"]) == ("gpu", 0)
    assert "LoginNodes" not in document(cluster={"loginNodes": {"count": 0}})


def test_the_head_node_says_what_it_is() -> None:
    head = {
        "rootVolume": {"iops": 5000},
        "imds": {"secured": False},
        "disableSimultaneousMultithreading": True,
        "iam": {"policies": ["arn:aws:iam::123456789012:policy/data"]},
    }
    found = document(cluster={"headNode": head})["HeadNode"]
    assert found["LocalStorage"] == {"RootVolume": {"Size": 100, "Iops": 5000, "Encrypted": True}}
    assert found["Imds"] == {"Secured": False}
    assert found["DisableSimultaneousMultithreading"] is True
    assert found["Iam"]["AdditionalIamPolicies"][2:] == [{"Policy": "arn:aws:iam::123456789012:policy/data"}]


def test_the_cluster_says_how_it_scales_and_what_it_keeps_to() -> None:
    boundary = "arn:aws:iam::123456789012:policy/boundary"
    wanted = {
        "queueUpdateStrategy": "TERMINATE",
        "scalingStrategy": "best-effort",
        "enableMemoryBasedScheduling": True,
        "timeouts": {"headNodeBootstrapTimeout": 3600, "computeNodeBootstrapTimeout": 1800},
        "iam": {"permissionsBoundary": boundary, "resourcePrefix": "/hpc/"},
        "efaInterfaceType": "efa",
    }
    found = document(cluster=wanted)
    assert found["Iam"] == {"PermissionsBoundary": boundary, "ResourcePrefix": "/hpc/"}
    timeouts = {"HeadNodeBootstrapTimeout": 3600, "ComputeNodeBootstrapTimeout": 1800}
    assert found["DevSettings"] == {"Timeouts": timeouts, "EfaInterfaceType": "efa"}
    assert found["Scheduling"]["ScalingStrategy"] == "best-effort"
    slurm = found["Scheduling"]["SlurmSettings"]
    assert (slurm["QueueUpdateStrategy"], slurm["EnableMemoryBasedScheduling"]) == ("TERMINATE", True)


def test_what_is_left_out_leaves_the_document_as_it_was() -> None:
    found = document()
    assert {"Iam", "DevSettings", "LoginNodes"} & set(found) == set()
    assert found["Scheduling"]["SlurmSettings"] == {"ScaledownIdletime": 10, "QueueUpdateStrategy": "DRAIN"}
    (queue,) = found["Scheduling"]["SlurmQueues"]
    assert set(queue) == {"Name", "CapacityType", "Networking", "ComputeResources", "Iam"}
    assert set(queue["ComputeResources"][0]) == {"Name", "Instances", "MinCount", "MaxCount"}


@pytest.mark.parametrize(
    ("queue", "words"),
    [
        ({"capacityType": "SPOT", "minCount": 2}, "queues[0].minCount: 2 spot nodes"),
        ({"efa": True, "instanceTypes": ["c5n.18xlarge"]}, "queues[0].placementGroup: without a placement group"),
        (
            {"placementGroup": True, "instanceTypes": ["c6i.large", "c5.large"]},
            "queues[0].instanceTypes: several types",
        ),
        (
            {"computeResources": [{"name": "b", "efa": True, "instanceTypes": ["c5n.18xlarge"]}]},
            "queues[0].computeResources[0].placementGroup: without",
        ),
        ({"capacityType": "SPOT"}, ""),
        ({"minCount": 2}, ""),
        ({"efa": True, "placementGroup": True, "instanceTypes": ["c5n.18xlarge"]}, ""),
    ],
)
def test_what_a_team_should_know_is_a_warning(queue: dict[str, Any], words: str) -> None:
    said: list[str] = []
    checked(Case(name="", change={"cluster": {"queues": [{"name": "a", **queue}]}}).raw, (), "dev", said.append)
    assert [words in one for one in said] == ([True] if words else [])
