"""The controllers' own program on two machines that boot systemd: from first boot to the loss of both.

The tests are one story, in this order; each goes on where the one before it ended.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.domain_controllers import system
from tests.domain_controllers.estate import ADMIN_PASSWORD, BUCKET, DOMAIN, NEW_PASSWORD, REGION, THIRD_PASSWORD
from tests.domain_controllers.machines import CGROUPS, Machine, Network
from tests.domain_controllers.services import Services

pytestmark = [pytest.mark.directory, pytest.mark.story]
_ROOT = Path(__file__).resolve().parent.parent.parent
_PROGRAM = ("python3", "/usr/local/lib/hpcstack/controller.pyz")
_FIRST_BOOT = _ROOT / "scripts/domain_controller/user-data.sh"
_USERS = 10


class Domain:
    def __init__(self, room: Path) -> None:
        self.room, self.network = room, Network()
        self.services = Services(self.network, room)
        base = system.root_file_system()
        self.dc1, self.dc2 = (Machine(name, self.network, base, room) for name in ("dc1", "dc2"))
        self.passwords: dict[str, str] = {}
        self.admin_password = ADMIN_PASSWORD

    def start(self) -> None:
        self.network.start()
        self.services.start()
        self.client(sys.executable, "-m", "tests.domain_controllers.estate", str(self.room))

    def stop(self) -> None:
        for machine in (self.dc1, self.dc2):
            machine.lose()
        self.services.stop()
        self.network.stop()

    def client(self, *command: str, given: str = "") -> str:
        done = subprocess.run(
            self.services.inside(*command), cwd=_ROOT, input=given, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def first_boot(self, machine: Machine, code: int = 0) -> str:
        """What cloud-init does on an instance; what the program says."""
        machine.start()
        shutil.copy(_FIRST_BOOT, machine.root / "root/user-data.sh")
        arguments = (BUCKET, f"directory/{machine.name}.json", REGION, "--wait", "5")
        done = machine.run("bash", "/root/user-data.sh", *arguments)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stderr

    def change_administrator(self, password: str) -> None:
        """In the stack's secret."""
        self.client(sys.executable, "-m", "tests.domain_controllers.estate", "--administrator", password)
        self.admin_password = password

    def make_users(self, prefix: str) -> None:
        """By the directory tool, on both controllers at once."""
        file = self.room / f"{prefix}.csv"
        servers = f"{self.dc1.address},{self.dc2.address}"
        series = ("--prefix", prefix, "--count", str(_USERS), "--group", "hpcusers", "--verify", "all")
        self.client(
            *("/usr/bin/python3", "-m", "scripts.directory", "create", "--domain", DOMAIN, "--server", servers),
            *(*series, "--credentials-file", str(file), "--progress", "lines"),
            given=json.dumps({"adminPassword": self.admin_password}),
        )
        lines = file.read_text().split()[1:]
        self.passwords |= dict(line.split(",")[:2] for line in lines)
        for machine in (self.dc1, self.dc2):
            until(lambda machine=machine: set(self.passwords) <= users(machine))


def users(machine: Machine) -> set[str]:
    return set(machine.run("samba-tool", "user", "list").stdout.split())


def until(holds: Callable[[], bool], pause: float = 1) -> None:
    end = time.monotonic() + 900
    while not holds():
        assert time.monotonic() < end
        time.sleep(pause)


def run(machine: Machine, *arguments: str, code: int = 0) -> str:
    done = machine.run(*_PROGRAM, *arguments)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def holds_as(machine: Machine) -> str:
    """The name under which it serves its domain."""
    return re.findall(r"holds the domain as (\w+)", run(machine, "status"))[0]


def logs_on(machine: Machine, name: str, password: str) -> bool:
    """Whether this controller takes a password, over LDAPS with its certificate checked."""
    secret = machine.root / "root/password"
    secret.write_text(password)
    done = machine.run(
        *("env", "LDAPTLS_CACERT=/etc/hpcstack/tls/ca.pem", "LDAPTLS_REQCERT=demand"),
        *(
            "ldapsearch",
            "-x",
            "-H",
            f"ldaps://{machine.name}.{DOMAIN}",
            "-D",
            f"{name}@{DOMAIN}",
            "-y",
            "/root/password",
        ),
        *("-s", "base", "-b", "", "defaultNamingContext"),
    )
    secret.unlink()
    return done.returncode == 0


@pytest.fixture(scope="module")
def domain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Domain]:
    if os.geteuid() != 0:
        pytest.skip("needs root: machines are containers with a network of their own")
    if CGROUPS is None:
        pytest.skip("needs control groups of version 2")
    system.install_tools()
    made = Domain(tmp_path_factory.mktemp("machines"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


def test_the_founder_makes_the_domain(domain: Domain) -> None:
    said = domain.first_boot(domain.dc1)
    assert f"make the domain {DOMAIN}" in said
    assert logs_on(domain.dc1, "Administrator", ADMIN_PASSWORD)
    assert not logs_on(domain.dc1, "Administrator", "wrong")
    rules = domain.dc1.run("samba-tool", "domain", "passwordsettings", "show").stdout
    assert re.findall(r"(?:Minimum password length|password age \(days\)): (\d+)", rules) == ["10", "0", "0"]


def test_the_other_one_joins(domain: Domain) -> None:
    said = domain.first_boot(domain.dc2)
    assert "join the domain" in said
    assert "introduce this controller" in said
    for machine in (domain.dc1, domain.dc2):
        run(machine, "converge")
        assert "controllers dc1, dc2" in run(machine, "status")


def test_a_second_run_changes_nothing(domain: Domain) -> None:
    for machine in (domain.dc1, domain.dc2):
        assert run(machine, "converge", "--dry-run").endswith("converge: would make 0 changes\n")
        assert run(machine, "converge").endswith("converge: 0 changes\n")


def test_no_secret_is_left_where_it_does_not_belong(domain: Domain) -> None:
    for machine in (domain.dc1, domain.dc2):
        found = machine.run(
            "grep", "-rIl", ADMIN_PASSWORD, "/etc", "/root", "/run", "/var/log", "/var/lib/hpcstack", "/tmp"
        )
        assert found.stdout == ""
        mode = machine.run("stat", "-c", "%a %U", "/etc/hpcstack/tls/server.key").stdout.split()
        assert mode == ["600", "root"]


def test_systemd_takes_the_units_and_has_the_timers(domain: Domain) -> None:
    units = [f"hpcstack-{name}.{kind}" for name in ("controller", "directory-backup") for kind in ("service", "timer")]
    verified = domain.dc1.run("systemd-analyze", "verify", *units)
    assert (verified.returncode, verified.stderr) == (0, "")
    timers = domain.dc1.run("systemctl", "list-timers", "--no-legend").stdout
    assert all(unit in timers for unit in units if unit.endswith("timer"))


def test_the_directory_tool_works_on_both(domain: Domain) -> None:
    domain.make_users("u")
    for machine in (domain.dc1, domain.dc2):
        assert all(logs_on(machine, name, password) for name, password in list(domain.passwords.items())[:3])


def test_a_changed_secret_reaches_the_domain(domain: Domain) -> None:
    domain.change_administrator(NEW_PASSWORD)
    run(domain.dc1, "converge")
    # By this run or by the timer's.
    log = (domain.dc1.root / "var/log/hpcstack-controller.log").read_text()
    assert log.count("give the administrator the password of the stack's secret") == 1
    assert NEW_PASSWORD not in log
    # Of the former one nothing is said: Samba takes it for an hour more ("old password allowed period", smb.conf).
    assert logs_on(domain.dc1, "Administrator", NEW_PASSWORD)
    assert run(domain.dc1, "converge").endswith("converge: 0 changes\n")


def test_a_lost_founder_joins_what_is_left(domain: Domain) -> None:
    domain.dc1.lose()
    assert "dc2 (10.79.0.12), holds the domain as dc2" in run(domain.dc2, "status")
    assert "take all roles for dc2" in run(domain.dc2, "seize")
    with ThreadPoolExecutor(1) as aside:
        booted = aside.submit(domain.first_boot, domain.dc1)
        # What its timer does within five minutes; the newcomer waits for it.
        until(lambda: "restart samba-ad-dc for the new dc1" in run(domain.dc2, "converge") or booted.done(), pause=10)
        said = booted.result()
    assert "make the domain" not in said
    assert "dc1 is lost" in said
    log = (domain.dc2.root / "var/log/hpcstack-controller.log").read_text()
    assert log.count("restart samba-ad-dc for the new dc1") == 1
    assert set(domain.passwords) <= users(domain.dc1)
    refused = run(domain.dc1, "seize", code=2)
    assert "two holders would harm the domain" in refused
    domain.make_users("v")


def test_a_domain_comes_back_from_a_backup_when_both_are_lost(domain: Domain) -> None:
    run(domain.dc2, "backup")
    # Later than the backup: the domain that comes back takes it all the same.
    domain.change_administrator(THIRD_PASSWORD)
    for machine in (domain.dc1, domain.dc2):
        machine.lose()
    assert "restore --backup latest" in domain.first_boot(domain.dc1, code=3)
    assert "as dc1r" in run(domain.dc1, "restore", "--backup", "latest")
    said = domain.first_boot(domain.dc2)
    assert "join the domain" in said
    assert "make the domain" not in said
    # What its timer does; it drops its temporary name once the other one has introduced itself.
    until(lambda: bool(run(domain.dc1, "converge")) and holds_as(domain.dc1) == "dc1", pause=10)
    for machine in (domain.dc1, domain.dc2):
        run(machine, "converge")
        assert "controllers dc1, dc2" in run(machine, "status")
        assert set(domain.passwords) <= users(machine)
        assert all(logs_on(machine, name, password) for name, password in list(domain.passwords.items())[-5:])
        assert not logs_on(machine, next(iter(domain.passwords)), "wrong")
    domain.make_users("w")
