"""The Cluster resource through its whole life: the real engine, the real ParallelCluster, the emulated AWS."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import pytest

from localcloud.engine import engine as engines
from tests.emulator.rig import until
from tests.engine import cluster_component
from tests.engine import provider_rig as rig
from tests.engine.acceptance.plugin import serving

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[rig.Cloud]:
    with rig.cloud(tmp_path_factory.mktemp("cloud")) as running:
        yield running


@pytest.fixture
def program(cloud: rig.Cloud, tmp_path: Path) -> Iterator[rig.Program]:
    made = rig.Program(tmp_path / "a program", cloud, engines.ensure()).start()
    yield made
    made.pulumi("destroy", "--yes")


@pytest.fixture(scope="module")
def warm(cloud: rig.Cloud) -> Iterator[dict[str, str]]:
    with rig.served(cloud) as variables:
        yield variables


@pytest.fixture
def attached(program: rig.Program, warm: dict[str, str]) -> rig.Program:
    """A program that is served by a provider which runs already; how pulumi starts one is proved by the others."""
    program.variables |= warm
    return program


def cluster(cloud: rig.Cloud, name: str = "hpc", **changes: object) -> tuple[str, str, dict[str, object]]:
    configuration = changes.pop("configuration", None) or rig.document(cloud.subnet)
    return name, "cluster", {"region": rig.REGION, "version": rig.VERSION, "configuration": configuration, **changes}


def test_created_unchanged_updated_refused_refreshed_destroyed(cloud: rig.Cloud, program: rig.Program) -> None:
    program.of(cluster(cloud))
    assert "+ 2 to create" in program.pulumi("preview")
    up = program.pulumi("up", "--yes", "--skip-preview")
    assert "CREATE_IN_PROGRESS" in up
    outputs = program.outputs()
    name = outputs["hpc"]
    assert name.startswith("hpc-")
    assert len(name) == len("hpc-1234567")
    assert cloud.stack_status(name) == "CREATE_COMPLETE"
    assert outputs["hpc-head"]["privateIpAddress"].startswith("10.20.")
    assert outputs["hpc-login"][0]["poolName"] == "login"

    assert "2 unchanged" in program.pulumi("preview", "--expect-no-changes")

    program.of(cluster(cloud, configuration=rig.document(cloud.subnet, maximum=6)))
    preview = program.pulumi("preview", "--diff")
    assert "MaxCount" in preview
    assert "replace" not in preview
    # A function of the provider on the way.
    asked = ("policy", "policy", {"version": rig.VERSION, "path": "Image/Os"})
    program.of(cluster(cloud, configuration=rig.document(cloud.subnet, maximum=6)), asked)
    program.pulumi("up", "--yes", "--skip-preview")
    assert cloud.stack_status(name) == "UPDATE_COMPLETE"
    assert program.outputs()["hpc"] == name
    assert program.outputs()["policy"]["needs"] == ["replacement"]
    program.of(cluster(cloud, configuration=rig.document(cloud.subnet, maximum=6)))
    program.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")

    program.of(cluster(cloud, configuration=rig.document(cloud.subnet, maximum=2)))
    refused = program.pulumi("preview", fails=True)
    assert "update refused" in refused
    assert "MaxCount: 6 -> 2 (policy RESIZE_UPDATE_STRATEGY_ON_REMOVE)" in refused
    assert "Stop the compute fleet" in refused

    program.of(cluster(cloud, configuration=rig.document(cloud.subnet, maximum=6)))
    program.pulumi("refresh", "--yes", "--skip-preview")
    program.pulumi("preview", "--expect-no-changes")

    # Another state takes the cluster over as it is.
    (state,) = program.state()
    program.pulumi("state", "delete", state["urn"], "--yes")
    program.of(cluster(cloud, cluster_name=name, configuration=rig.document(cloud.subnet, maximum=6)))
    where = ("parallelcluster:index:Cluster", "hpc", f"{rig.REGION}/{name}")
    program.pulumi("import", *where, "--yes", "--generate-code=false", "--protect=false")
    program.pulumi("preview", "--expect-no-changes")

    program.pulumi("destroy", "--yes")
    assert cloud.stack_status(name) is None


def test_called_off_amid_the_upload_and_amid_the_wait_it_is_gone_on_with(
    cloud: rig.Cloud, program: rig.Program
) -> None:
    document = rig.document(cloud.subnet)
    del document["LoginNodes"]
    program.of(cluster(cloud, cluster_name="cut", configuration=document))
    shown = program.interrupted("up", "--yes", "--skip-preview", at="validates and uploads")
    assert "called off amid create_cluster" in shown
    assert [kept["id"] for kept in program.state()] == ["us-east-1/cut"]
    with cloud.held():
        shown = program.interrupted("up", "--yes", "--skip-preview", at="CREATE_IN_PROGRESS")
    assert "called off; what was started at AWS goes on there" in shown
    (kept,) = program.state()
    assert kept["outputs"]["clusterStatus"] == "CREATE_IN_PROGRESS"
    program.pulumi("up", "--yes", "--skip-preview")
    (kept,) = program.state()
    assert kept["outputs"]["clusterStatus"] == "CREATE_COMPLETE"


def test_an_engine_that_is_killed_amid_a_creation_leaves_a_cluster_that_the_next_up_takes(
    cloud: rig.Cloud, program: rig.Program
) -> None:
    document = rig.document(cloud.subnet)
    del document["LoginNodes"]
    program.of(cluster(cloud, cluster_name="killed", configuration=document))
    with cloud.held():
        program.killed("up", "--yes", "--skip-preview", at="CREATE_IN_PROGRESS")
    assert program.state() == []
    (begun,) = cloud.client("cloudformation").describe_stacks(StackName="killed")["Stacks"]
    program.pulumi("cancel", "--yes")  # the killed engine's lock
    program.pulumi("up", "--yes", "--skip-preview")
    (kept,) = program.state()
    assert kept["outputs"]["clusterStatus"] == "CREATE_COMPLETE"
    (there,) = cloud.client("cloudformation").describe_stacks(StackName="killed")["Stacks"]
    assert there["StackId"] == begun["StackId"]
    program.pulumi("preview", "--expect-no-changes")


@pytest.fixture
def with_aws(cloud: rig.Cloud, attached: rig.Program) -> Iterator[rig.Program]:
    aws = serving("aws", cloud.variables)
    attached.variables["PULUMI_DEBUG_PROVIDERS"] += f",aws:{aws.port}"
    yield attached
    attached.pulumi("destroy", "--yes")
    aws.stop()


def test_what_cannot_be_updated_is_replaced_beside_the_old_and_names_turn_to_the_new_before_the_old_goes(
    cloud: rig.Cloud, with_aws: rig.Program
) -> None:
    def wanted(head: str) -> tuple[str, str, dict[str, object]]:
        section = {"dnsZone": "cluster.example.org", "headNode": {"instanceType": head, "recover": True}}
        return "hpc", "component", {"ground": ground, "cluster": json.dumps(section)}

    ground = cluster_component.ground(cloud)
    with_aws.of(wanted("t3.medium")).pulumi("up", "--yes", "--skip-preview")
    first = with_aws.outputs()
    assert first["hpc-name"] == "head.cluster.example.org"
    assert addresses(cloud) == [first["hpc-address"]]

    with_aws.of(wanted("t3.large"))
    preview = with_aws.pulumi("preview", "--diff")
    assert "+-1 to replace" in preview
    assert '"t3.medium" => "t3.large"' in preview
    cloud.faults("POST", fault="hold", service="cloudformation", operation="DeleteStack")
    with ThreadPoolExecutor() as threads:
        up = threads.submit(with_aws.pulumi, "up", "--yes", "--skip-preview")
        try:
            while not up.done() and not cloud.faults("GET")["held"]:
                sleep(0.2)
            # The deletion of the old cluster waits to be let through.
            statuses, moved, watched = cloud.stacks(), addresses(cloud), recovered(cloud)
        finally:
            cloud.faults("DELETE")
        up.result()
    second = with_aws.outputs()
    assert (statuses[first["hpc"]], statuses[second["hpc"]]) == ("CREATE_COMPLETE", "CREATE_COMPLETE")
    assert moved == [second["hpc-address"]] != [first["hpc-address"]]
    assert second["hpc-name"] == first["hpc-name"]
    assert watched == recovered(cloud) == [second["hpc-head"]] != [first["hpc-head"]]
    assert (cloud.stack_status(second["hpc"]), cloud.stack_status(first["hpc"])) == ("CREATE_COMPLETE", None)


def recovered(cloud: rig.Cloud) -> list[str]:
    """The instances that an alarm has EC2 recover."""
    alarms = cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
    ours = [one for one in alarms if any(action.endswith("ec2:recover") for action in one["AlarmActions"])]
    return [dimension["Value"] for one in ours for dimension in one["Dimensions"]]


def addresses(cloud: rig.Cloud) -> list[str]:
    """What the name of the head node leads to."""
    route53 = cloud.client("route53")
    (zone,) = [one for one in route53.list_hosted_zones()["HostedZones"] if one["Name"] == "cluster.example.org."]
    found = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    (record,) = [one for one in found if one["Name"] == "head.cluster.example.org."]
    return [one["Value"] for one in record["ResourceRecords"]]


def test_a_failed_creation_stays_in_the_state_and_is_replaced_and_destroyed(
    cloud: rig.Cloud, attached: rig.Program
) -> None:
    sound = rig.document(cloud.subnet)
    del sound["LoginNodes"]
    broken = sound | {"Tags": [{"Key": "localcloud-fail", "Value": "Failed to execute OnNodeConfigured script"}]}
    attached.of(cluster(cloud, cluster_name="broken", configuration=broken))
    failed = attached.pulumi("up", "--yes", "--skip-preview", fails=True)
    assert "OnNodeConfiguredExecutionFailure" in failed
    assert "first failed event: CREATE_FAILED" in failed
    assert "Traceback" not in failed
    (kept,) = attached.state()
    assert kept["id"] == "us-east-1/broken"
    assert kept["outputs"]["clusterStatus"] == "CREATE_FAILED"

    attached.of(cluster(cloud, cluster_name="broken", configuration=sound))
    attached.pulumi("up", "--yes", "--skip-preview")
    assert cloud.stack_status("broken") == "CREATE_COMPLETE"


def test_what_disappears_outside_is_made_again_after_a_refresh(cloud: rig.Cloud, attached: rig.Program) -> None:
    attached.of(cluster(cloud, cluster_name="gone")).pulumi("up", "--yes", "--skip-preview")
    cloud.client("cloudformation").delete_stack(StackName="gone")
    until(lambda: cloud.stack_status("gone") is None)
    attached.pulumi("refresh", "--yes", "--skip-preview")
    assert attached.state() == []
    attached.pulumi("up", "--yes", "--skip-preview")
    assert cloud.stack_status("gone") == "CREATE_COMPLETE"
    assert [one["outputs"]["clusterName"] for one in attached.state()] == ["gone"]


def test_errors_of_a_document_come_at_preview_with_their_paths(cloud: rig.Cloud, attached: rig.Program) -> None:
    wrong = rig.document(cloud.subnet)
    wrong["Scheduling"]["SlurmQueues"][0]["ComputeResources"][0]["MaxCuont"] = 3
    wrong["HeadNode"]["Networking"]["SubnetId"] = "my-subnet"
    shown = attached.of(cluster(cloud, configuration=wrong)).pulumi("preview", fails=True)
    assert "configuration.Scheduling.SlurmQueues[0].ComputeResources[0].MaxCuont" in shown
    assert "configuration.HeadNode.Networking.SubnetId" in shown
    unknown = cluster(cloud, cluster_name="a_b")
    unknown[2]["version"] = "3.1.0"
    shown = attached.of(unknown).pulumi("preview", fails=True)
    assert "ParallelCluster 3.1.0 cannot be had; take one of: 3.15.1, 3.16.1" in shown
    assert "'a_b' is no cluster name" in shown


def test_a_cluster_of_the_same_name_that_is_not_ours_is_refused(
    cloud: rig.Cloud, attached: rig.Program, tmp_path: Path
) -> None:
    attached.of(cluster(cloud, cluster_name="taken")).pulumi("up", "--yes", "--skip-preview")
    other = rig.Program(tmp_path / "other", cloud, attached.engine, stack="other", variables=attached.variables).start()
    other.of(cluster(cloud, cluster_name="taken"))
    assert "already exists in us-east-1 and does not belong to this resource" in other.pulumi(
        "up", "--yes", "--skip-preview", fails=True
    )
    assert cloud.stack_status("taken") == "CREATE_COMPLETE"
