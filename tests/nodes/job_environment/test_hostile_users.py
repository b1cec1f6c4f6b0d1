"""What users may try: nobody reaches what is not his, by a number, a link or a folder."""

import pytest

from tests.nodes.job_environment.rig import LOGS, SCRIPTS, job, logs, told
from tests.nodes.slurm_files import NODE
from tests.nodes.slurm_machine import SlurmMachine

pytestmark = pytest.mark.nodes


@pytest.mark.parametrize("number", ["", "0", "../..", "1/../../../etc", "-rf", "٣", "9" * 30, "7\n8"])
@pytest.mark.parametrize("script", ["prolog", "epilog"])
def test_a_number_that_is_none_becomes_no_path(cluster: SlurmMachine, script: str, number: str) -> None:
    before = cluster.files("/shared/slurm", "/etc")
    environment = {"SLURM_JOB_ID": number, "SLURM_JOB_UID": "1000", "SLURM_JOB_GID": "1000", "SLURMD_NODENAME": NODE}
    words = [f"{key}={value}" for key, value in environment.items()]
    done = cluster.try_("env", *words, f"{SCRIPTS}/{script}.d/80_job_environment")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "nothing done: SLURM_JOB_ID" in told(cluster, script)
    assert cluster.files("/shared/slurm", "/etc") == before


def test_links_in_the_places_of_root_are_not_followed(cluster: SlurmMachine) -> None:
    cluster.sh("mkdir -p /srv/canary && touch /srv/canary/file && chmod 755 /srv/canary")
    following = int(job(cluster, "true")) + 1
    cluster.sh(f"ln -s /srv/canary /shared/slurm/jobs/{following}; mv {LOGS} {LOGS}.own; ln -s /srv/canary {LOGS}")
    before = cluster.files("/srv/canary")
    try:
        assert job(cluster, "echo ran in ${TMPDIR:-nothing}") == str(following)
    finally:
        cluster.sh(f"rm {LOGS}; mv {LOGS}.own {LOGS}")
    assert cluster.files("/srv/canary") == before
    assert (cluster.path("/srv/canary").stat().st_uid, cluster.path("/srv/canary").stat().st_mode & 0o777) == (0, 0o755)
    told_user = cluster.path("/home/alice/out").read_text()
    assert "TMPDIR is not set" in told_user
    assert "ran in /shared" not in told_user
    assert not cluster.path(f"/shared/slurm/jobs/{following}").is_symlink()
    assert "logs: " in told(cluster, "epilog")


def test_root_reads_nothing_for_a_user_that_the_user_could_not_read(cluster: SlurmMachine) -> None:
    cluster.write("/srv/root-only", "w0rd\n", 0o600)
    notes = "/run/slurm-jobs/jobs/$SLURM_JOB_ID"
    number = job(
        cluster,
        f"rm {notes}/env.raw; ln -s /srv/root-only {notes}/env.raw; ln -s /srv/root-only {notes}/perf.txt\n"
        f"mkfifo {notes}/pydamus.txt; echo x > {notes}/../../x; echo x > {notes}/evil.txt\n"
        "rm /home/alice/out; ln -s /srv/root-only /home/alice/out",
    )
    kept = logs(cluster, number)
    assert set(kept) == {"info.txt", "script.txt", "cloudwatch.txt"}
    assert not any("w0rd" in text for text in kept.values())
    cluster.sh("rm -f /home/alice/out")


def test_who_was_first_in_shared_memory_is_put_out(cluster: SlurmMachine) -> None:
    cluster.sh("rm -rf /dev/shm/slurm; mkdir /srv/away; chown bob /srv/away")
    cluster.sh("ln -s /srv/away /dev/shm/slurm", user="bob")
    number = job(cluster, "stat -c '%a %U' $SHMDIR")
    assert "700 alice" in cluster.path("/home/alice/out").read_text()
    assert cluster.sh("ls -A /srv/away") == ""
    assert not cluster.path(f"/dev/shm/slurm/jobs/{number}").exists()


def test_a_folder_deeper_than_a_process_can_open_goes(cluster: SlurmMachine) -> None:
    deep = "import os\nfor _ in range(1500):\n    os.mkdir('d'); os.chdir('d')\nos.symlink('/etc', 'out')"
    number = job(cluster, f'cd $TMPDIR && python3 -c "{deep}"')
    assert not cluster.path(f"/shared/slurm/jobs/{number}").exists()
    assert cluster.path("/etc/passwd").exists()
