"""The environment of jobs on real Slurm: what a job finds, and what it leaves on the node."""

import pytest

from tests.nodes.job_environment.rig import job, logs, settled
from tests.nodes.slurm_machine import SlurmMachine

pytestmark = pytest.mark.nodes


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


def test_what_a_user_leaves_goes_with_the_last_job_on_the_node(cluster: SlurmMachine) -> None:
    cluster.sh("touch /tmp/of-bob; mkdir -p /dev/shm/of-bob", user="bob")
    cluster.sh("cd / && sbatch --parsable -n1 --mem=1 -o /dev/null --wrap 'sleep 600'", user="alice")
    cluster.wait("squeue -h -t R | grep -q .")
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
