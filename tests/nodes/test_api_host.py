"""The API host's user data on a machine with real systemd, with real boto3 and an emulated AWS in the machine's own network.

A recording `mount.efs` stands for amazon-efs-utils, a recording `apt-get` for Ubuntu's archive, and a program of ours with the
checksum that the stack file says for GitLab's runner. podman is not here: tests/unit/test_program_api_host.py
has what its unit would run.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localcloud.machines import environments
from scripts.api_host import bundle
from tests.nodes.slurm_machine import SlurmMachine

pytestmark = pytest.mark.nodes
ROOT = Path(__file__).resolve().parent.parent.parent
BUCKET, REGION, ENDPOINT = "team", "eu-west-1", "http://127.0.0.1:5000"
AWS = {
    "AWS_ENDPOINT_URL": ENDPOINT,
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": REGION,
}
APT = '#!/bin/sh\necho "$@" >> /srv/apt\n'
MOUNT = '#!/bin/sh\necho "$@" >> /srv/mounts\nmkdir -p /srv/efs\nexec mount --bind /srv/efs "$2"\n'
RUNNER = """#!/bin/sh
echo "$@" >> /srv/runner
case $1 in
register) [ "${CI_SERVER_TOKEN%secret}" = glrt- ] || { echo "token refused: $CI_SERVER_TOKEN" >&2; exit 1; }
    umask 077; mkdir -p /etc/gitlab-runner; echo "url = \\"$CI_SERVER_URL\\"" > /etc/gitlab-runner/config.toml ;;
run) exec sleep infinity ;;
esac
"""
SERVICE = """#!/bin/sh
id -un > /tmp/service-ran-as
exec /usr/bin/python3 -c 'import os, pathlib, time
folder = pathlib.Path(os.environ["SECRETS_DIRECTORY"])
told = {"secrets": {one.name: [one.read_text(), oct(one.stat().st_mode & 0o777)] for one in folder.iterdir()}}
told |= {"variables": [os.environ[name] for name in ("PORT", "SLURMREST_URL", "SLURMREST_CA_FILE", "ODD")]}
pathlib.Path("/var/lib/told/told.json").write_text(__import__("json").dumps(told))
time.sleep(100000)'
"""
FSTAB = "fs-0123456789abcdef0:/ /shared efs _netdev,nofail,tls,accesspoint=fsap-0123456789abcdef0 0 0"
CA_FILE, AUTHORITY = "/etc/hpcstack/slurmrest-ca.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
ODD = "a $HOME %n `id` \"q\" 'p' \\"
WRITTEN = ("/etc/systemd/system", "/etc/hpcstack", "/etc/fstab", "/etc/passwd", "/etc/apt", "/etc/gitlab-runner")


@pytest.fixture(scope="module")
def host(machine: SlurmMachine) -> Iterator[SlurmMachine]:
    """With an AWS that answers on its loopback, and what stands in."""
    packages = environments.packages("cookbook_virtualenv")
    machine.write("/usr/lib/python3/dist-packages/boto.pth", f"{packages}\n")
    machine.write("/usr/local/sbin/apt-get", APT, 0o755)
    machine.write("/usr/sbin/mount.efs", MOUNT, 0o755)
    machine.write("/usr/local/bin/service", SERVICE, 0o755)
    machine.write("/usr/local/bin/gitlab-runner", RUNNER, 0o755)
    machine.sh("install -d -m 1777 /var/lib/told")
    variables = " ".join(f"{name}={value}" for name, value in AWS.items())
    machine.write("/etc/systemd/system.conf.d/aws.conf", f"[Manager]\nDefaultEnvironment={variables}\n")
    machine.run("systemctl", "daemon-reexec")
    inside = ["nsenter", "-t", str(machine.leader), "-n"]
    server = subprocess.Popen(
        [*inside, sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "5000"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        machine.wait(f"curl -sf -o /dev/null {ENDPOINT}/moto-api/data.json")
        yield machine
    finally:
        server.kill()
        server.wait()


class Cloud:
    """The machine's AWS, asked by the machine's own boto3."""

    def __init__(self, machine: SlurmMachine) -> None:
        self._machine = machine
        self._ask("s3", "create_bucket", Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})

    def secret(self, name: str, text: str) -> str:
        return str(self._ask("secretsmanager", "create_secret", Name=name, SecretString=text)["ARN"])

    def rotate(self, arn: str, text: str) -> None:
        self._ask("secretsmanager", "put_secret_value", SecretId=arn, SecretString=text)

    def remove(self, arn: str) -> None:
        self._ask("secretsmanager", "delete_secret", SecretId=arn, ForceDeleteWithoutRecovery=True)

    def put(self, name: str, content: bytes) -> str:
        """Under its hash, as components.bucket does."""
        key = f"scripts/{hashlib.sha256(content).hexdigest()[:16]}/api_host/{name}"
        self._machine.path("/tmp/object").write_bytes(content)
        self._ask("s3", "put_object", Bucket=BUCKET, Key=key, Body="/tmp/object")
        return f"s3://{BUCKET}/{key}"

    def _ask(self, service: str, method: str, **given: Any) -> dict[str, Any]:
        code = (
            "import boto3, json, sys\ngiven = json.load(sys.stdin)\n"
            "given = {k: open(v, 'rb').read() if k == 'Body' else v for k, v in given.items()}\n"
            f"print(json.dumps(boto3.client('{service}').{method}(**given), default=str))"
        )
        variables = [f"{name}={value}" for name, value in AWS.items()]
        return dict(json.loads(self._machine.run("env", *variables, "python3", "-c", code, given=json.dumps(given))))


@pytest.fixture(scope="module")
def cloud(host: SlurmMachine) -> Cloud:
    return Cloud(host)


@pytest.fixture(scope="module")
def told(cloud: Cloud) -> dict[str, Any]:
    """The host's configuration, as planning.api_host makes it."""
    return {
        "region": REGION,
        "mounts": [
            {
                "fileSystemId": "fs-0123456789abcdef0",
                "accessPointId": "fsap-0123456789abcdef0",
                "directory": "/shared",
                "readOnly": False,
                "iam": False,
            }
        ],
        "slurmUrl": "https://head.cluster.internal:8082",
        "slurmCaCertificate": AUTHORITY,
        "service": {
            "image": None,
            "command": ["/usr/local/bin/service", "100% $HOME"],
            "user": "api",
            "port": 8000,
            "environment": {"ODD": ODD},
            "secrets": {"slurm-jwt-key": cloud.secret("key", "0123456789abcdef" * 4), "db": cloud.secret("db", "it's")},
        },
        "runner": {
            "url": "https://gitlab.example.org",
            "tokenSecretArn": cloud.secret("runner", "glrt-secret"),
            "version": "18.5.0",
            "sha256": hashlib.sha256(RUNNER.encode()).hexdigest(),
        },
    }


def first_boot(
    host: SlurmMachine, cloud: Cloud, told: dict[str, Any], *packages: str
) -> "subprocess.CompletedProcess[str]":
    host.write("/tmp/user-data", (ROOT / "scripts/api_host/user-data.sh").read_text(), 0o755)
    uris = [cloud.put("api-host.pyz", bundle.build()), cloud.put("configuration.json", json.dumps(told).encode())]
    variables = [f"{name}={value}" for name, value in AWS.items()]
    return host.try_("env", *variables, "/tmp/user-data", *uris, REGION, *packages)


def test_the_first_boot_mounts_by_tls_and_access_point(host: SlurmMachine, cloud: Cloud, told: dict[str, Any]) -> None:
    done = first_boot(host, cloud, told)
    assert done.returncode == 0, done.stdout + done.stderr
    assert FSTAB in host.path("/etc/fstab").read_text().splitlines()
    (called,) = host.path("/srv/mounts").read_text().splitlines()
    source, directory, _, options = called.split(" ", 3)
    assert (source, directory) == ("fs-0123456789abcdef0:/", "/shared")
    assert {"tls", "accesspoint=fsap-0123456789abcdef0"} <= set(options.split(","))
    assert "python3-boto3" in host.path("/srv/apt").read_text()
    # What a job wrote is read at the runner's path.
    host.sh("echo result > /srv/efs/result; chmod 0644 /srv/efs/result; chown alice: /srv/efs/result")
    assert host.run("cat", "/shared/result", user="gitlab-runner") == "result"


def test_the_service_runs_as_its_user_with_its_secrets_in_memory(host: SlurmMachine) -> None:
    host.wait("test -s /var/lib/told/told.json")
    found = json.loads(host.path("/var/lib/told/told.json").read_text())
    assert found["secrets"] == {"slurm-jwt-key": ["0123456789abcdef" * 4, "0o400"], "db": ["it's", "0o400"]}
    assert found["variables"] == ["8000", "https://head.cluster.internal:8082", CA_FILE, ODD]
    assert host.run("cat", CA_FILE, user="api") + "\n" == AUTHORITY
    main = host.run("systemctl", "show", "-p", "MainPID", "--value", "api")
    assert host.run("ps", "-o", "user=", "-p", main) == "api"
    assert host.run("stat", "-f", "-c", "%T", "/run/hpcstack-api") == "tmpfs"
    assert host.try_("cat", "/run/hpcstack-api/db", user="alice").returncode != 0


def test_no_secret_is_written_down(host: SlurmMachine) -> None:
    texts = "0123456789abcdef0123456789abcdef0123456789abcdef\\|glrt-secret"
    assert host.try_("grep", "-rlI", texts, "/etc", "/var/log", "/usr/local", "/tmp/user-data").stdout == ""
    assert "glrt-secret" not in host.path("/srv/runner").read_text()


def test_a_second_run_changes_nothing(host: SlurmMachine, cloud: Cloud, told: dict[str, Any]) -> None:
    before, running = host.files(*WRITTEN), host.processes("api", "gitlab-runner")
    again = first_boot(host, cloud, told)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "0 changes" in again.stderr
    after = host.files(*WRITTEN)
    fetched = {
        name for name in after if name.endswith("/api-host.json")
    }  # the user data's own: the same content, written anew
    assert {name: state for name, state in after.items() if name not in fetched} == {
        name: state for name, state in before.items() if name not in fetched
    }
    assert host.processes("api", "gitlab-runner") == running
    assert host.path("/etc/fstab").read_text().count(FSTAB) == 1
    assert len(host.path("/srv/mounts").read_text().splitlines()) == 1


def test_a_killed_service_comes_again_and_reads_a_rotated_secret(
    host: SlurmMachine, cloud: Cloud, told: dict[str, Any]
) -> None:
    cloud.rotate(told["service"]["secrets"]["db"], "rotated")
    host.path("/var/lib/told/told.json").unlink()
    host.run("systemctl", "kill", "-s", "KILL", "api")
    host.wait("test -s /var/lib/told/told.json")
    assert json.loads(host.path("/var/lib/told/told.json").read_text())["secrets"]["db"][0] == "rotated"


def test_a_secret_that_is_gone_is_named_and_nothing_of_the_others_is_left(
    host: SlurmMachine, cloud: Cloud, told: dict[str, Any]
) -> None:
    arn = cloud.secret("late", "late")
    late = {**told, "service": {**told["service"], "secrets": {"late": arn, **told["service"]["secrets"]}}}
    cloud.remove(arn)
    done = first_boot(host, cloud, late)
    assert done.returncode == 1
    assert "api.service" in done.stderr or "systemctl" in done.stderr
    host.wait(f"journalctl -u api --no-pager | grep -q 'api-host: secret {arn} cannot be read'")
    assert not host.path("/run/hpcstack-api/db").exists()


def test_a_runner_of_another_checksum_is_not_taken(host: SlurmMachine, cloud: Cloud, told: dict[str, Any]) -> None:
    other = {**told, "runner": {**told["runner"], "sha256": "0" * 64}}
    done = first_boot(host, cloud, other)
    assert done.returncode == 1
    assert "gitlab-runner-linux-" in done.stderr
    assert "apiHost.gitlabRunner.version" in done.stderr
    assert (
        hashlib.sha256(host.path("/usr/local/bin/gitlab-runner").read_bytes()).hexdigest() == told["runner"]["sha256"]
    )


def test_usage_is_told(host: SlurmMachine) -> None:
    assert host.try_("/tmp/user-data").returncode == 2
    assert host.try_("/usr/local/sbin/api-host", "token", "../x").returncode == 2
