"""Variables of SSH, services of the site, and job logs on their way to CloudWatch, on a machine with real systemd and sshd."""

import json
from pathlib import Path
from typing import Any

import pytest

from localcloud.machines import debian
from planning.node_settings import node_settings
from tests.nodes.debian_packages import unpack
from tests.nodes.slurm_machine import SlurmMachine
from tests.unit.test_settings import load_with

pytestmark = pytest.mark.nodes
_SSHD, _SERVICES, _JOBS = (f"s3://bucket/{name}.json" for name in ("sshd", "site_service", "job_environment"))
_CONF = "/etc/ssh/sshd_config.d/40-hpcstack.conf"
_AGENT = "/opt/aws/amazon-cloudwatch-agent"
# What the agent's own program does with a fragment, as far as this program sees it.
_CTL = f"""#!/bin/sh
echo "$*" >> /srv/agent-calls
d={_AGENT}/etc/amazon-cloudwatch-agent.d; mkdir -p $d
case "$*" in *append-config*) cp /etc/hpcstack/hpcstack-job-logs.json $d/file_hpcstack-job-logs.json;;
*remove-config*) rm $d/file_hpcstack-job-logs.json;; esac
"""


@pytest.fixture(scope="module")
def reachable(machine: SlurmMachine, tmp_path_factory: pytest.TempPathFactory) -> SlurmMachine:
    """A machine whose sshd takes alice's key."""
    unpack(machine, tmp_path_factory.mktemp("packages"), "openssh-client")
    machine.sh("ssh-keygen -A; systemctl start ssh; mkdir -p /run/sshd /data")
    machine.sh(
        "mkdir -m 700 ~/.ssh && ssh-keygen -qN '' -f ~/.ssh/id_ed25519 && cp ~/.ssh/id_ed25519.pub ~/.ssh/authorized_keys",
        user="alice",
    )
    return machine


def settings(machine: SlurmMachine, uri: str, **cluster: Any) -> None:
    """Put the settings of a program into the bucket as the stack does."""
    image = {"ami": "ami-0123456789abcdef0"}
    found = load_with(storage={"folders": [{"name": "data", "mountDir": "/data"}]}, cluster=cluster, image=image)
    (text,) = node_settings(found, "team").values()
    machine.object(uri, text.encode())


def run(machine: SlurmMachine, program: str, uri: str) -> str:
    done = machine.program(program, "--settings", uri)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def arrived(machine: SlurmMachine) -> set[str]:
    """What of three sent variables reaches a session."""
    sent = "HPC_ENVIRONMENT=one NEXUS_TOKEN=two OTHER=three"
    options = "-o BatchMode=yes -o StrictHostKeyChecking=no -o SendEnv='HPC_ENVIRONMENT NEXUS_TOKEN OTHER'"
    found = machine.sh(f"{sent} ssh {options} localhost env 2>/dev/null", user="alice")
    return {
        line for line in found.splitlines() if line.partition("=")[0] in ("HPC_ENVIRONMENT", "NEXUS_TOKEN", "OTHER")
    }


def test_listed_variables_arrive_and_others_do_not(reachable: SlurmMachine) -> None:
    assert arrived(reachable) == set()
    settings(reachable, _SSHD, sshd={"acceptEnv": ["NEXUS_TOKEN", "HPC_ENVIRONMENT"]})
    run(reachable, "sshd", _SSHD)
    assert arrived(reachable) == {"HPC_ENVIRONMENT=one", "NEXUS_TOKEN=two"}
    reachable.run("sshd", "-t")
    before, running = reachable.files("/etc/ssh"), reachable.processes("ssh")
    assert " 0 changes" in run(reachable, "sshd", _SSHD)
    assert (reachable.files("/etc/ssh"), reachable.processes("ssh")) == (before, running)
    assert "agentforwarding" not in reachable.path(_CONF).read_text().lower()


def test_a_login_node_has_it_too_and_a_compute_node_has_not(reachable: SlurmMachine) -> None:
    for kind, there in (("LoginNode", True), ("ComputeFleet", False)):
        reachable.sh(f"rm -f {_CONF}")
        reachable.role(kind, "q1")
        try:
            run(reachable, "sshd", _SSHD)
        finally:
            reachable.role("HeadNode")
        assert reachable.path(_CONF).exists() is there


def test_what_sshd_refuses_is_taken_back(reachable: SlurmMachine) -> None:
    run(reachable, "sshd", _SSHD)
    before = reachable.path(_CONF).read_text()
    settings(reachable, _SSHD, sshd={"acceptEnv": ["HPC_ENVIRONMENT", "NEW"]})
    reachable.write("/etc/ssh/sshd_config.d/30-other.conf", "NoSuchWord yes\n")
    done = reachable.program("sshd", "--settings", _SSHD)
    assert (done.returncode, reachable.path(_CONF).read_text()) == (1, before)
    assert "taken back" in done.stderr
    reachable.sh("rm /etc/ssh/sshd_config.d/30-other.conf")


@pytest.mark.parametrize("name", ["PYTHONPATH", "LD_PRELOAD", "PATH", "A\nPermitRootLogin yes", "*"])
def test_a_name_that_brings_code_is_refused_on_the_node_too(reachable: SlurmMachine, name: str) -> None:
    document = {"acceptEnv": [name], "allowAgentForwarding": False}
    reachable.object("s3://bucket/bad.json", json.dumps(document).encode())
    before = reachable.files("/etc/ssh")
    assert reachable.program("sshd", "--settings", "s3://bucket/bad.json").returncode == 1
    assert reachable.files("/etc/ssh") == before


def test_an_empty_list_takes_the_file_away(reachable: SlurmMachine) -> None:
    settings(reachable, _SSHD, sshd={})
    run(reachable, "sshd", _SSHD)
    assert not reachable.path(_CONF).exists()
    assert arrived(reachable) == set()


def test_a_service_waits_for_all_its_files(reachable: SlurmMachine) -> None:
    machine = reachable
    service: dict[str, Any] = {
        "name": "web",
        "command": "/usr/bin/python3",
        "args": [
            "-c",
            'import os, sys, time; open("/data/out/a b", "w").write(sys.argv[1]); time.sleep(999)',
            "100 %i $HOME",
        ],
        "config": "/data/web.conf",
        "inputs": ["/data/licence"],
        "writes": ["/data/out"],
        "port": 9000,
    }
    settings(machine, _SERVICES, siteServices=[service])
    machine.sh("install -d -m 1777 /data/out; touch /data/web.conf")
    run(machine, "site_service", _SERVICES)
    assert machine.try_("systemctl", "is-active", "site-web").stdout == "inactive\n"
    machine.sh("touch /data/licence")
    machine.wait("systemctl is-active -q site-web && test -s '/data/out/a b'")
    assert machine.path("/data/out/a b").read_text() == "100 %i $HOME"
    assert machine.sh("stat -c %U '/data/out/a b'") == "site-service"
    process = machine.processes("site-web")["site-web"]
    assert "NoNewPrivs:\t1" in machine.path(f"/proc/{process}/status").read_text()
    before, running = machine.files("/etc/systemd/system"), machine.processes("site-web")
    assert " 0 changes" in run(machine, "site_service", _SERVICES)
    assert (machine.files("/etc/systemd/system"), machine.processes("site-web")) == (before, running)
    machine.sh(f"kill -KILL {process}")
    machine.wait(f"systemctl is-active -q site-web && test $(systemctl show -p MainPID --value site-web) -ne {process}")


def test_a_service_that_the_stack_file_has_no_more_ends(reachable: SlurmMachine) -> None:
    other = {"name": "other", "command": "/usr/bin/sleep", "args": ["999"]}
    settings(reachable, _SERVICES, siteServices=[other])
    run(reachable, "site_service", _SERVICES)
    assert reachable.try_("systemctl", "is-active", "site-web", "site-other").stdout.split() == ["inactive", "active"]
    assert [path.name for path in sorted(reachable.path("/etc/systemd/system").glob("site-*"))] == [
        *("site-other.path", "site-other.service", "site-other.timer")
    ]


def test_an_image_without_a_runtime_is_told(reachable: SlurmMachine) -> None:
    settings(reachable, _SERVICES, siteServices=[{"name": "none", "image": "/data/box.sif"}])
    done = reachable.program("site_service", "--settings", _SERVICES)
    assert (done.returncode, "neither apptainer nor singularity" in done.stderr) == (1, True)
    settings(reachable, _SERVICES, siteServices=[{"name": "none", "image": "/data/box.tar"}])
    reachable.write("/usr/bin/podman", "#!/bin/sh\n", 0o755)
    done = reachable.program("site_service", "--settings", _SERVICES)
    assert (done.returncode, "crun, by which podman runs it, is not on this node" in done.stderr) == (1, True)
    reachable.sh("rm /usr/bin/podman")


def test_a_service_is_a_container_of_apptainer(reachable: SlurmMachine, tmp_path: Path) -> None:
    """Its user's, which sees what it was given and writes only where it may."""
    if debian.SUITE == debian.OWN_SUITE:
        pytest.skip(f"Debian {debian.SUITE} has no Apptainer; sid has: just test-nodes sid")
    machine = reachable
    unpack(machine, tmp_path, "apptainer", "squashfs-tools", "squashfuse", "fuse3", "busybox-static")
    # A node has it; machines that are containers have not.
    machine.sh("mknod -m 666 /dev/fuse c 10 229; mkdir -p /srv/box/bin /srv/box/.singularity.d /data/images")
    machine.write("/srv/box/.singularity.d/runscript", '#!/bin/sh\nexec "$@"\n', 0o755)
    machine.sh(
        "cp /bin/busybox /srv/box/bin; for name in sh id cat grep sleep; do ln -s busybox /srv/box/bin/$name; done"
    )
    machine.sh("install -d -m 1777 /data/out; echo one > /data/box.conf; chmod 666 /data/box.conf")
    shell = 'cat $SITE_SERVICE_CONFIG; id -u; echo "$0"; grep CapEff /proc/self/status; echo > /data/box.conf; echo > /etc/new'
    service = {
        "name": "box",
        "image": "/data/images/box.sif",
        "args": ["/bin/sh", "-c", f"{{ {shell}; }} > /data/out/told 2>&1; exec sleep 999", "100 %i $HOME"],
        "config": "/data/box.conf",
        "writes": ["/data/out"],
        "user": "boxer",
    }
    settings(machine, _SERVICES, siteServices=[service])
    run(machine, "site_service", _SERVICES)
    assert machine.try_("systemctl", "is-active", "site-box").stdout == "inactive\n"
    machine.sh("apptainer -s build /data/made.sif /srv/box && mv /data/made.sif /data/images/box.sif")
    machine.wait("grep -sqF /etc/new /data/out/told")
    told = machine.path("/data/out/told").read_text().splitlines()
    assert told[:4] == ["one", machine.run("id", "-u", "boxer"), "100 %i $HOME", "CapEff:\t0000000000000000"]
    assert ["Read-only file system" in line for line in told[4:]] == [True] * 2
    settings(machine, _SERVICES, siteServices=[{"name": "last", "command": "/usr/bin/sleep", "args": ["9"]}])
    run(machine, "site_service", _SERVICES)
    assert machine.try_("systemctl", "is-active", "site-box").stdout == "inactive\n"


def test_the_agent_follows_job_logs_once(reachable: SlurmMachine) -> None:
    settings(reachable, _JOBS, jobEnvironment={"folder": "data"})
    done = reachable.program("job_environment", "--settings", _JOBS)
    assert (done.returncode, "amazon-cloudwatch-agent-ctl is not on this node" in done.stderr) == (1, True)
    reachable.write(f"{_AGENT}/bin/amazon-cloudwatch-agent-ctl", _CTL, 0o755)
    run(reachable, "job_environment", _JOBS)
    assert " 0 changes" in run(reachable, "job_environment", _JOBS)
    assert reachable.path("/srv/agent-calls").read_text().count("append-config") == 1
    fragment = json.loads(reachable.path("/etc/hpcstack/hpcstack-job-logs.json").read_text())
    listed = fragment["logs"]["logs_collected"]["files"]["collect_list"]
    assert {one["log_group_name"] for one in listed} == {"/hpcstack/team/jobs"}
    assert all(one["publish_multi_logs"] for one in listed)
    assert "/data/slurm/logs/**/*-stdout*.txt" in [one["file_path"] for one in listed]
    settings(reachable, _JOBS, jobEnvironment={"folder": "data", "logs": {"cloudWatch": False}})
    run(reachable, "job_environment", _JOBS)
    assert "remove-config" in reachable.path("/srv/agent-calls").read_text()
    assert not reachable.path("/etc/hpcstack/hpcstack-job-logs.json").exists()
