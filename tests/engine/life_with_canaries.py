"""A life of two stacks in which every secret is a canary: what was printed, asked, run and left behind is kept for the search."""

import contextlib
import csv
import json
import os
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from localcloud.emulator import recording
from tests.canaries.account import Place, everything
from tests.canaries.processes import Sampler

ROOT = Path(__file__).resolve().parent.parent.parent
PREPARE = """
import json
from localcloud import demo, paths, stack
engine, env, running = demo.prepare()
stack.init("dev", engine, env, paths.ROOT / "Pulumi.dev.yaml", running)
print(json.dumps({"pulumi": str(engine.pulumi), "env": env, "endpoint": running.endpoint}))
"""
VERBOSE = ("-v=6", "--logtostderr", "--logflow", "--debug", "--diff", "--show-full-output")
GIVEN = {
    # By their old names: the passwords of the applications database, and of the directory's administrator.
    "local": ("db_password",),
    "dev": ("DomainPW", "applicationsDatabasePassword", "slurmDatabasePassword"),
}
FAULT = {"fault": "error", "service": "rds", "operation": "CreateDBInstance", "times": 1000}
"""Every try to make a database fails: the stand-in has to tell it, with the password among the inputs."""


def sign() -> str:
    """A password that every service takes, and that no encoding leaves as it is."""
    return f"Aa1&<b>%+=#\\{uuid.uuid4().hex[:16]}"


@dataclass
class Life:
    """`folder` holds the state folder of a local cloud, and everything else that the run wrote."""

    folder: Path
    canaries: dict[str, str] = field(default_factory=dict, repr=False)
    shown: list[Place] = field(default_factory=list, repr=False)
    """What commands printed."""
    account: list[Place] = field(default_factory=list, repr=False)
    """What could be read in the emulated account while both stacks were there."""
    sampler: Sampler = field(default_factory=Sampler, repr=False)
    credentials: Path | None = None
    prepared: dict[str, Any] = field(default_factory=dict, repr=False)
    began: float = field(default_factory=time.time)

    @property
    def given(self) -> list[str]:
        """Names of the canaries that stand in stack files."""
        return [f"{key} of {stack}" for stack, keys in GIVEN.items() for key in keys]

    @property
    def state(self) -> Path:
        return self.folder / ".localcloud"

    @property
    def temporary(self) -> Path:
        return self.folder / "tmp"

    @property
    def requests(self) -> Path:
        return self.folder / "requests"

    @property
    def calls(self) -> Path:
        """Where pulumi would write every call, if the local cloud let it."""
        return self.folder / "calls"

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "HPCSTACK_LOCALCLOUD_DIR": str(self.state),
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(self.temporary),
            recording.VARIABLE: str(self.requests),
            "PULUMI_DEBUG_COMMANDS": "true",
            "PULUMI_DEBUG_GRPC": str(self.calls),
            **{f"LOCALCLOUD_{what}_SECONDS": "0.5" for what in ("BOOT", "BUILD", "STEP", "FLEET_STEP")},
        }

    def run(self, *arguments: str, fails: bool = False) -> str:
        """`python -m localcloud …`, as the recipes do; what it prints is kept."""
        return self._kept([sys.executable, "-m", "localcloud", *arguments], self.environment(), fails)

    def pulumi(self, *arguments: str) -> str:
        """The engine itself in the environment of the local cloud; what it prints is kept."""
        return self._kept([self.prepared["pulumi"], *arguments, "--non-interactive"], self.prepared["env"], False)

    def client(self, service: str) -> Any:
        endpoint = self.prepared["endpoint"]
        login = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        return boto3.client(service, endpoint_url=endpoint, region_name="us-east-1", **login)

    def _kept(self, command: list[str], environment: dict[str, str], fails: bool) -> str:
        done = subprocess.run(
            command, env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        name = " ".join(command[1:])
        self.shown += [(f"standard output of {name}", done.stdout), (f"standard error of {name}", done.stderr)]
        assert (done.returncode != 0) == fails, (done.stdout + done.stderr).decode(errors="replace")[-4000:]
        return done.stdout.decode()


def live(folder: Path) -> Iterator[Life]:
    """The whole life; yields when both stacks are destroyed and the local cloud still runs, and ends that afterwards."""
    life = Life(folder)
    life.temporary.mkdir()
    try:
        with life.sampler.running():
            _live(life)
        yield life
    finally:
        if life.credentials:
            life.credentials.unlink(missing_ok=True)
        life.run("demo-down")


def _live(life: Life) -> None:
    life.prepared = json.loads(life._kept([sys.executable, "-c", PREPARE], life.environment(), False))
    life.shown.clear()  # The environment in which pulumi runs: not what a command prints.
    life.canaries["passphrase"] = (life.state / "passphrase").read_text()
    life.canaries["jumpHostPrivateKey"] = (life.state / "jumphost/client_key").read_text()
    for stack, keys in GIVEN.items():
        for key in keys:
            _give(life, stack, key)
    users = '{"prefix": "canary", "count": 2, "group": "canaries"}'
    life.run("pulumi", "up", "local", "--yes", "--skip-preview", *VERBOSE, "-c", f"hpcstack:users={users}")
    _create_users(life)
    life.run("pulumi", "preview", "local", "--json", "--debug", "--save-plan", str(life.folder / "plan"))
    life.run("pulumi", "refresh", "local", "--yes", "--skip-preview", "--tracing", f"file:{life.folder / 'trace'}")
    _look(life)
    _fail(life)
    _note_generated(life)
    life.account = list(everything(life.client))
    life.run("pulumi", "destroy", "dev", "--yes", "--skip-preview", "--json", "-v=6")
    life.run("pulumi", "destroy", "local", "--yes", "--skip-preview", *VERBOSE)
    for stack in GIVEN:
        life.pulumi("stack", "export", "--stack", stack)


def _give(life: Life, stack: str, key: str) -> None:
    """Set a secret of the stack file, as a user does: not on the command line."""
    life.canaries[f"{key} of {stack}"] = sign()
    command = [life.prepared["pulumi"], "config", "set", "--secret", f"hpcstack:{key}", "--stack", stack]
    subprocess.run(
        [*command, "--config-file", str(life.state / f"Pulumi.{stack}.yaml"), "--non-interactive"],
        input=life.canaries[f"{key} of {stack}"],
        env=life.prepared["env"],
        cwd=ROOT,
        text=True,
        check=True,
    )


def _create_users(life: Life) -> None:
    """One more than the stack has: all their passwords come home in one file."""
    words = life.run("create-users", "3", "local").split()
    (stored,) = (Path(word) for word in words if word.endswith(".csv"))
    life.credentials = stored if stored.is_absolute() else ROOT / stored
    with life.credentials.open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3
    life.canaries |= {f"password of {row['name']}": row["password"] for row in rows}


def _look(life: Life) -> None:
    """What a user looks at."""
    life.run("pulumi", "outputs", "local", "--json")
    life.run("status", "local")
    life.pulumi("stack", "output", "--json", "--stack", "local")
    life.pulumi("stack", "export", "--stack", "local")
    life.pulumi("stack", "history", "--json", "--stack", "local")
    life.pulumi("stack", "graph", "--stack", "local", str(life.folder / "graph"))
    file = str(life.state / "Pulumi.local.yaml")
    life.pulumi("config", "--json", "--stack", "local", "--config-file", file)


def _fail(life: Life) -> None:
    """Stack dev on the local jump host: its directory is one that the emulator only describes, so the tool cannot reach it."""
    daemon = json.loads((life.state / "run/jumphost.json").read_text())["info"]
    host_key = " ".join((life.state / "jumphost/host_key.pub").read_text().split()[:2])
    jump_host = {
        "kind": "existing",
        "host": daemon["host"],
        "port": daemon["port"],
        "user": "root",
        "hostKey": host_key,
    }
    overrides = {"region": "us-east-1", "jumpHost": json.dumps(jump_host), "image": '{"os": "ubuntu2404"}'}
    words = [word for key, value in overrides.items() for word in ("-c", f"hpcstack:{key}={value}")]
    with _fault(life):
        flags = ("--yes", "--skip-preview", "--continue-on-error", *VERBOSE)
        life.run("pulumi", "up", "dev", "--local", *flags, *words, fails=True)
    failed = b"".join(text for _, text in life.shown[-2:]).decode()
    for part in ("does not answer as a domain controller", "injected by the local cloud) (operation CreateDBInstance)"):
        assert part in failed, f"up did not fail as it should: no {part!r} in {failed[-4000:]}"


@contextlib.contextmanager
def _fault(life: Life) -> Iterator[None]:
    address = f"{life.prepared['endpoint']}/localcloud/faults"
    urllib.request.urlopen(urllib.request.Request(address, json.dumps(FAULT).encode(), method="POST")).close()
    try:
        yield
    finally:
        urllib.request.urlopen(urllib.request.Request(address, method="DELETE")).close()


def _note_generated(life: Life) -> None:
    """The secrets that were made by the program and by the local cloud."""
    secrets = life.client("secretsmanager")
    for secret in secrets.list_secrets()["SecretList"]:
        value = secrets.get_secret_value(SecretId=secret["ARN"])["SecretString"]
        if value not in life.canaries.values():
            life.canaries[f"secret {secret['Name']}"] = value
