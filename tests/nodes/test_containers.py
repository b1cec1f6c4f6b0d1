"""`containers` on a machine: real Podman without root, in a job and on two nodes with one home.

Podman's packages are Debian's. The machine is itself a container (systemd-nspawn), without keyrings of the kernel, a
/proc/sys to write to, and a network: two lines of containers.conf and `--network=none` are for that alone.
"""

import re
import subprocess

import pytest

from localcloud.machines import running
from planning.node_settings import node_settings
from tests.nodes.debian_packages import unpack
from tests.nodes.slurm_machine import SlurmMachine
from tests.unit.test_containers import IMAGE
from tests.unit.test_settings import load_with

pytestmark = pytest.mark.nodes
STORAGE, USER = "/var/lib/hpcstack-containers", "/usr/local/sbin/hpcstack-container-user"
OWN = ("/etc", "/usr/local", "/opt/slurm/etc", STORAGE)
FIRST, COUNT = 524_288, 65_536
RUN = "podman run --rm --network=none tiny"
NODE = """
set -e
mount -t tmpfs node /mnt
mkdir /mnt/upper /mnt/work
mount -t overlay node -o lowerdir=/etc,upperdir=/mnt/upper,workdir=/mnt/work /etc
for place in /var/lib/hpcstack-containers /run/user /tmp; do mount -t tmpfs -o mode=$(stat -c %a $place) node $place; done
hostname node-2
SLURM_JOB_ID=1 /usr/local/sbin/hpcstack-container-user 3002
exec runuser -u dora -- bash -c "$1"
"""
"""Another node with the same /home: its own disk, /etc and temporary files."""


@pytest.fixture(scope="module", autouse=True)
def prepared(machine: SlurmMachine, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Users without ranges, whom local_users or sssd would bring, and a file system of one program to make an image of."""
    assert "podman is not on this node; add it to image.components" in program(machine).stderr
    unpack(machine, tmp_path_factory.mktemp("packages"), "podman", "uidmap", "crun", "busybox-static")
    machine.sh(
        "set -e; : > /etc/subuid; : > /etc/subgid\n"
        f"mkdir {STORAGE}; mount -t tmpfs disk {STORAGE}  # an overlay in an overlay is more than a kernel does\n"
        "add() { useradd -m -s /bin/bash -K SUB_UID_COUNT=0 -K SUB_GID_COUNT=0 -u $1 $2; }\n"
        "add 3001 carla; add 3002 dora; add 70000 far; add 1060201105 mapped; add 1060217169 unlucky\n"
        "mkdir -p /srv/tiny/bin; cp /bin/busybox /srv/tiny/bin\n"
        "for name in sh id cat; do ln -s busybox /srv/tiny/bin/$name; done\n"
        "tar -C /srv/tiny -cf /srv/tiny.tar .\n"
        "for name in carla dora; do runuser -u $name -- mkdir -p /home/$name/.config/containers; "
        "printf '[containers]\\nkeyring=false\\ndefault_sysctls=[]\\n' > /home/$name/.config/containers/containers.conf; done"
    )
    found = program(machine)
    assert found.returncode == 0, found.stderr


def program(machine: SlurmMachine, *more: str) -> subprocess.CompletedProcess[str]:
    return machine.program("containers", "--engine", "podman", *more)


def ranges(machine: SlurmMachine, file: str = "subuid") -> dict[int, tuple[int, int]]:
    rows = [line.split(":") for line in machine.path(f"/etc/{file}").read_text().splitlines()]
    return {int(uid): (int(start), int(count)) for uid, start, count in rows}


def test_a_second_run_changes_nothing(machine: SlurmMachine) -> None:
    before = machine.files(*OWN)
    found = program(machine)
    assert (found.returncode, "0 changes" in found.stdout) == (0, True)
    assert machine.files(*OWN) == before
    assert "would be: /srv/other/ made" in program(machine, "--dry-run", "--storage-dir", "/srv/other").stdout
    assert machine.files(*OWN) == before


def test_a_place_that_nodes_share_is_refused(machine: SlurmMachine) -> None:
    machine.write("/usr/local/sbin/findmnt", "#!/bin/sh\necho nfs4\n", 0o755)
    found = program(machine, "--storage-dir", "/shared/containers")
    machine.path("/usr/local/sbin/findmnt").unlink()
    assert found.returncode == 1
    assert "/shared/containers is on nfs4, which nodes share" in found.stderr


@pytest.mark.parametrize("uid", ["", "root", "-1", "1e3", "0777", "../../etc", "$(id)", "99999999999", "3001;id"])
def test_what_is_no_uid_is_refused(machine: SlurmMachine, uid: str) -> None:
    before = machine.files(*OWN)
    found = machine.try_(USER, uid)
    assert (found.returncode, "is no uid" in found.stderr) == (2, True)
    assert machine.files(*OWN) == before


def test_ranges_follow_from_uids(machine: SlurmMachine) -> None:
    """Also those that sssd makes from a directory's RIDs; never over the ids of other people."""
    said = {uid: machine.try_(USER, uid) for uid in ("0", "401", "3001", "70000", "1060201105", "1060217169")}
    assert all(one.returncode == 0 for one in said.values()), said
    found = ranges(machine)
    assert found == ranges(machine, "subgid")
    assert (found[3001], found[1060201105]) == ((FIRST + 2001 * COUNT, COUNT), (FIRST + 105 * COUNT, COUNT))
    assert not {0, 401, 70000, 1060217169} & found.keys()
    assert "numbers from 1000 to 60000 have" in said["70000"].stderr
    assert "would be those of other people" in said["1060217169"].stderr
    assert machine.sh(f"stat -c '%a %U' {STORAGE} {STORAGE}/3001").splitlines() == ["755 root", "700 carla"]


def test_a_range_that_somebody_gave_is_kept(machine: SlurmMachine) -> None:
    machine.sh("for file in subuid subgid; do echo ubuntu:100000:65536 >> /etc/$file; done")
    before = machine.path("/etc/subuid").read_text()
    machine.run(USER, machine.run("id", "-u", "ubuntu"))
    assert machine.path("/etc/subuid").read_text() == before
    machine.sh("sed -i /ubuntu/d /etc/subuid /etc/subgid")


def test_many_at_once_get_one_range_each(machine: SlurmMachine) -> None:
    machine.sh(f"for uid in $(seq 5000 5011) $(seq 5000 5011); do {USER} $uid 2>/dev/null & done; wait")
    text = machine.path("/etc/subuid").read_text()
    assert [len(re.findall(f"^{uid}:", text, re.M)) for uid in range(5000, 5012)] == [1] * 12


def test_a_login_brings_them_too(machine: SlurmMachine) -> None:
    machine.sh("sed -i /^3002:/d /etc/subuid /etc/subgid; systemctl start user-runtime-dir@3002")
    assert ranges(machine)[3002] == (FIRST + 2002 * COUNT, COUNT)
    machine.sh("systemctl stop user-runtime-dir@3002")


def test_a_job_runs_a_container(machine: SlurmMachine) -> None:
    """As root inside, with the user's range. The job inherits the name of a runtime folder that this node has not made."""
    machine.sh("sed -i /^3001:/d /etc/subuid /etc/subgid")
    script = f"podman import -q /srv/tiny.tar tiny && {RUN} /bin/sh -c 'id -u; cat /proc/self/uid_map'"
    job = f"cd && XDG_RUNTIME_DIR=/run/user/3001 sbatch -Q --wait -o out --wrap '{script.replace(chr(39), chr(34))}'; cat out"
    said = machine.sh(job, user="carla")
    assert re.search(rf"^0\n +0 +3001 +1\n +1 +{FIRST + 2001 * COUNT} +{COUNT}$", said, re.M), said
    assert machine.path(f"{STORAGE}/3001/storage/overlay-images").is_dir()
    assert not machine.path("/home/carla/.local/share/containers/storage").exists()


def test_two_nodes_with_one_home_do_not_collide(machine: SlurmMachine) -> None:
    """Both at once, with images of one name that are not the same."""
    script = (
        "podman import -q -c 'ENV NODE={0}' /srv/tiny.tar tiny; for n in 1 2 3; do "
        + RUN
        + " /bin/sh -c 'echo $NODE'; done"
    )
    machine.run(USER, "3002")
    machine.sh("install -d -m 0700 -o dora -g dora /run/user/3002")
    env = "cd; export XDG_RUNTIME_DIR=/run/user/3002; "
    here = ["runuser", "-u", "dora", "--", "bash", "-c", env + script.format("one")]
    there = ["unshare", "--mount", "--uts", "sh", "-c", NODE, "node", env + script.format("two")]
    started = [
        subprocess.Popen(
            running.inside(machine.leader, command), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for command in (here, there)
    ]
    said = [one.communicate(timeout=900) for one in started]
    assert [out.split()[-3:] for out, _ in said] == [["one"] * 3, ["two"] * 3], said
    assert machine.sh(env + "podman images --format '{{.Repository}}' | wc -l", user="dora") == "1"


def test_a_service_of_the_site_is_a_container_of_its_user(machine: SlurmMachine) -> None:
    """It writes only where it may, waits for its image, and takes the file's present one at each start."""
    machine.sh(
        "mkdir -p /var/lib/containers /data/images; mount -t tmpfs disk /var/lib/containers\n"
        "cp /home/dora/.config/containers/containers.conf /etc/containers/containers.conf.d/99-tests.conf\n"
        "install -d -m 1777 /data/out /data/out/state; touch /data/out/state/ready; echo licence > /etc/box.lic\n"
        "echo one > /data/box.conf; chmod 666 /data/box.conf\n"
        "groupadd -g 4001 boxes; useradd --system --groups boxes boxer"
    )
    shell = (
        'cat $SITE_SERVICE_CONFIG /which; id -u; echo "$0"; id -G; [ -e /etc/systemd ] || cat /etc/box.lic; '
        "echo > /data/out/state/new; for one in /data/box.conf /volume/new /etc/new; do echo > $one; done"
    )
    service = {
        "name": "box",
        "image": "/data/images/box.tar",
        "args": [
            "/bin/sh",
            "-c",
            f"{{ {shell}; }} > /data/out/told 2>&1; trap exit TERM; sleep 999 & wait",
            "100 %i $HOME",
        ],
        "config": "/data/box.conf",
        "inputs": ["/data/out/state/ready", "/etc/box.lic"],
        "writes": ["/data/out"],
        "user": "boxer",
    }
    found = load_with(image=IMAGE, cluster={"siteServices": [service]})
    machine.object("s3://bucket/services.json", node_settings(found, "team")["site_service"].encode())
    run = ("site_service", "--settings", "s3://bucket/services.json")
    assert machine.program(*run).returncode == 0
    assert machine.try_("systemctl", "is-active", "site-box").stdout == "inactive\n"
    save(machine, "first")
    told = told_by(machine)
    assert told[:4] == ["one", "first", machine.run("id", "-u", "boxer"), "100 %i $HOME"]
    assert told[4:6] == [machine.run("id", "-G", "boxer"), "licence"]
    assert "4001" in told[4].split()
    assert ["Read-only file system" in line for line in told[6:]] == [True] * 3
    assert machine.sh("stat -c %U /data/out/told; podman ps --format '{{.Names}}'").split() == ["boxer", "site-box"]
    before, running = machine.files("/etc/systemd/system"), machine.processes("site-box")
    assert " 0 changes" in machine.program(*run).stdout
    assert (machine.files("/etc/systemd/system"), machine.processes("site-box")) == (before, running)
    save(machine, "second")
    machine.sh(f"rm /data/out/told; kill -KILL {running['site-box']}")
    assert told_by(machine)[1] == "second"
    machine.sh("systemctl stop site-box.timer site-box.path site-box")
    assert machine.sh("podman ps -aq") == ""


def save(machine: SlurmMachine, text: str) -> None:
    """The image as a file at its place, with `text` in it."""
    machine.sh(
        f"set -e; install -d -m 1777 /srv/tiny/volume; echo {text} > /srv/tiny/which; tar -C /srv/tiny -cf /srv/box.tar .\n"
        "podman import -q -c 'VOLUME /volume' /srv/box.tar made > /dev/null; podman save -q -o /data/saved made\n"
        "podman rmi -f made > /dev/null; mv /data/saved /data/images/box.tar"
    )


def told_by(machine: SlurmMachine) -> list[str]:
    """What the service writes once it has started: nine lines."""
    machine.wait("grep -sqF /etc/new /data/out/told")
    return machine.path("/data/out/told").read_text().splitlines()
