"""Jobs per second through Slurm's REST API of the booted example `slurm-rest`, by HTTPS, with and without the environment of jobs.

Without: the same cluster after prolog, epilog, task prolog and task epilog were taken away, so that nothing else differs.
"""

import json
import shlex
import time
from typing import Protocol

import yaml

from benchmarks.measuring import ROOT

STACK = "slurm-rest"
_USER = "ubuntu"
_WAIT_SECONDS = 600
_SUBMITS = """
import http.client, json, ssl, sys, threading, time
known = ssl.create_default_context(cafile="/etc/hpcstack/slurmrest-ca.pem")
token, count, threads = json.loads(sys.stdin.readline())
job = {"partition": "queue1", "current_working_directory": "/tmp", "standard_output": "/dev/null"}
job["environment"] = ["PATH=/usr/bin:/bin"]
body = json.dumps({"script": "#!/bin/sh\\nexit 0\\n", "job": job})
headers = {"X-SLURM-USER-TOKEN": token, "Content-Type": "application/json"}
faults = []
accepted = []
def submit(many):
    for _ in range(many):
        try:
            link = http.client.HTTPSConnection("head.slurm-rest.internal", 8082, timeout=60, context=known)
            link.request("POST", "/slurm/v0.0.42/job/submit", body, headers)
            answer = link.getresponse()
            text = answer.read()
            link.close()
        except (OSError, http.client.HTTPException) as error:
            faults.append(f"{type(error).__name__} {error}")
            continue
        if answer.status == 200:
            accepted.append(text)
        else:
            faults.append(f"{answer.status} {text[:300]!r}")
began = time.monotonic()
shares = [count // threads + (one < count % threads) for one in range(threads)]
running = [threading.Thread(target=submit, args=(share,)) for share in shares]
[one.start() for one in running]
[one.join() for one in running]
seconds = time.monotonic() - began
if len(accepted) != count:
    sys.exit(f"{len(accepted)} of {count} accepted: " + "; ".join(faults[:5]))
print(seconds)
"""
_BARE = (
    "rm /opt/slurm/etc/scripts/prolog.d/80_job_environment /opt/slurm/etc/scripts/epilog.d/80_job_environment && "
    "sed -i '/^Task/d' /opt/slurm/etc/pcluster/custom_slurm_settings_include_file_slurm.conf && scontrol reconfigure"
)


class LocalCloud(Protocol):
    def say(self, *words: str, given: str | None = None) -> str: ...


def flags() -> list[str]:
    """Of `up`: the example with an environment for jobs."""
    config = yaml.safe_load((ROOT / f"examples/{STACK}.yaml").read_text())["config"]
    cluster = {**config["hpcstack:cluster"], "jobEnvironment": {"folder": "shared"}}
    return ["--local", "--booted", "--yes", "--skip-preview", "--config", f"hpcstack:cluster={json.dumps(cluster)}"]


def measure(cloud: LocalCloud, count: int, threads: int = 4) -> None:
    """Print submissions and jobs for each second, `count` jobs of `threads` callers at a time on one node that is up."""
    for name in ("with the job environment", "without it"):
        if name == "without it":
            cloud.say("ssh", "root@head", "--", _BARE)
        _round(cloud, threads, threads)  # the node boots, or takes the changed configuration
        submitted, ended = _round(cloud, count, threads)
        print(
            f"REST, {count} jobs {name:25} {count / submitted:6.1f} submitted/s   {count / ended:6.1f} run/s",
            flush=True,
        )


def _round(cloud: LocalCloud, count: int, threads: int) -> tuple[float, float]:
    """(seconds until all were accepted, until all had ended)."""
    token = cloud.say("token", _USER, STACK).split()[0]
    began = time.monotonic()
    told = cloud.say(
        "ssh", "root@api", "--", "python3", "-c", _SUBMITS, given=json.dumps([token, count, threads]) + "\n"
    )
    wait = 'until [ -z "$(squeue -h)" ]; do sleep 0.1; done'
    cloud.say("ssh", "root@head", "--", f"timeout {_WAIT_SECONDS} bash -c {shlex.quote(wait)}")
    return float(told), time.monotonic() - began
