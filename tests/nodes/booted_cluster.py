"""A local cloud whose machines boot, and clusters in it, for tests."""

import json
import os
import shlex
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from localcloud import paths
from localcloud.emulator import seed
from provider import environment
from tests.emulator import documents, rig
from tests.emulator.rig import Emulator, until
from tests.nodes import image_root

BOOT_SECONDS, JOB_SECONDS, IDLE_SECONDS = 900, 600, 400
_COMMAND_SECONDS = 1800
"""Bounds of waits, for a machine that has much else to do."""
CONFIGURED = b"""#!/bin/bash
. /etc/parallelcluster/cfnconfig
echo "$cfn_node_type $* $(mountpoint -q /scratch && echo mounted) slurmctld=$(systemctl is-active slurmctld)" > /var/log/configured
aws sts get-caller-identity --query Account --output text >> /var/log/configured
"""
_WHY = (
    "cd /var/log/parallelcluster; sinfo -N -o '%N %t %E'; scontrol -o show job; squeue; date; "
    "tail -n 60 slurm_resume.log clustermgtd /var/log/slurmctld.log 2>&1"
)
"""What tells why a cluster is not as it was awaited."""
BROKEN = b"#!/bin/sh\necho no such licence >&2\nexit 7\n"


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
        variables = environment.variables(programs) | self.emulator.environment() | {"HOME": str(self.folder)}
        done = subprocess.run(
            [str(programs / "pcluster"), *arguments],
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return dict(json.loads(done.stdout))

    def create(self, name: str, document: dict[str, Any]) -> None:
        self.pcluster("create-cluster", "-n", name, "-c", self._file(name, document))

    def update(self, name: str, document: dict[str, Any]) -> None:
        self.pcluster("update-cluster", "-n", name, "-c", self._file(name, document))

    def _file(self, name: str, document: dict[str, Any]) -> str:
        file = self.folder / f"{name}.yaml"
        file.write_text(yaml.safe_dump(document))
        return str(file)

    def ended(self, name: str) -> str:
        """The status in which creation or update ends."""
        stacks = self.emulator.client("cloudformation")

        def ended() -> str | None:
            status = str(stacks.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
            return None if status.endswith("IN_PROGRESS") else status

        return str(until(ended, BOOT_SECONDS, pause=1))

    def fleet(self) -> str:
        """The status of the compute fleet of cluster `booted`, as its daemons keep it."""
        table = self.emulator.client("dynamodb")
        item = table.get_item(TableName="parallelcluster-booted", Key={"Id": {"S": "COMPUTE_FLEET"}})["Item"]
        return str(item["Data"]["M"]["status"]["S"])

    def machines(self, *arguments: str, check: bool = True) -> str:
        """`python -m localcloud …` for this local cloud."""
        done = subprocess.run(
            [sys.executable, "-m", "localcloud", *arguments],
            env=_environment(self.folder),
            cwd=paths.ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=_COMMAND_SECONDS,
        )
        assert done.returncode == 0 or not check, done.stdout + done.stderr
        return done.stdout.strip()

    def on_head(self, command: str) -> str:
        return self.machines("ssh", "root@head", "--", "bash", "-c", command)

    def says(self, command: str, wanted: str, seconds: float = IDLE_SECONDS) -> None:
        """Wait until a line of the shell prints that on the head node. One process looks again and again, in the node."""
        said = f'said=$({command}); [ "$said" = {shlex.quote(wanted)} ]'
        look = f'until {said}; do sleep 0.3; [ $SECONDS -lt {seconds:.0f} ] || break; done; printf %s "$said"'
        seen = self.on_head(look)
        assert seen == wanted, f"{command} prints {seen!r}, not {wanted!r}\n{self.on_head(_WHY)}"

    def put(self, key: str, body: bytes) -> None:
        """An object of the bucket of scripts."""
        self.emulator.client("s3").put_object(Bucket=documents.BUCKET, Key=key, Body=body)

    def refuse(self, code: str, service: str, operation: str, times: int) -> None:
        """The next `times` calls fail with an error code of AWS's."""
        rule = {"fault": "refuse", "code": code, "service": service, "operation": operation, "times": times}
        told = urllib.request.Request(
            f"{self.emulator.endpoint}/localcloud/faults", method="POST", data=json.dumps(rule).encode()
        )
        urllib.request.urlopen(told).close()

    def refuse_nothing(self) -> None:
        """No call fails any more."""
        told = urllib.request.Request(f"{self.emulator.endpoint}/localcloud/faults", method="DELETE")
        urllib.request.urlopen(told).close()

    def submit(self, *words: str) -> str:
        """The number of a job of the cluster's user, submitted by sbatch with `words`; its output is discarded."""
        chosen = ("sbatch", "--parsable", "-D", "/home/ubuntu", "-o", "/dev/null", *words)
        return self.machines("ssh", "ubuntu@head", "--", *chosen)

    def state(self, job: str) -> str:
        """As Slurm has it in its memory."""
        return self.on_head(_state(job))

    def becomes(self, job: str, state: str) -> None:
        """Wait for a state of a job."""
        self.says(_state(job), state, JOB_SECONDS)

    def completes(self, job: str) -> None:
        self.becomes(job, "COMPLETED")

    def alive(self) -> list[str]:
        """Kinds of the machines that run."""
        return [line.split()[1] for line in self.machines("logs").splitlines() if not line.endswith(" off")]


def _state(job: str) -> str:
    return f"scontrol -o show job {job} | grep -o 'JobState=[A-Z_]*' | cut -d= -f2"


@contextmanager
def booted(folder: Path, variables: dict[str, str]) -> Iterator[Cluster]:
    """An emulator whose machines boot, with scripts in a bucket and a database; nothing of it is left afterwards."""
    image_root.ensured_for_clusters()
    emulator = rig.start(folder, variables={"LOCALCLOUD_BOOTED": "1", **variables})
    try:
        site = documents.prepare(emulator)
        cluster = Cluster(emulator, site, folder, _database(emulator, site))
        cluster.put("configured.sh", CONFIGURED)
        cluster.put("broken.sh", BROKEN)
        yield cluster
    finally:
        emulator.process.kill()
        emulator.process.wait()
        left(folder, remove=True)


def document(site: documents.Site) -> dict[str, Any]:
    """A head node, a queue whose nodes come and go, one of a static node; a script on every node, EFS as /home, Lustre."""
    given = documents.cluster(site)
    network = {"SubnetIds": [site.subnet], "AdditionalSecurityGroups": [site.group]}
    queue = {
        "Name": "q1",
        "Networking": network,
        "CustomActions": given["HeadNode"]["CustomActions"],
        "Iam": {"S3Access": [{"BucketName": documents.BUCKET}]},
        "ComputeResources": [{"Name": "c5", "InstanceType": "c5.large", "MaxCount": 4}],
    }
    static = {
        **queue,
        "Name": "q2",
        "ComputeResources": [{"Name": "c5", "InstanceType": "c5.large", "MinCount": 1, "MaxCount": 1}],
    }
    del given["LoginNodes"]
    return json.loads(
        json.dumps(
            {
                **given,
                "Image": {"Os": "ubuntu2404"},
                "Scheduling": {"Scheduler": "slurm", "SlurmQueues": [queue, static]},
            }
        )
    )


PASSWORD = "it's-20-characters-long"
_ENGINES = (("slurm", "mysql", "8.4", "require_secure_transport"), ("applications", "postgres", "17", "rds.force_ssl"))


def _database(emulator: Emulator, site: documents.Site) -> dict[str, str]:
    """Databases of MySQL and of PostgreSQL that refuse connections without TLS; the section of the first."""
    rds, zone = emulator.client("rds"), f"{rig.REGION}b"
    vpc = emulator.client("ec2").describe_subnets(SubnetIds=[site.subnet])["Subnets"][0]["VpcId"]
    other = emulator.client("ec2").create_subnet(VpcId=vpc, CidrBlock="10.30.16.0/24", AvailabilityZone=zone)
    subnets = [site.subnet, other["Subnet"]["SubnetId"]]
    rds.create_db_subnet_group(DBSubnetGroupName="slurm", DBSubnetGroupDescription="slurm", SubnetIds=subnets)
    for name, engine, version, parameter in _ENGINES:
        rds.create_db_parameter_group(
            DBParameterGroupName=name, DBParameterGroupFamily=f"{engine}{version}", Description=name
        )
        tls = {"ParameterName": parameter, "ParameterValue": "1", "ApplyMethod": "immediate"}
        rds.modify_db_parameter_group(DBParameterGroupName=name, Parameters=[tls])
        rds.create_db_instance(
            DBInstanceIdentifier=name,
            DBInstanceClass="db.t4g.small",
            Engine=engine,
            DBName=name,
            MasterUsername=f"{name}_admin",
            MasterUserPassword=PASSWORD,
            AllocatedStorage=20,
            DBSubnetGroupName="slurm",
            DBParameterGroupName=name,
            VpcSecurityGroupIds=[site.group],
        )
    made = rds.describe_db_instances(DBInstanceIdentifier="slurm")["DBInstances"][0]["Endpoint"]
    secret = emulator.client("secretsmanager").create_secret(Name="slurm", SecretString=PASSWORD)
    uri = f"{made['Address']}:{made['Port']}"
    return {"Uri": uri, "UserName": "slurm_admin", "PasswordSecretArn": secret["ARN"]}


def left(folder: Path, remove: bool = False) -> list[str]:
    """What the operating system still has of the machines, found in a process that knows nothing of them."""
    code = f"from localcloud.machines import cleanup\n{'cleanup.remove_all()' if remove else ''}\nprint(*cleanup.left(), sep='\\n')"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=_environment(folder), cwd=paths.ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines() if done.stdout.strip() else []


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "HPCSTACK_LOCALCLOUD_DIR": str(folder / "state")}
