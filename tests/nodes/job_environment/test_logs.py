"""What is kept of jobs in the log folder."""

import os

import pytest

from tests.nodes.job_environment.rig import LOGS, job, logs
from tests.nodes.slurm_machine import SlurmMachine

pytestmark = pytest.mark.nodes
_UNTIL_HANDED_OVER = "until [ -e /run/slurm-jobs/jobs/$SLURM_JOB_ID/pydamus.0.txt ]; do sleep 0.1; done"
"""srun comes back before its step's task epilog does, and the end of the batch script ends both."""


def test_what_is_kept_has_a_header_and_no_secrets(cluster: SlurmMachine) -> None:
    secrets = "--export=ALL,MY_TOKEN=w0rd1,MY_JWT=w0rd2,DB=postgres://u:w0rd3@h/d,PLAIN=seen"
    number = job(
        cluster, "echo hello; cp /etc/hostname pydamus_1; srun true\n" + _UNTIL_HANDED_OVER, secrets, "--job-name=a job"
    )
    kept = logs(cluster, number)
    names = {
        "info.txt",
        "env.txt",
        "script.txt",
        "stdout.txt",
        "stderr.txt",
        "cloudwatch.txt",
        "pydamus.txt",
        "pydamus.0.txt",
    }
    assert set(kept) == names
    for name, text in kept.items():
        within = " StepId=0" if name == "pydamus.0.txt" else ""
        assert text.splitlines()[0] == f"JobId={number}{within} JobName=a job"
    assert "JobState=" in kept["info.txt"]
    assert kept["stdout.txt"].endswith("hello\n")
    assert "srun true" in kept["script.txt"]
    assert "PLAIN=seen" in kept["env.txt"]
    assert "MY_TOKEN=<left out>" in kept["env.txt"]
    assert "w0rd" not in kept["env.txt"]
    assert "cloudwatch/home?region=" in kept["cloudwatch.txt"]
    (link,) = cluster.path(LOGS).glob(f"*/*/{number}-*-stderr.txt")
    assert os.readlink(link) == link.name.replace("stderr", "stdout")
    stdout = link.with_name(os.readlink(link)).stat()
    assert (stdout.st_uid, stdout.st_mode & 0o777) == (401, 0o640)


def test_of_many_reports_the_newest_are_kept(cluster: SlurmMachine) -> None:
    notes = "/run/slurm-jobs/jobs/$SLURM_JOB_ID"
    number = job(cluster, f"for i in $(seq 80); do echo > {notes}/perf.$i.txt; touch -d @$i {notes}/perf.$i.txt; done")
    names = [name for name in logs(cluster, number) if name.startswith(("perf", "pydamus"))]
    reports = {int(name.split(".")[1]) for name in names if name.startswith("perf.")}
    assert len(names) == 64
    assert reports == set(range(81 - len(reports), 81))


def test_large_output_is_cut_in_the_middle(cluster: SlurmMachine) -> None:
    script = "echo begin; head -c 40M /dev/zero | tr '\\0' x; echo; echo end; echo other >&2"
    number = job(cluster, script, "-e", "/home/alice/err")
    (file,) = cluster.path(LOGS).glob(f"*/*/{number}-*-stdout.txt")
    text = file.read_text()
    assert 16 << 20 < len(text) < (16 << 20) + 300
    assert "begin\nxxx" in text[:200]
    assert text.endswith("xxx\nend\n")
    assert f"bytes left out of {(40 << 20) + 11} ..." in text
    assert logs(cluster, number)["stderr.txt"].endswith("other\n")


@pytest.mark.parametrize("name", ["two\nlines JobId=7", "-rf", "../../etc", "a b;$(id)"])
def test_odd_names_of_jobs_in_an_array(cluster: SlurmMachine, name: str) -> None:
    number = job(cluster, "echo $TMPDIR", f"--job-name={name}", "--array=3")
    clean = name.replace("\n", "?")
    kept = logs(cluster, f"{number}_3")
    assert kept["stdout.txt"].startswith(f"JobId={number} ArrayJobId={number} ArrayTaskId=3 JobName={clean}\n/shared/")
