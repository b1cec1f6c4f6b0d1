"""A cluster whose machines boot: real pcluster, user data, node daemons and Slurm, from the first node to nothing left.

The tests are one story, in this order; each goes on where the one before it ended.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from localcloud import paths
from localcloud.emulator import seed
from localcloud.machines import debian, image, mode
from provider import environment
from tests.emulator import documents, rig
from tests.emulator.rig import Emulator, until

pytestmark = pytest.mark.nodes
_BOOT_SECONDS, _JOB_SECONDS, _IDLE_SECONDS = 300, 240, 120
_BROKEN = b"#!/bin/sh\necho no such licence >&2\nexit 7\n"
_CONFIGURED = b"""#!/bin/bash
. /etc/parallelcluster/cfnconfig
echo "$cfn_node_type $* $(mountpoint -q /scratch && echo mounted) slurmctld=$(systemctl is-active slurmctld)" > /var/log/configured
aws sts get-caller-identity --query Account --output text >> /var/log/configured
"""


@dataclass(frozen=True)
class Cluster:
    """An emulator whose machines boot, in a local cloud of its own."""

    emulator: Emulator
    site: documents.Site
    folder: Path
    database: dict[str, str]
    """The section `Database` of documents."""

    def pcluster(self, *arguments: str) -> dict[str, Any]:
        programs = environment.ensure(seed.PCLUSTER_VERSION, print)
        found = {"HOME": str(self.folder), "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.run(
            [str(programs / "pcluster"), *arguments],
            env={**self.emulator.environment(), **found},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return dict(json.loads(done.stdout))

    def create(self, name: str, document: dict[str, Any]) -> str:
        """The status in which the creation ends."""
        file = self.folder / f"{name}.yaml"
        file.write_text(yaml.safe_dump(document))
        self.pcluster("create-cluster", "-n", name, "-c", str(file))
        stacks = self.emulator.client("cloudformation")

        def ended() -> str | None:
            status = str(stacks.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
            return None if status.endswith("IN_PROGRESS") else status

        return str(until(ended, _BOOT_SECONDS))

    def machines(self, *arguments: str, check: bool = True) -> str:
        """`python -m localcloud …` for this local cloud."""
        done = subprocess.run(
            [sys.executable, "-m", "localcloud", *arguments],
            env=_environment(self.folder),
            cwd=paths.ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0 or not check, done.stdout + done.stderr
        return done.stdout.strip()

    def on_head(self, command: str) -> str:
        return self.machines("ssh", "root@head", "--", "bash", "-c", command)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    if reason := mode.why_not():
        pytest.skip(f"needs {reason}")
    if not image.path().exists() and not debian.answers():
        pytest.skip(f"needs Debian {debian.SUITE}, and {debian.mirror()} does not answer")
    image.ensure()
    folder = tmp_path_factory.mktemp("nodes")
    emulator = rig.start(folder, variables={"LOCALCLOUD_BOOTED": "1", "LOCALCLOUD_NODE_SUSPEND_SECONDS": "5"})
    try:
        site = documents.prepare(emulator)
        store = emulator.client("s3")
        store.put_object(Bucket=documents.BUCKET, Key="configured.sh", Body=_CONFIGURED)
        store.put_object(Bucket=documents.BUCKET, Key="broken.sh", Body=_BROKEN)
        yield Cluster(emulator, site, folder, _database(emulator, site))
    finally:
        emulator.process.kill()
        emulator.process.wait()
        _left(folder, remove=True)


def test_cluster_is_complete_when_its_head_node_says_so(cluster: Cluster) -> None:
    document = _document(cluster.site)
    document["Scheduling"]["SlurmSettings"] = {"Database": cluster.database}
    assert cluster.create("booted", document) == "CREATE_COMPLETE"
    told = cluster.on_head("cat /var/log/configured").splitlines()
    assert told == ["HeadNode a mounted slurmctld=active", "123456789012"]
    assert cluster.on_head("sinfo -h -p q1 -o '%D %t'") == "2 idle~"
    assert cluster.pcluster("describe-compute-fleet", "-n", "booted")["status"] == "RUNNING"


def test_job_on_an_empty_queue_boots_a_node_and_runs(cluster: Cluster) -> None:
    cluster.machines("ssh", "ubuntu@head", "--", "sbatch", "-o", "/home/ubuntu/out", "--wrap", "hostname; id -un")
    until(lambda: cluster.on_head("squeue -h") == "", _JOB_SECONDS)
    assert cluster.on_head("cat /home/ubuntu/out").splitlines() == ["q1-dy-c5-1", "ubuntu"]
    accounted = cluster.on_head("sacct -XPn -o jobid,user,account,state,nodelist")
    assert accounted == "1|ubuntu|pcdefault|COMPLETED|q1-dy-c5-1"
    assert cluster.machines("ssh", "q1-dy-c5-1", "--", "cat", "/var/log/configured").startswith(
        "ComputeFleet a mounted"
    )


def test_idle_node_goes(cluster: Cluster) -> None:
    until(lambda: "Compute" not in _alive(cluster), _IDLE_SECONDS)
    ec2 = cluster.emulator.client("ec2")
    reservations = ec2.describe_instances(Filters=[{"Name": "tag:parallelcluster:node-type", "Values": ["Compute"]}])
    states = [one["State"]["Name"] for group in reservations["Reservations"] for one in group["Instances"]]
    assert states == ["terminated"]


@pytest.mark.parametrize(
    ("request_", "status", "partition"),
    [("STOP_REQUESTED", "STOPPED", "inactive"), ("START_REQUESTED", "RUNNING", "up")],
)
def test_fleet_stops_and_starts(cluster: Cluster, request_: str, status: str, partition: str) -> None:
    cluster.pcluster("update-compute-fleet", "-n", "booted", "--status", request_)
    table = cluster.emulator.client("dynamodb")

    def said() -> str:
        item = table.get_item(TableName="parallelcluster-booted", Key={"Id": {"S": "COMPUTE_FLEET"}})["Item"]
        return str(item["Data"]["M"]["status"]["S"])

    until(lambda: said() == status, _IDLE_SECONDS)
    assert cluster.on_head("sinfo -h -p q1 -o %a") == partition


def test_script_that_fails_fails_the_cluster_with_parallelclusters_code(cluster: Cluster) -> None:
    document = _document(cluster.site)
    document["HeadNode"]["CustomActions"]["OnNodeConfigured"]["Script"] = f"s3://{documents.BUCKET}/broken.sh"
    assert cluster.create("broken", document) == "ROLLBACK_COMPLETE"
    described = cluster.pcluster("describe-cluster", "-n", "broken")
    assert described["clusterStatus"] == "CREATE_FAILED"
    assert [row["failureCode"] for row in described["failures"]] == ["OnNodeConfiguredExecutionFailure"]
    off = [
        line.split()[0]
        for line in cluster.machines("logs").splitlines()
        if line.endswith(" off") and "HeadNode" in line
    ]
    assert "no such licence" in cluster.machines("logs", off[-1])


def test_nothing_is_left_after_a_crash(cluster: Cluster) -> None:
    assert "HeadNode" in _alive(cluster)
    cluster.emulator.process.kill()
    cluster.emulator.process.wait()
    before = _left(cluster.folder)
    assert {"process", "control", "network", "mount"} == {line.split()[0] for line in before}
    assert _left(cluster.folder, remove=True) == []


def _document(site: documents.Site) -> dict[str, Any]:
    """A head node and one queue, a script on every node, EFS as /home and FSx for Lustre."""
    document = documents.cluster(site)
    network = {"SubnetIds": [site.subnet], "AdditionalSecurityGroups": [site.group]}
    queue = {
        "Name": "q1",
        "Networking": network,
        "CustomActions": document["HeadNode"]["CustomActions"],
        "Iam": {"S3Access": [{"BucketName": documents.BUCKET}]},
        "ComputeResources": [{"Name": "c5", "InstanceType": "c5.large", "MaxCount": 2}],
    }
    del document["LoginNodes"]
    return json.loads(
        json.dumps(
            {
                **document,
                "Image": {"Os": "ubuntu2404"},
                "Scheduling": {"Scheduler": "slurm", "SlurmQueues": [queue]},
            }
        )
    )


def _database(emulator: Emulator, site: documents.Site) -> dict[str, str]:
    """A database of MySQL that refuses connections without TLS."""
    rds, zone = emulator.client("rds"), f"{rig.REGION}b"
    vpc = emulator.client("ec2").describe_subnets(SubnetIds=[site.subnet])["Subnets"][0]["VpcId"]
    other = emulator.client("ec2").create_subnet(VpcId=vpc, CidrBlock="10.30.16.0/24", AvailabilityZone=zone)
    subnets = [site.subnet, other["Subnet"]["SubnetId"]]
    rds.create_db_subnet_group(DBSubnetGroupName="slurm", DBSubnetGroupDescription="slurm", SubnetIds=subnets)
    rds.create_db_parameter_group(DBParameterGroupName="slurm", DBParameterGroupFamily="mysql8.4", Description="slurm")
    tls = {"ParameterName": "require_secure_transport", "ParameterValue": "1", "ApplyMethod": "immediate"}
    rds.modify_db_parameter_group(DBParameterGroupName="slurm", Parameters=[tls])
    made = rds.create_db_instance(
        DBInstanceIdentifier="slurm",
        DBInstanceClass="db.t4g.small",
        Engine="mysql",
        MasterUsername="slurm_admin",
        MasterUserPassword="it's-20-characters-long",
        AllocatedStorage=20,
        DBSubnetGroupName="slurm",
        DBParameterGroupName="slurm",
        VpcSecurityGroupIds=[site.group],
    )["DBInstance"]["Endpoint"]
    secret = emulator.client("secretsmanager").create_secret(Name="slurm", SecretString="it's-20-characters-long")
    uri = f"{made['Address']}:{made['Port']}"
    return {"Uri": uri, "UserName": "slurm_admin", "PasswordSecretArn": secret["ARN"]}


def _alive(cluster: Cluster) -> list[str]:
    """Kinds of the machines that run."""
    return [line.split()[1] for line in cluster.machines("logs").splitlines() if not line.endswith(" off")]


def _left(folder: Path, remove: bool = False) -> list[str]:
    """What the operating system still has of the machines, found in a process that knows nothing of them."""
    code = f"from localcloud.machines import cleanup\n{'cleanup.remove_all()' if remove else ''}\nprint(*cleanup.left(), sep='\\n')"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=_environment(folder), cwd=paths.ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines() if done.stdout.strip() else []


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "HPCSTACK_LOCALCLOUD_DIR": str(folder / "state")}
