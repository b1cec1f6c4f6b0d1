"""Two examples go up side by side on a local cloud whose machines boot, as a user takes them up, and their clusters run jobs.

bluebrain: three queues, users of a list, the environment and the logs of jobs, accounting. slurm-rest: a service on the API host
submits jobs by Slurm's REST API for a user of a directory, which the example lacks: it is the local cloud's own.
"""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from localcloud import packages, services
from scripts.operator import slurm_token
from tests.emulator.rig import until
from tests.engine.local_cloud import ROOT, LocalCloud
from tests.nodes import booted_cluster, image_root

pytestmark = [pytest.mark.nodes, pytest.mark.directory]
_SECONDS = 900
_UP_SECONDS, _END_SECONDS = 1800, 120
_MOST = {"PROCESSORS": "2", "MEMORY_MIB": "900", "NODES": "2"}
"""Sizes of the local cloud's own: the examples' nodes have up to 192 processors."""
_USER = "demo0001"
_REST, _AUTHORITY = "https://head.slurm-rest.internal:8082", "/etc/hpcstack/slurmrest-ca.pem"
_FINAL = [
    [state]
    for state in ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "BOOT_FAIL", "OUT_OF_MEMORY", "DEADLINE")
]
"""States of jobs that change no more; `CANCELLED by 0` has more words."""
_QUEUES = ("debug", "prod-mpi", "prod-batch")
_JOB = """#!/bin/bash
echo "$(id -un) $(id -gn) $SLURM_JOB_PARTITION $TMPDIR $TMOUT $(stat -c %U:%a $TMPDIR) $(srun hostname)"
"""


@dataclass(frozen=True)
class Examples:
    cloud: LocalCloud
    heads: dict[str, str]
    """Stack -> its head node."""
    settings: dict[str, list[str]]
    """Stack -> what it is told beside its file."""

    def on(self, machine: str, *command: str, check: bool = True, given: str | None = None) -> str:
        """The output of a command; one word is a line for the shell."""
        done = subprocess.run(
            [sys.executable, "-m", "localcloud", "ssh", machine, "--", *command],
            **_how(self.cloud),
            input=given,
            check=False,
        )
        assert done.returncode == 0 or not check, done.stdout
        return str(done.stdout).strip()


def _how(cloud: LocalCloud) -> dict[str, Any]:
    return {
        "cwd": ROOT,
        "env": {**os.environ, "HPCSTACK_LOCALCLOUD_DIR": str(cloud.state)},
        "stdout": subprocess.PIPE,
        "stderr": subprocess.STDOUT,
        "text": True,
    }


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Examples]:
    image_root.ensured_for_clusters()
    if reason := services.why_no_people([*packages.NEEDED, *packages.FOR_TESTS]):
        pytest.skip(f"needs {reason}")
    folder = tmp_path_factory.mktemp("examples")
    cloud = LocalCloud(folder / "state")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in _MOST.items():
            patch.setenv(f"LOCALCLOUD_NODE_MOST_{name}", value)
        runs: dict[str, subprocess.Popen[str]] = {}
        try:
            runs["bluebrain"] = _up(cloud, folder, "bluebrain")
            # Its start makes what the other one is told.
            own = until(lambda: _directory(cloud) or (runs["bluebrain"].poll() is not None and [""]), _SECONDS)
            runs["slurm-rest"] = _up(cloud, folder, "slurm-rest", *own)
            failed = [(folder / name).read_text()[-4000:] for name, run in runs.items() if run.wait(_UP_SECONDS)]
            assert not failed, "\n".join(failed)
            yield Examples(cloud, {name: _head(cloud, name) for name in runs}, {"bluebrain": [], "slurm-rest": own})
        finally:
            _end(runs)
            cloud.run("demo-down", check=False)
    assert booted_cluster.left(folder) == []


def _up(cloud: LocalCloud, folder: Path, name: str, *settings: str) -> "subprocess.Popen[str]":
    """Its output goes into a file of its name."""
    flags = ["--local", "--booted", "--yes", "--skip-preview", "--color", "never"]
    command = [sys.executable, "-m", "localcloud", "pulumi", "up", name, *flags, *_told(settings)]
    with (folder / name).open("w") as output:
        return subprocess.Popen(command, **{**_how(cloud), "stdout": output})


def _told(settings: Sequence[str]) -> list[str]:
    return [word for setting in settings for word in ("--config", setting)]


def _end(runs: dict[str, "subprocess.Popen[str]"]) -> None:
    """What still runs is asked to end first, as by Ctrl-C."""
    for run in runs.values():
        if run.poll() is None:
            run.send_signal(signal.SIGINT)
            try:
                run.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                run.kill()
                run.wait()


def _directory(cloud: LocalCloud) -> list[str]:
    """The local cloud's directory as settings, with one user; empty until it runs."""
    file = cloud.state / "Pulumi.local.yaml"
    # Another process may be writing it.
    known = (yaml.safe_load(file.read_text()) or {}).get("config", {}) if file.exists() else {}
    if "hpcstack:ssh" not in known:
        return []
    users = {"prefix": "demo", "count": 1, "group": "hpcusers"}
    chosen = {f"hpcstack:{name}": known[f"hpcstack:{name}"] for name in ("directory", "jumpHost", "ssh")}
    return [f"{key}={json.dumps(value)}" for key, value in {**chosen, "hpcstack:users": users}.items()]


def _head(cloud: LocalCloud, stack: str) -> str:
    """The instance: addresses are one VPC's own, and both have the same range."""
    cluster = json.loads(_outputs(cloud, stack))["cluster_name"]
    tags = {"parallelcluster:cluster-name": cluster, "parallelcluster:node-type": "HeadNode"}
    filters = [{"Name": f"tag:{key}", "Values": [value]} for key, value in tags.items()]
    return str(cloud.client("ec2").describe_instances(Filters=filters)["Reservations"][0]["Instances"][0]["InstanceId"])


def _outputs(cloud: LocalCloud, stack: str) -> str:
    """As JSON."""
    shown = cloud.pulumi("outputs", stack, "--json")
    return shown[shown.index("{") :]


def _accounted(examples: Examples, stack: str, names: str) -> list[str]:
    """Rows of sacct for jobs of these names, once all have ended."""
    wanted = names.split(",")
    command = f"sacct -aXPn -o jobname,user,partition,state --name {names} || true"

    def ended() -> list[str] | None:
        rows = sorted(examples.on(f"root@{examples.heads[stack]}", command).splitlines())
        fields = [row.split("|") for row in rows]
        # Whatever else stands there, such as an error of a database that starts, is no row yet.
        whole = all(len(one) == 4 and one[0] in wanted and one[3].split()[:1] in _FINAL for one in fields)
        return rows if whole and len(rows) == len(wanted) else None

    return list(until(ended, _SECONDS, pause=1))


@pytest.fixture(scope="module")
def submitted(examples: Examples) -> tuple[int, str]:
    """All jobs of the tests, side by side; code and text of the REST API's answer."""
    # The API host boots beside its cluster, and no `up` waits for its service.
    serves = "curl -sSf -o /dev/null http://localhost:8000/ && echo yes"
    until(lambda: examples.on("root@api", serves, check=False).endswith("yes"), _SECONDS, pause=1)
    for queue in _QUEUES:
        script = examples.cloud.state / f"{queue}.sh"
        script.write_text(_JOB)
        words = ("-p", queue, "-J", queue, "-o", "/sbo/home/modeller/%x/out", str(script))
        examples.cloud.run("job", f"modeller@{examples.heads['bluebrain']}", *words)
    job = {
        "name": "rest",
        "partition": "queue1",
        "current_working_directory": "/tmp",
        "environment": ["PATH=/usr/bin:/bin"],
    }
    script = "#!/bin/bash\nid -un > /shared/from-a-job\n"
    return _asked(examples, "job/submit", _token(examples, _USER), {"script": script, "job": job})


@pytest.mark.usefixtures("submitted")
def test_a_job_in_each_queue_runs_as_a_user_of_the_list(examples: Examples) -> None:
    head = examples.heads["bluebrain"]
    shown = examples.on(f"root@{head}", "sinfo -ho '%R %c %m %D %l' | sort").splitlines()
    # Of both compute resources of a queue, as small as they are told to be.
    assert shown == ["debug 2 900 2 1-00:00:00", "prod-batch 2 900 4 2:00:00", "prod-mpi 2 900 4 12:00:00"]
    rows = [f"{queue}|modeller|{queue}|COMPLETED" for queue in sorted(_QUEUES)]
    assert _accounted(examples, "bluebrain", ",".join(_QUEUES)) == rows
    for number, queue in enumerate(_QUEUES, 1):
        told = examples.on(f"modeller@{head}", f"cat /sbo/home/modeller/{queue}/out").split()
        places = f"/sbo/data/scratch/slurm/jobs/{number}"
        assert told[:6] == ["modeller", "modeller", queue, places, "300", "modeller:700"]
        assert told[6].startswith(f"{queue}-dy-")
    assert examples.on(f"root@{head}", "stat -c '%a %U' /sbo/data") == "1777 root"
    # By the epilog, which runs when the job is over already.
    until(lambda: examples.on(f"root@{head}", "ls /sbo/data/scratch/slurm/jobs") == "", _SECONDS, pause=1)


def test_logs_of_jobs_are_kept_and_reach_cloudwatch(examples: Examples) -> None:
    listed = "find /sbo/data/scratch/slurm/logs -name '1-*.txt'"

    def kinds() -> set[str]:
        files = examples.on(f"root@{examples.heads['bluebrain']}", listed).splitlines()
        return {name.rpartition("-")[2].removesuffix(".txt") for name in files}

    until(lambda: {"info", "env", "script", "stdout", "cloudwatch"} <= kinds(), _SECONDS, pause=1)
    logs = examples.cloud.client("logs")

    def kept() -> list[str]:
        streams = logs.describe_log_streams(logGroupName="/hpcstack/bluebrain/jobs")["logStreams"]
        return [one["logStreamName"] for one in streams if one["logStreamName"].startswith("stdout_")]

    until(lambda: len(kept()) == len(_QUEUES), _SECONDS)
    first = {"logGroupName": "/hpcstack/bluebrain/jobs", "logStreamName": sorted(kept())[0]}

    def text() -> str:
        return "".join(one["message"] for one in logs.get_log_events(**first)["events"])

    # A stream is made before anything is in it.
    until(lambda: "modeller modeller debug" in text(), _SECONDS)


def test_ssh_takes_the_variables_and_the_list_says_who_may_become_root(examples: Examples) -> None:
    head = examples.heads["bluebrain"]
    taken = examples.on(f"root@{head}", "sshd -T").splitlines()
    assert {"acceptenv NEXUS_TOKEN", "acceptenv HPC_SIF_PREFIX"} <= set(taken)
    assert examples.on(f"hpcadmin@{head}", "sudo -n id -u") == "0"
    assert "password is required" in examples.on(f"modeller@{head}", "sudo -n id -u", check=False)


def test_rest_job_of_the_service_runs_as_the_user_of_the_directory(
    examples: Examples, submitted: tuple[int, str]
) -> None:
    head, (code, answer) = examples.heads["slurm-rest"], submitted
    directory_id = examples.on(f"root@{head}", f"id -u {_USER}; getent passwd -s files {_USER}; true")
    assert directory_id.isdigit()  # one line: no account of the node's own
    assert (code, json.loads(answer)["errors"]) == (200, [])
    assert _accounted(examples, "slurm-rest", "rest") == [f"rest|{_USER}|queue1|COMPLETED"]
    # By EFS, and through the service that reads the folder.
    assert examples.on("root@api", "stat -c %u /shared/from-a-job") == directory_id
    assert examples.on("root@api", "curl -sS http://localhost:8000/from-a-job") == _USER


def test_tokens_that_are_not_good_are_refused(examples: Examples) -> None:
    good = _token(examples, _USER)
    expired, foreign = _token(examples, _USER, 1), slurm_token.signed(_USER, "k" * 32, 900, int(time.time()))
    until(lambda: _asked(examples, "jobs", expired)[0] != 200, _SECONDS, pause=1)
    answers = [_asked(examples, "jobs", token)[0] for token in (good, "", "bad", expired, foreign)]
    assert answers == [200, 401, 511, 511, 511]


def test_the_rest_api_speaks_https_alone_with_a_certificate_of_the_stacks_own_authority(examples: Examples) -> None:
    own = examples.on("root@api", f"cat {_AUTHORITY}")
    assert json.loads(_outputs(examples.cloud, "slurm-rest"))["slurmrest_ca_certificate"].strip() == own
    # curl(1), EXIT CODES: 60 is an authority that it does not know, the others are a peer that gives no answer.
    for url, codes in ((_REST, "60"), (_REST.replace("https", "http"), "52 56")):
        asked = f"curl -s -o /dev/null -w '%{{http_code}} %{{exitcode}}' {url}/slurm/v0.0.42/jobs"
        answer, _, ended = examples.on("root@api", f"{asked}; true").partition(" ")
        assert (answer, ended in codes.split()) == ("000", True)


def test_changed_setting_reaches_the_head_node_by_another_up(examples: Examples) -> None:
    head = f"root@{examples.heads['bluebrain']}"
    variables = "sshd -T | grep -c '^acceptenv LATER$'; systemctl show --value -p UserspaceTimestamp"
    before = examples.on(head, variables).split("\n")
    cluster = yaml.safe_load((ROOT / "examples/bluebrain.yaml").read_text())["config"]["hpcstack:cluster"]
    cluster["sshd"]["acceptEnv"].append("LATER")
    examples.settings["bluebrain"].append(f"hpcstack:cluster={json.dumps(cluster)}")
    _up_again(examples, "bluebrain")
    # The same boot of the same machine.
    assert (before[0], examples.on(head, variables).split("\n")) == ("0", ["1", before[1]])


@pytest.mark.parametrize("stack", ["bluebrain", "slurm-rest"])
def test_it_stays_as_it_is(examples: Examples, stack: str) -> None:
    _up_again(examples, stack, "--expect-no-changes")


def test_they_go_down_to_nothing(examples: Examples) -> None:
    for stack in examples.heads:
        examples.cloud.pulumi("destroy", stack, "--yes", "--skip-preview")
    assert examples.cloud.left() == {}
    machines = examples.cloud.run("logs").stdout.splitlines()
    assert {line.split()[-1] for line in machines} == {"off"}


def _up_again(examples: Examples, stack: str, *flags: str) -> None:
    examples.cloud.pulumi("up", stack, "--yes", "--skip-preview", *flags, *_told(examples.settings[stack]))


def _token(examples: Examples, user: str, lifespan: int = 900) -> str:
    """As `just token` prints it, beside what it says of it."""
    told = examples.cloud.run("token", user, "slurm-rest", "--lifespan", str(lifespan)).stdout
    return next(word for word in told.split() if word.startswith("eyJ"))


def _asked(examples: Examples, path: str, token: str, body: dict[str, Any] | None = None) -> tuple[int, str]:
    """Code and text of an answer to the API host."""
    words = ["curl", "-sS", "--cacert", _AUTHORITY, "-o", "/tmp/answer", "-w", "%{http_code}"]
    words += ["-H", f"X-SLURM-USER-TOKEN: {token}"] if token else []
    words += ["-H", "Content-Type: application/json", "--data-binary", "@-"] if body else []
    command = shlex.join([*words, f"{_REST}/slurm/v0.0.42/{path}"])
    code = examples.on("root@api", f"{command}; echo; cat /tmp/answer", given=json.dumps(body or ""))
    return int(code.partition("\n")[0]), code.partition("\n")[2]
