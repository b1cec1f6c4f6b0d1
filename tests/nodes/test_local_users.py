"""`local_users` on a machine: real useradd, usermod, userdel, visudo, sudo, setfacl, sshd and Slurm."""

from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from planning.local_users import EVERYTHING, LocalUser, People, document
from settings.local_users import LocalUsers
from tests.nodes.debian_packages import unpack
from tests.nodes.slurm_machine import SlurmMachine
from tests.nodes.two_nodes import at_once

pytestmark = pytest.mark.nodes
URI = "s3://bucket/local-users/users.json"
FILE = "/var/lib/hpcstack/local-users.json"
OWN = ("/etc", "/home", "/sbo", "/usr/local", "/var/lib/hpcstack")
SETTINGS: dict[str, Any] = {
    "file": "users.yaml",
    "group": "sbo",
    "scratchDir": "/sbo/data/scratch",
    "passwordlessSudo": True,
    "folderAcls": [{"path": "/sbo/data/project"}, {"path": "/sbo/data/secret", "user": "anna", "permissions": "r-X"}],
}


@pytest.fixture(scope="module", autouse=True)
def prepared(machine: SlurmMachine, tmp_path_factory: pytest.TempPathFactory) -> None:
    """sshd, keys of anna and ben, and packages that images have."""
    unpack(machine, tmp_path_factory.mktemp("packages"), "acl", "openssh-client")
    machine.sh(
        "ssh-keygen -A; systemctl start ssh\n"
        "for name in anna ben; do ssh-keygen -q -t ed25519 -N '' -C $name@laptop -f /root/$name; done"
    )


@pytest.fixture(autouse=True)
def head(machine: SlurmMachine) -> None:
    machine.role("HeadNode")


def key(machine: SlurmMachine, name: str) -> tuple[str, ...]:
    return (machine.path(f"/root/{name}.pub").read_text().strip(),)


def people(machine: SlurmMachine) -> dict[str, LocalUser]:
    anna = LocalUser(name="anna", uid=3001, origin="", sudo=EVERYTHING, keys=key(machine, "anna"))
    ben = LocalUser(name="ben", uid=3002, gid=4002, origin="", shell="/bin/sh", keys=key(machine, "ben"))
    return {"anna": anna, "ben": ben}


def put(machine: SlurmMachine, *users: LocalUser, absent: tuple[str, ...] = (), **settings: Any) -> None:
    wanted = LocalUsers.model_validate({**SETTINGS, **settings}, strict=False)
    listed = People(users=list(users), absent=dict.fromkeys(absent, ""))
    machine.object(URI, document(wanted, listed).encode())


def program(machine: SlurmMachine, *more: str) -> CompletedProcess[str]:
    return machine.program("local_users", "--list", URI, *more)


def done(machine: SlurmMachine, *more: str) -> str:
    found = program(machine, *more)
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


def login(machine: SlurmMachine, name: str) -> str | None:
    """What `id -un` prints over SSH with the user's key; None where sshd lets nobody in."""
    options = "-o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
    found = machine.try_("bash", "-c", f"ssh {options} -i /root/{name} {name}@127.0.0.1 id -un")
    return found.stdout.strip() if found.returncode == 0 else None


def may_sudo(machine: SlurmMachine, name: str) -> bool:
    return machine.try_("sudo", "-n", "true", user=name).returncode == 0


@pytest.fixture
def listed(machine: SlurmMachine) -> dict[str, LocalUser]:
    """anna and ben are there."""
    found = people(machine)
    put(machine, *found.values())
    done(machine)
    return found


def test_a_dry_run_tells_the_difference_and_makes_nothing(machine: SlurmMachine) -> None:
    put(machine, *people(machine).values())
    before = machine.files(*OWN)
    said = done(machine, "--dry-run")
    assert "would be: user anna made, uid 3001, groups anna, sbo" in said
    assert f"+anna {EVERYTHING}" in said
    assert machine.files(*OWN) == before


def test_users_are_made_once_and_log_in_and_run_jobs(machine: SlurmMachine, listed: dict[str, LocalUser]) -> None:
    assert machine.run("id", "anna") == "uid=3001(anna) gid=3001(anna) groups=3001(anna),2000(sbo)"
    assert machine.run("id", "ben") == "uid=3002(ben) gid=4002(ben) groups=4002(ben),2000(sbo)"
    assert machine.run("getent", "passwd", "ben").endswith(":/home/ben:/bin/sh")
    assert [login(machine, name) for name in listed] == ["anna", "ben"]
    assert [may_sudo(machine, name) for name in listed] == [True, False]
    assert machine.sh("cd && sbatch -Q --wait -o out --wrap 'id -un' && cat out", user="anna") == "anna"
    stat = "stat -c '%a %U:%G' /home/anna /home/anna/.ssh /home/anna/.ssh/authorized_keys /sbo/data/scratch/*"
    kept = ["700 anna:anna", "700 anna:anna", "600 anna:anna", "755 anna:sbo", "755 ben:sbo", "755 slurm:slurm"]
    assert machine.sh(stat).splitlines() == kept
    assert machine.sh("stat -c '%a %U' /etc/sudoers.d/60-hpcstack-local-users") == "440 root"
    machine.sh("touch /sbo/data/project/one && getfacl -p /sbo/data/project/one | grep -q '^group:sbo:rwx'")
    assert machine.sh("grep -cE 'anna|ben' /etc/subuid || true") == "0"
    before = machine.files(*OWN)
    assert "0 changes" in done(machine)
    assert machine.files(*OWN) == before


def test_changed_rights_and_a_user_taken_out(machine: SlurmMachine, listed: dict[str, LocalUser]) -> None:
    anna, ben = listed["anna"], listed["ben"]
    put(machine, replace(anna, sudo=None, shell="/bin/sh", groups=()), absent=())
    assert "user ben: not in the list any more, or absent: locked" in done(machine)
    assert not may_sudo(machine, "anna")
    assert (login(machine, "anna"), login(machine, "ben")) == ("anna", None)
    assert machine.run("getent", "passwd", "anna").endswith(":/bin/sh")
    assert not machine.path("/etc/sudoers.d/60-hpcstack-local-users").exists()
    put(machine, anna, replace(ben, locked=True))
    done(machine)
    assert (may_sudo(machine, "anna"), login(machine, "ben")) == (True, None)
    put(machine, anna, ben)
    assert "user ben: unlocked" in done(machine)
    assert login(machine, "ben") == "ben"


def test_the_timer_takes_a_changed_list(machine: SlurmMachine, listed: dict[str, LocalUser]) -> None:
    assert machine.run("systemctl", "is-active", "hpcstack-local-users.timer") == "active"
    put(machine, replace(listed["anna"], sudo=None), listed["ben"])
    machine.run("systemctl", "start", "hpcstack-local-users")
    assert not may_sudo(machine, "anna")
    put(machine, absent=("anna", "ben"), folderAcls=[])
    machine.sh("sleep 600 > /dev/null 2>&1 &", user="ben")
    machine.try_("systemctl", "start", "hpcstack-local-users")
    log = machine.path("/var/log/hpcstack/local_users.log").read_text()
    assert "refused: ben: userdel ben ended with 8: userdel: user ben is currently used by process" in log
    assert login(machine, "ben") is None, "locked at once"
    machine.sh(
        "loginctl terminate-user anna ben || true; pkill -KILL -u 3001,3002; "  # names of users that are gone already are errors
        "while pgrep -u 3001,3002 > /dev/null; do sleep 0.1; done; systemctl start hpcstack-local-users"
    )
    assert [machine.try_("id", name).returncode for name in ("anna", "ben")] == [1, 1]
    assert machine.path("/home/anna/.bashrc").exists()


def test_a_rule_that_visudo_does_not_take_is_left_out(machine: SlurmMachine, listed: dict[str, LocalUser]) -> None:
    put(machine, listed["anna"], replace(listed["ben"], sudo="ALL=(root NOPASSWD: ALL"))
    found = program(machine)
    assert found.returncode == 1
    assert "refused: ben: has a sudo rule that visudo does not take: " in found.stdout
    assert "1 of the list could not be done" in found.stderr
    assert [may_sudo(machine, name) for name in listed] == [True, False]
    machine.run("visudo", "--check")
    assert "refused: ben" in done(machine, "--go-on")


def test_accounts_of_the_image_are_not_touched(machine: SlurmMachine, listed: dict[str, LocalUser]) -> None:
    alice = LocalUser(name="alice", uid=3003, origin="")
    taken = LocalUser(name="dora", uid=int(machine.run("id", "-u", "bob")) + 5000, origin="")
    machine.sh(f"usermod -u {taken.uid} bob")
    before = machine.path("/etc/passwd").read_text()
    put(machine, *listed.values(), alice, taken, absent=("ubuntu",))
    found = program(machine)
    assert found.returncode == 1
    assert "refused: alice: is an account of this node that the list did not make" in found.stdout
    assert f"refused: dora: has uid {taken.uid}, which belongs to bob" in found.stdout
    assert "refused: ubuntu: is an account of this node that the list did not make, and is not deleted" in found.stdout
    assert machine.path("/etc/passwd").read_text() == before


def test_a_uid_is_never_changed(machine: SlurmMachine, listed: dict[str, LocalUser]) -> None:
    put(machine, replace(listed["anna"], uid=3999), listed["ben"])
    found = program(machine)
    assert "refused: anna: has uid 3001 here and 3999 in the list; a uid is not changed" in found.stdout
    assert machine.run("id", "-u", "anna") == "3001"
    assert not may_sudo(machine, "anna"), "a refused user keeps no rights"


def test_links_in_a_home_lead_nowhere(machine: SlurmMachine, listed: dict[str, LocalUser]) -> None:
    """What a user puts into his home to have root write elsewhere."""
    shadow = machine.path("/etc/shadow").read_bytes()
    machine.sh("cd && rm -r .ssh && mkdir .ssh && ln -s /etc/shadow .ssh/authorized_keys", user="ben")
    machine.sh("cd && rm -r .ssh && mkdir -p /tmp/anna && ln -s /tmp/anna .ssh", user="anna")
    found = program(machine)
    assert found.returncode == 1
    assert "refused: ben: /home/ben/.ssh/authorized_keys is a link or no file" in found.stdout
    assert "refused: anna: /home/anna/.ssh is a link or no folder" in found.stdout
    assert (machine.path("/etc/shadow").read_bytes(), list(machine.path("/tmp/anna").iterdir())) == (shadow, [])
    machine.sh("cd && rm .ssh/authorized_keys && echo '# my own' > .ssh/authorized_keys", user="ben")
    machine.sh("rm ~anna/.ssh")
    done(machine)
    assert machine.sh("head -1 ~ben/.ssh/authorized_keys") == "# my own"
    assert [login(machine, name) for name in listed] == ["anna", "ben"]


def test_without_the_list_nothing_is_changed(machine: SlurmMachine, listed: dict[str, LocalUser]) -> None:
    before = machine.files(*OWN)
    for uri, content, fault in (
        ("s3://bucket/none.json", None, "cannot be fetched"),
        ("s3://bucket/bad.json", b'{"format": 1, "users"', "is no JSON"),
        ("s3://bucket/old.json", b'{"format": 2}', "is no list of users of format 1"),
    ):
        if content is not None:
            machine.object(uri, content)
        found = machine.program("local_users", "--list", uri)
        assert (found.returncode, fault in found.stderr, len(found.stderr.splitlines())) == (1, True, 1), found.stderr
    assert machine.files(*OWN) == before
    damaged = machine.path(FILE).read_text()
    machine.path(FILE).write_text("{")
    assert f"{FILE} is damaged" in program(machine).stderr
    machine.path(FILE).write_text(damaged)


def test_compute_nodes_leave_shared_folders_alone(machine: SlurmMachine, listed: dict[str, LocalUser]) -> None:
    machine.role("ComputeFleet", "q1")
    put(machine, *listed.values(), LocalUser(name="carl", uid=3005, origin="", keys=key(machine, "ben")))
    done(machine, "--go-on")
    assert machine.run("id", "-u", "carl") == "3005"
    assert not machine.path("/home/carl").exists()
    assert not machine.path("/sbo/data/scratch/carl").exists()


def test_two_nodes_make_the_same_homes_at_once(machine: SlurmMachine, listed: dict[str, LocalUser]) -> None:
    """Each has accounts of its own; /home is one."""
    many = [LocalUser(name=f"u{n}", uid=3100 + n, origin="", keys=key(machine, "anna")) for n in range(12)]
    put(machine, *listed.values(), *many)
    first, second = at_once(machine, "local_users", "--list", URI)
    assert (first.returncode, second.returncode) == (0, 0), first.stdout + second.stdout
    assert all(f"/home/u{n}/ made" in first.stdout + second.stdout for n in range(12))
    keys = {machine.path(f"/home/u{n}/.ssh/authorized_keys").read_text() for n in range(12)}
    assert len(keys) == 1
    assert keys.pop().count("ssh-ed25519") == 1
    left = [path.name for path in Path(machine.path("/home")).iterdir() if path.name.startswith(".")]
    assert left == []
    assert machine.sh("stat -c '%a %u' /home/u[0-9]*").splitlines() == [
        f"700 {one.uid}" for one in sorted(many, key=lambda u: u.name)
    ]
