"""The environment of jobs on real Slurm: what a job finds, what is left of it, and what users may try."""

import json
import os
from collections.abc import Iterator

import pytest

from tests.nodes.job_environment import LOGS, SCRIPTS, URI, install, job, logs, settled, told
from tests.nodes.slurm_files import NODE
from tests.nodes.slurm_machine import SlurmMachine

pytestmark = pytest.mark.nodes
_UNTIL_HANDED_OVER = "until [ -e /run/slurm-jobs/jobs/$SLURM_JOB_ID/pydamus.0.txt ]; do sleep 0.1; done"
"""srun comes back before its step's task epilog does, and the end of the batch script ends both."""


@pytest.fixture(scope="module")
def cluster(machine: SlurmMachine) -> Iterator[SlurmMachine]:
    machine.sh("mkdir -p /shared /scratch")
    install(machine)
    yield machine
    # Whatever was tried, no prolog or epilog may have drained the node.
    assert machine.sh(f"sinfo -h -n {NODE} -o %t").strip("*") in ("idle", "comp", "alloc", "mix")


def test_a_job_has_places_and_variables_of_its_own(cluster: SlurmMachine) -> None:
    number = job(
        cluster,
        'env | grep -E "^(TMPDIR|SHMDIR|USER_SHMDIR|SLURM_CPUS_PER_TASK|SLURM_KILL_BAD_EXIT|PATH|APPTAINER_BIND)="\n'
        'stat -c "%a %U %n" $TMPDIR $SHMDIR $USER_SHMDIR\ntouch $TMPDIR/a $SHMDIR/b $USER_SHMDIR/c\n'
        "SIM_A=1 SIM_B=1 srun --export=ALL printenv REPORT; srun --export=ALL printenv REPORT",
        "--export=NONE",
        out="new folder/%x-%j.txt",
    )
    (file,) = cluster.path("/home/alice/new folder").iterdir()
    text = file.read_text()
    memory, own = f"/dev/shm/slurm/jobs/{number}", cluster.run("id", "-u", "alice")
    assert file.stat().st_uid == int(own)
    for line in (
        f"TMPDIR=/shared/slurm/jobs/{number}",
        f"SHMDIR={memory}",
        f"USER_SHMDIR=/dev/shm/slurm/users/{own}",
        "SLURM_CPUS_PER_TASK=1",
        "SLURM_KILL_BAD_EXIT=1",
        "APPTAINER_BIND=/shared",
        f"700 alice /shared/slurm/jobs/{number}",
        f"700 alice {memory}",
        f"/run/slurm-jobs/jobs/{number}/perf.0.txt",
    ):
        assert line in text.splitlines()
    assert "perf.1" not in text
    assert "/opt/slurm/bin" in text
    for place in (
        f"/shared/slurm/jobs/{number}",
        memory,
        f"/dev/shm/slurm/users/{own}",
        f"/run/slurm-jobs/jobs/{number}",
    ):
        assert not cluster.path(place).exists()
    for parent in ("/shared/slurm/jobs", "/dev/shm/slurm/jobs", "/run/slurm-jobs/jobs"):
        assert (cluster.path(parent).stat().st_uid, cluster.path(parent).stat().st_mode & 0o777) == (0, 0o755)


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


def test_folders_of_outputs_are_made_with_the_jobs_number(cluster: SlurmMachine) -> None:
    number = job(cluster, "echo here", out="by/%j/%x.txt")
    assert cluster.path(f"/home/alice/by/{number}/job.sh.txt").read_text() == "here\n"
    assert logs(cluster, number)["stdout.txt"].endswith("here\n")


def test_the_libraries_of_intel_mpi_are_bound_and_what_the_user_bound_stands_first(cluster: SlurmMachine) -> None:
    cluster.sh("mkdir -p /shared/mpi/lib /opt/amazon/efa/lib64; touch /shared/mpi/lib/libmpi.so.12")
    own = "--export=ALL,I_MPI_ROOT=/shared/mpi,APPTAINER_BIND=/home"
    try:
        job(cluster, "env | grep -E '^(APPTAINER|SINGULARITY)' | sort", own)
    finally:
        cluster.sh("rm -r /opt/amazon")
    found = cluster.path("/home/alice/out").read_text().splitlines()
    assert "APPTAINER_BIND=/home,/shared,/shared/mpi,/opt/amazon/efa" in found
    assert "SINGULARITY_BIND=/shared,/shared/mpi,/opt/amazon/efa" in found
    assert "APPTAINERENV_LD_PRELOAD=/shared/mpi/lib/libmpi.so.12" in found


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


def test_what_a_user_leaves_goes_with_the_last_job_on_the_node(cluster: SlurmMachine) -> None:
    cluster.sh("touch /tmp/of-bob; mkdir -p /dev/shm/of-bob", user="bob")
    cluster.sh("cd / && sbatch --parsable -n1 --mem=1 -o /dev/null --wrap 'sleep 600'", user="alice")
    leave = "(setsid sleep 987 &); mkdir /tmp/of-alice; touch /dev/shm/of-alice"
    number = cluster.run("sbatch", "--parsable", "-n1", "--mem=1", "-o", "/dev/null", "--wrap", leave, user="alice")
    cluster.wait(f'[ -z "$(squeue -h -j {number} 2>/dev/null)" ]')
    assert cluster.path("/tmp/of-alice").exists()
    cluster.sh("setsid runuser -u alice -- sleep 988 >/dev/null 2>&1 &")
    cluster.wait("pgrep -u alice -f 'sleep 988'")
    cluster.sh("scancel -u alice")
    settled(cluster)
    cluster.wait("! pgrep -u alice")
    for mine in ("/tmp/of-alice", "/dev/shm/of-alice"):
        assert not cluster.path(mine).exists()
    for others in ("/tmp/of-bob", "/dev/shm/of-bob"):
        assert cluster.path(others).exists()


def test_jobs_use_the_local_disk_where_there_is_one(cluster: SlurmMachine) -> None:
    cluster.sh("mount -t tmpfs -o mode=1777 local /scratch")
    try:
        cluster.sh("mkdir /scratch/slurm", user="bob")
        number = job(cluster, "echo $TMPDIR; stat -c '%a %U' $TMPDIR")
        assert cluster.path("/home/alice/out").read_text() == f"/scratch/slurm/jobs/{number}\n700 alice\n"
        assert cluster.sh("ls -A /scratch/slurm/jobs") == ""
    finally:
        cluster.sh("umount /scratch")


def test_a_user_with_an_odd_name(cluster: SlurmMachine) -> None:
    cluster.sh(
        "printf 'odd user$:x:5002:5002::/home/odd:/bin/bash\\n' >> /etc/passwd; echo 'odd:x:5002:' >> /etc/group"
    )
    cluster.sh("install -d -o 5002 -g 5002 /home/odd")
    command = "cd /home/odd && sbatch -o 'a b/out' --wrap 'stat -c %u $TMPDIR $SHMDIR'"
    cluster.run(
        "setpriv", "--reuid=5002", "--regid=5002", "--clear-groups", "env", "HOME=/home/odd", "bash", "-c", command
    )
    settled(cluster)
    assert cluster.path("/home/odd/a b/out").read_text() == "5002\n5002\n"


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
    cluster.sh("cd / && sbatch -o /home/alice/out --wrap 'sleep 15; echo end'", user="alice")
    cluster.wait("squeue -h -t R | grep -q .")
    cluster.sh("systemctl restart slurmctld")
    cluster.wait("scontrol ping | grep -q 'is UP'")
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
