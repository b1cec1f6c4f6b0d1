"""A cluster whose machines boot: real pcluster, user data, node daemons and Slurm, from the first node to nothing left.

The tests are one story, in this order; each goes on where the one before it ended.
"""

import shlex
from collections.abc import Iterator
from typing import Any

import pytest

from scripts.node import bundle
from tests.emulator import documents
from tests.emulator.rig import until
from tests.nodes import booted_cluster, booted_programs
from tests.nodes.booted_cluster import BOOT_SECONDS, BROKEN, CONFIGURED, IDLE_SECONDS, JOB_SECONDS, Cluster

pytestmark = [pytest.mark.nodes, pytest.mark.story]
_STATIC, _DYNAMIC = "q2-st-c5-1", "q1-dy-c5-1"
_NO_SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:none-AbCdEf"
_STARTED = ("systemctl", "show", "--value", "-p", "UserspaceTimestamp")
_LAUNCHES = "grep -c 'ResumeProgram finished' /var/log/parallelcluster/slurm_resume.log"
_PACE = {"SUSPEND": "5", "LOOP": "5", "CAPACITY": "5", "PROTECTED_FAILURES": "2"}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    variables = {
        f"LOCALCLOUD_NODE_{name}{'' if name.endswith('FAILURES') else '_SECONDS'}": value
        for name, value in _PACE.items()
    }
    with booted_cluster.booted(tmp_path_factory.mktemp("nodes"), variables) as cluster:
        yield cluster


def test_cluster_is_complete_when_its_head_node_and_its_static_nodes_say_so(cluster: Cluster) -> None:
    cluster.create("booted", _document(cluster, "ONE", "first release"))
    assert cluster.ended("booted") == "CREATE_COMPLETE"
    cluster.says("sinfo -h -o '%R %D %t'", "q1 4 idle~\nq2 1 idle")
    told = cluster.on_head("cat /var/log/configured").splitlines()
    assert told == ["HeadNode a mounted slurmctld=active", "123456789012"]
    assert cluster.pcluster("describe-compute-fleet", "-n", "booted")["status"] == "RUNNING"


def test_changed_program_and_changed_settings_reach_the_head_node_by_an_update(cluster: Cluster) -> None:
    assert cluster.on_head(f"cat {booted_programs.FILE}").splitlines() == ["# first release", "AcceptEnv ONE"]
    before = cluster.machines("ssh", "head", "--", *_STARTED)
    cluster.update("booted", _document(cluster, "TWO", "second release"))
    assert cluster.ended("booted") == "UPDATE_COMPLETE"
    assert cluster.on_head(f"cat {booted_programs.FILE}").splitlines() == ["# second release", "AcceptEnv TWO"]
    assert cluster.machines("ssh", "head", "--", *_STARTED) == before


def test_job_on_an_empty_queue_boots_its_nodes_and_runs(cluster: Cluster) -> None:
    words = (
        "sbatch",
        "-N",
        "2",
        "-o",
        "/home/ubuntu/out",
        "--wrap",
        "srun -l hostname; id -un; cat /var/log/configured",
    )
    cluster.machines("ssh", "ubuntu@head", "--", *words)
    cluster.completes("1")
    told = cluster.on_head("cat /home/ubuntu/out").splitlines()
    assert (sorted(told[:2]), told[2]) == ([f"0: {_DYNAMIC}", "1: q1-dy-c5-2"], "ubuntu")
    assert told[3].startswith("ComputeFleet a mounted")
    assert cluster.on_head("scontrol -o show job 1 | grep -o Restarts=.") == "Restarts=0"
    accounted = "1|ubuntu|pcdefault|COMPLETED|q1-dy-c5-[1-2]"
    cluster.says("sacct -XPn -o jobid,user,account,state,nodelist", accounted)


def test_jobs_outlive_a_restart_of_slurmctld(cluster: Cluster) -> None:
    before = _launches(cluster)
    until_told = "until [ -e /home/ubuntu/go ]; do sleep 1; done"
    running = cluster.submit("-p", "q2", "--wrap", until_told)
    # On a node that never ran: those of the job before may be up still.
    waiting = cluster.submit("-w", "q1-dy-c5-3", "--wrap", "true")
    cluster.becomes(running, "RUNNING")
    # A launch that is cut by the restart is found by clustermgtd, which takes minutes.
    cluster.says(f"[ $({_LAUNCHES}) -gt {before} ] && echo more", "more", JOB_SECONDS)
    cluster.on_head("systemctl restart slurmctld && until scontrol ping | grep -q UP; do sleep 0.2; done")
    assert cluster.state(running) == "RUNNING"
    cluster.on_head("touch /home/ubuntu/go")
    cluster.completes(running)
    cluster.completes(waiting)
    assert cluster.on_head(f"scontrol -o show job {running} | grep -o Restarts=.") == "Restarts=0"


def test_node_reboots_and_is_the_same_instance(cluster: Cluster) -> None:
    before, instance = _boot(cluster), _instance(cluster)
    cluster.on_head(f"scontrol reboot ASAP nextstate=resume {_STATIC}")
    until(lambda: _boot(cluster) not in (before, ""), IDLE_SECONDS, pause=1)
    cluster.says(f"sinfo -h -n {_STATIC} -o %t", "idle")
    cluster.completes(cluster.submit("-p", "q2", "--wrap", "mountpoint /scratch && mountpoint /home"))
    assert _instance(cluster) == instance


def test_instance_that_aws_takes_back_is_replaced_and_its_job_runs_again(cluster: Cluster) -> None:
    """As Spot instances end, or one whose hardware fails."""
    until_told = "until [ -e /home/ubuntu/again ]; do sleep 1; done"
    job, instance = cluster.submit("-p", "q2", "--wrap", until_told), _instance(cluster)
    cluster.becomes(job, "RUNNING")
    cluster.emulator.client("ec2").terminate_instances(InstanceIds=[instance])
    cluster.becomes(job, "PENDING")
    # Slurm waits so long that the job's first credential is no more (AuthInfo's cred_expire).
    cluster.on_head(f"scontrol update job={job} starttime=now")
    cluster.on_head("touch /home/ubuntu/again")
    cluster.completes(job)
    assert cluster.on_head(f"scontrol -o show job {job} | grep -o Restarts=.") == "Restarts=1"
    assert _instance(cluster) not in (instance, "")


def test_nodes_are_down_while_aws_has_no_capacity(cluster: Cluster) -> None:
    cluster.refuse("InsufficientInstanceCapacity", "ec2", "RunInstances", times=1000)
    job = cluster.submit("-w", "q1-dy-c5-4", "--wrap", "true")
    lacking = "sinfo -h -R -o '%E %N' | grep InsufficientInstanceCapacity"
    cluster.says(f"{lacking} | grep -qF q1-dy-c5-4 && echo told", "told", JOB_SECONDS)
    # It is tried again and again, and is CONFIGURING meanwhile.
    cluster.becomes(job, "PENDING")
    cluster.refuse_nothing()
    cluster.says(lacking, "", JOB_SECONDS)
    cluster.on_head(f"scancel {job}; true")  # on a slow machine it has run by now


def test_idle_nodes_go(cluster: Cluster) -> None:
    ec2 = cluster.emulator.client("ec2")

    def states() -> set[str]:
        found = ec2.describe_instances(Filters=[{"Name": "tag:parallelcluster:queue-name", "Values": ["q1"]}])
        return {one["State"]["Name"] for group in found["Reservations"] for one in group["Instances"]}

    # The node of a job that was cancelled may be on its way still.
    until(lambda: (cluster.alive().count("Compute"), states()) == (1, {"terminated"}), IDLE_SECONDS, pause=1)
    # By chance slurmctld's own look, each 30 s, is the first to see the nodes of one job.
    released = cluster.on_head("grep -o '[a-z_]*: Configuration for JobId=[0-9]* is complete' /var/log/slurmctld.log")
    assert "prolog_running_decr: " in released


def test_database_of_applications_is_postgresql_and_refuses_clear_text(cluster: Cluster) -> None:
    host = cluster.emulator.client("rds").describe_db_instances(DBInstanceIdentifier="applications")
    address = host["DBInstances"][0]["Endpoint"]["Address"]
    verified = "sslmode=verify-full sslrootcert=/etc/ssl/certs/ca-certificates.crt"
    for tls, told in ((verified, "t|UTF8|f"), ("sslmode=disable", "no encryption")):
        where = f"host={address} dbname=applications user=applications_admin {tls}"
        query = (
            "SELECT ssl, pg_encoding_to_char(encoding), rolsuper FROM pg_stat_ssl, pg_database, pg_roles "
            "WHERE pid = pg_backend_pid() AND datname = current_database() AND rolname = current_user"
        )
        password, *words = map(shlex.quote, (booted_cluster.PASSWORD, "psql", where, "-Atc", query))
        command = f"PGPASSWORD={password} {' '.join(words)} 2>&1; true"
        # From another machine of the VPC.
        until(
            lambda command=command, told=told: told in cluster.machines("ssh", "slurm", "--", command),
            BOOT_SECONDS,
            pause=1,
        )


def test_jobs_run_without_the_database_and_are_recorded_later(cluster: Cluster) -> None:
    cluster.machines("ssh", "slurm", "--", "systemctl", "stop", "mariadb")
    job = cluster.submit("-p", "q2", "--wrap", "true")
    cluster.completes(job)
    cluster.machines("ssh", "slurm", "--", "systemctl", "start", "mariadb")
    cluster.says(f"sacct -XPn -j {job} -o state 2>&1", "COMPLETED")


def test_head_node_reboots(cluster: Cluster) -> None:
    before = cluster.machines("ssh", "head", "--", *_STARTED)
    # It ends the command that asks for it.
    cluster.machines("ssh", "head", "--", "systemctl", "reboot", check=False)
    until(
        lambda: cluster.machines("ssh", "head", "--", *_STARTED, check=False) not in (before, ""), IDLE_SECONDS, pause=1
    )
    until(
        lambda: "is UP" in cluster.machines("ssh", "head", "--", "scontrol", "ping", check=False), IDLE_SECONDS, pause=1
    )
    job = cluster.submit("-p", "q2", "--wrap", "true")
    cluster.completes(job)
    cluster.says(f"sacct -XPn -j {job} -o state 2>&1", "COMPLETED")


def test_scripts_that_fail_end_their_nodes_and_protect_the_cluster(cluster: Cluster) -> None:
    cluster.put("configured.sh", BROKEN)
    cluster.submit("-w", "q1-dy-c5-3", "--wrap", "true")
    until(lambda: "no such licence" in _last(cluster, "Compute"), JOB_SECONDS, pause=1)
    cluster.emulator.client("s3").delete_object(Bucket=documents.BUCKET, Key="configured.sh")
    cluster.submit("-w", "q1-dy-c5-2", "--wrap", "true")
    # On a slow machine the node of the first job is launched again before this one has told.
    failed = "Failed to download OnNodeConfigured script 1"
    until(lambda: any(failed in told for told in _logs(cluster, "Compute", 2)), JOB_SECONDS, pause=1)
    # The second is as many as LOCALCLOUD_NODE_PROTECTED_FAILURES.
    until(lambda: cluster.fleet() == "PROTECTED", JOB_SECONDS, pause=1)
    assert cluster.on_head("sinfo -h -o '%R %a'").splitlines() == ["q1 inactive", "q2 up"]
    cluster.on_head("scancel -u ubuntu")


@pytest.mark.parametrize(
    ("request_", "status", "partition"),
    [("STOP_REQUESTED", "STOPPED", "inactive"), ("START_REQUESTED", "RUNNING", "up")],
)
def test_fleet_stops_and_starts(cluster: Cluster, request_: str, status: str, partition: str) -> None:
    cluster.put("configured.sh", CONFIGURED)
    cluster.pcluster("update-compute-fleet", "-n", "booted", "--status", request_)
    until(lambda: cluster.fleet() == status, IDLE_SECONDS, pause=1)
    assert cluster.on_head("sinfo -h -p q1 -o %a") == partition


def test_script_that_fails_fails_the_cluster_with_parallelclusters_code(cluster: Cluster) -> None:
    """Its head node waits for a database that is down at first."""
    cluster.machines("ssh", "slurm", "--", "systemctl", "stop", "mariadb")
    document = booted_cluster.document(cluster.site)
    document["HeadNode"]["CustomActions"]["OnNodeConfigured"]["Script"] = f"s3://{documents.BUCKET}/broken.sh"
    document["Scheduling"]["SlurmSettings"] = {"Database": cluster.database}
    cluster.create("broken", document)
    until(lambda: "sacctmgr show clusters -Pn format=cluster -> 1" in _last(cluster, "HeadNode"), BOOT_SECONDS, pause=1)
    cluster.machines("ssh", "slurm", "--", "systemctl", "start", "mariadb")
    assert cluster.ended("broken") == "ROLLBACK_COMPLETE"
    described = cluster.pcluster("describe-cluster", "-n", "broken")
    assert described["clusterStatus"] == "CREATE_FAILED"
    assert [row["failureCode"] for row in described["failures"]] == ["OnNodeConfiguredExecutionFailure"]
    assert "no such licence" in _last(cluster, "HeadNode")


def test_what_is_missing_at_boot_fails_the_cluster_with_its_reason(cluster: Cluster) -> None:
    """An object of the bucket, and a secret that a program of ours reads."""
    cluster.put("slurmrestd.pyz", bundle.build("slurmrestd"))
    missing = {"no-object": ("none.sh", []), "no-secret": ("slurmrestd.pyz", ["prepare", "--key-secret", _NO_SECRET])}
    for name, (script, words) in missing.items():
        document = booted_cluster.document(cluster.site)
        action = {"Script": f"s3://{documents.BUCKET}/{script}", "Args": words}
        document["HeadNode"]["CustomActions"] = {"OnNodeStart": action}
        cluster.create(name, document)
    codes = {"no-object": "OnNodeStartDownloadFailure", "no-secret": "OnNodeStartExecutionFailure"}
    for name, code in codes.items():
        assert cluster.ended(name) == "ROLLBACK_COMPLETE"
        described = cluster.pcluster("describe-cluster", "-n", name)
        assert [row["failureCode"] for row in described["failures"]] == [code]
    logs = _logs(cluster, "HeadNode", 2)
    assert any("none.sh using aws s3" in text and "Not Found" in text for text in logs)
    assert any(f"secret {_NO_SECRET} cannot be read" in text for text in logs)


def test_nothing_is_left_after_a_crash(cluster: Cluster) -> None:
    assert "HeadNode" in cluster.alive()
    cluster.emulator.process.kill()
    cluster.emulator.process.wait()
    before = booted_cluster.left(cluster.folder)
    assert {"process", "control", "network", "mount"} == {line.split()[0] for line in before}
    assert booted_cluster.left(cluster.folder, remove=True) == []


def _document(cluster: Cluster, variable: str, release: str) -> dict[str, Any]:
    """Of the cluster of this story: its head node runs a program of the platform's, then a script of the team's."""
    document = booted_cluster.document(cluster.site)
    document["Scheduling"]["SlurmSettings"] = {"Database": cluster.database}
    own = booted_programs.actions(cluster, variable, release)
    script = document["HeadNode"]["CustomActions"]["OnNodeConfigured"]
    own["OnNodeConfigured"] = {"Sequence": [own["OnNodeConfigured"], script]}
    document["HeadNode"]["CustomActions"] = own
    return document


def _launches(cluster: Cluster) -> int:
    """How often Slurm's ResumeProgram has ended."""
    return int(cluster.on_head(f"{_LAUNCHES}; true"))


def _instance(cluster: Cluster) -> str:
    """Of the static node, empty while it has none."""
    return cluster.on_head(f"scontrol -o show node {_STATIC} | grep -o ' InstanceId=[^ ]*' | cut -d= -f2; true")


def _boot(cluster: Cluster) -> str:
    """What tells one start of the static node from another; empty while it is off."""
    return cluster.machines("ssh", _STATIC, "--", *_STARTED, check=False)


def _last(cluster: Cluster, kind: str) -> str:
    """The logs of the machine of a kind that started last."""
    return _logs(cluster, kind, 1)[0]


def _logs(cluster: Cluster, kind: str, count: int) -> list[str]:
    """Of the machines of a kind that started last."""
    rows = [line.split() for line in cluster.machines("logs").splitlines()]
    return [cluster.machines("logs", row[0]) for row in [row for row in rows if row[1] == kind][-count:]]
