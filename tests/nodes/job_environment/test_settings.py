"""Settings of the job environment: none, new ones, those that are no settings, and a run that changes nothing."""

import json

import pytest

from tests.nodes.job_environment.rig import SCRIPTS, URI, install, job, logs, settled, told
from tests.nodes.slurm_machine import SlurmMachine

pytestmark = pytest.mark.nodes


def test_without_settings_nothing_is_done_and_jobs_run(cluster: SlurmMachine) -> None:
    folder = (
        cluster.sh(f"sed -n 's/.*path.insert(0, \"\\(.*\\)\").*/\\1/p' {SCRIPTS}/prolog.d/80_job_environment") + "/job"
    )
    cluster.sh(f"mkdir /srv/away; mv {folder}/values.py {folder}/__pycache__/values.*.pyc /srv/away")
    try:
        number = job(cluster, "echo ran; [[ ${TMPDIR:-} != /shared* ]] || echo with")
    finally:
        cluster.sh(f"mv /srv/away/values.py {folder}; mv /srv/away/*.pyc {folder}/__pycache__; rmdir /srv/away")
    assert cluster.path("/home/alice/out").read_text().endswith("syslog says why\nran\n")
    assert logs(cluster, number) == {}
    assert "nothing done: the settings" in told(cluster, "prolog")


def test_a_second_run_changes_nothing_and_a_restart_of_the_controller_loses_nothing(cluster: SlurmMachine) -> None:
    units = ("slurmctld", "slurmd")
    before, running = cluster.files("/opt/slurm/etc"), cluster.processes(*units)
    assert " 0 changes" in install(cluster)
    assert (cluster.files("/opt/slurm/etc"), cluster.processes(*units)) == (before, running)
    until_told = "until [ -e /home/alice/go ]; do sleep 0.1; done; echo end"
    cluster.sh(f"cd / && sbatch -o /home/alice/out --wrap '{until_told}'", user="alice")
    cluster.wait("squeue -h -t R | grep -q .")
    cluster.sh("systemctl restart slurmctld")
    cluster.wait("scontrol ping | grep -q 'is UP'")
    cluster.sh("touch /home/alice/go")
    settled(cluster)
    assert cluster.path("/home/alice/out").read_text() == "end\n"
    assert cluster.sh("find /shared/slurm/jobs /dev/shm/slurm/jobs -mindepth 1") == ""


def test_new_settings_reach_the_next_job_and_a_dry_run_none(cluster: SlurmMachine) -> None:
    document = json.loads(cluster.path("/srv/aws/objects/bucket/scripts/settings/job_environment.json").read_text())
    document["exports"]["TMOUT"] = "300"
    cluster.object(URI, json.dumps(document).encode())
    done = cluster.program("job_environment", "--settings", URI, "--dry-run")
    assert (done.returncode, "'TMOUT': '300'" in done.stdout) == (0, True)
    job(cluster, "echo timeout=$TMOUT")
    assert "timeout=\n" in cluster.path("/home/alice/out").read_text()
    assert cluster.program("job_environment", "--settings", URI).returncode == 0
    job(cluster, "echo timeout=$TMOUT")
    assert "timeout=300\n" in cluster.path("/home/alice/out").read_text()
    install(cluster)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be fetched"),
        (b"<Error/>", "is no JSON"),
        (b"[]", "holds no object of settings"),
        (b'{"exports": {}}', "does not fit this program"),
    ],
)
def test_an_object_that_is_no_settings_is_refused(cluster: SlurmMachine, content: bytes | None, said: str) -> None:
    uri = "s3://bucket/other.json"
    if content is not None:
        cluster.object(uri, content)
    before = cluster.files("/opt/slurm/etc")
    done = cluster.program("job_environment", "--settings", uri)
    assert (done.returncode, said in done.stderr) == (1, True), done.stderr
    assert cluster.files("/opt/slurm/etc") == before
    cluster.sh("rm -f /srv/aws/objects/bucket/other.json")
