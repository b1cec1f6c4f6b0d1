"""The way by Systems Manager: Run Command as root on an instance, without a key, an open port or an address.

What is sent and what comes back stays in Systems Manager's history of the account for 30 days, so neither ever holds a secret: the
host fetches secrets itself, by their ARNs and its role. Files go through the stack's bucket, by the hash of their content.
"""

import base64
import hashlib
import secrets
import shlex
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.operator.errors import UNREACHABLE, OperatorError
from scripts.operator.reach.channel import BUCKET_PREFIX, FOLDER, PYTHON, File
from scripts.operator.reach.ssm_job import SsmJob

MANAGED_SECONDS = 600
"""From now until a new instance has to be known to Systems Manager."""
BOOT_SECONDS = 900
"""How long its first boot may take, which installs what the tool needs."""
LONGEST_PAUSE = 5.0
_FETCH = Path(__file__).with_name("fetch.py")
_NOT_READY = 45
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class SsmChannel:
    """Run Command on one managed instance. `clients` makes boto3's clients of the stack's region by a service's name."""

    clients: Callable[[str], Any]
    region: str
    instance: str
    bucket: str
    say: Say
    """Told what is waited for."""
    secret_on_stdin = False

    @property
    def where(self) -> str:
        return self.instance

    def await_managed(self, seconds: float = MANAGED_SECONDS) -> None:
        """Wait until Systems Manager's agent on the instance answers. Raises OperatorError at the deadline."""
        began, pause = time.monotonic(), 0.5
        while not self._managed():
            self._stop_if_ended()
            waited = time.monotonic() - began
            if waited > seconds:
                raise OperatorError(
                    f"jump host {self.instance} is not known to Systems Manager after {waited:.0f} s: it needs a way to "
                    "the internet or endpoints for ssm and ssmmessages, and a system that boots: look at "
                    f"`aws ec2 get-console-output --instance-id {self.instance} --latest --output text`",
                    UNREACHABLE,
                )
            self.say(f"waiting for Systems Manager's agent on {self.instance} ({waited:.0f} of {seconds:.0f} s)")
            time.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)

    def await_first_boot(self) -> None:
        """Wait until the packages that the tool needs are installed. Raises OperatorError if they are not."""
        self.say(f"waiting for the end of the first boot of {self.instance}")
        done = self._ended(
            "if command -v cloud-init >/dev/null; then cloud-init status --wait >/dev/null; fi\n"
            f"command -v kinit >/dev/null && {PYTHON} -c 'import boto3, ldap, yaml' || exit {_NOT_READY}",
            BOOT_SECONDS,
        )
        if done.returncode:
            raise OperatorError(
                f"the first boot of jump host {self.instance} did not install what the directory tool needs "
                f"({last(done.stderr.decode())}): look at /var/log/cloud-init-output.log there with `just jump`; "
                "to begin anew, terminate the instance, then run `just refresh` and `just up`",
                UNREACHABLE,
            )

    def start(self, arguments: Sequence[str], files: Sequence[File], secret: str = "") -> SsmJob:
        assert not secret, "Run Command keeps what it is sent"
        began = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        job = f"{FOLDER}/jobs/{began}-{secrets.token_hex(4)}"
        offered = [self._offer(file) for file in files]
        script = "\n".join(_beginning(job, arguments, [one.fetch for one in offered]))
        try:
            done = self._ended(script, 300)
            if done.returncode == _NOT_READY:
                self.await_first_boot()
                done = self._ended(script, 300)
        finally:
            self._withdraw(offered)
        if done.returncode:
            raise OperatorError(f"{self.instance} cannot begin: {last(done.stderr.decode())}", UNREACHABLE)
        return SsmJob(self, job)

    def run(self, command: str, content: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        if content:
            encoded = base64.b64encode(content).decode()
            command = f"base64 -d <<'END' | {{ {command}; }}\n{encoded}\nEND"
        return self._ended(command, 120)

    def _offer(self, file: File) -> "_Offered":
        """Upload a file unless the bucket has it."""
        digest = hashlib.sha256(file.content).hexdigest()
        key, s3, version = f"{BUCKET_PREFIX}{digest}/{Path(file.name).name}", self.clients("s3"), None
        listed = s3.list_objects_v2(Bucket=self.bucket, Prefix=key).get("Contents", [])
        if not any(one["Key"] == key for one in listed):
            version = s3.put_object(Bucket=self.bucket, Key=key, Body=file.content).get("VersionId")
        name = shlex.quote(file.name)
        fetch = shlex.join([PYTHON, "-c", _FETCH.read_text(), self.region, self.bucket, key, digest, file.name])
        command = f"mkdir -p {shlex.quote(str(Path(file.name).parent))}; test -s {name} || {fetch}"
        return _Offered(key, None if file.lasting else version, command)

    def _withdraw(self, offered: Sequence["_Offered"]) -> None:
        """Remove for good what was only on its way. The bucket keeps versions, hence by the version."""
        for one in offered:
            if one.version:
                self.clients("s3").delete_object(Bucket=self.bucket, Key=one.key, VersionId=one.version)

    def _ended(self, script: str, seconds: float) -> "subprocess.CompletedProcess[bytes]":
        """Run a script in the home of root and wait for it. Raises OperatorError if it cannot be run or its end is not known."""
        ssm = self.clients("ssm")
        home = 'HOME="${HOME:-/root}"; export HOME; cd "$HOME"'
        try:
            sent = ssm.send_command(
                InstanceIds=[self.instance],
                DocumentName="AWS-RunShellScript",
                Comment="hpcstack",
                TimeoutSeconds=60,
                Parameters={"commands": [f"{home} || exit 1\n{script}"], "executionTimeout": [f"{seconds:.0f}"]},
            )
        except ssm.exceptions.InvalidInstanceId as error:
            raise OperatorError(
                f"jump host {self.instance} is not known to Systems Manager now: is it running? "
                f"`aws ssm describe-instance-information --filters Key=InstanceIds,Values={self.instance}`",
                UNREACHABLE,
            ) from error
        return self._result(ssm, sent["Command"]["CommandId"], time.monotonic() + seconds + 90)

    def _result(self, ssm: Any, command: str, deadline: float) -> "subprocess.CompletedProcess[bytes]":
        pause = 0.1
        while True:
            time.sleep(pause)
            pause = min(pause * 1.5, 2.0)
            try:
                found = ssm.get_command_invocation(CommandId=command, InstanceId=self.instance)
            except ssm.exceptions.InvocationDoesNotExist:
                # The invocation appears a moment after the command.
                found = {"Status": "Pending"}
            if found["Status"] in ("Success", "Failed"):
                output = (found[key].encode() for key in ("StandardOutputContent", "StandardErrorContent"))
                return subprocess.CompletedProcess(command, found["ResponseCode"], *output)
            if found["Status"] not in ("Pending", "InProgress", "Delayed") or time.monotonic() > deadline:
                raise OperatorError(
                    f"jump host {self.instance} did not end a command (Run Command {command}: {found['Status']}): "
                    "run the same command again to go on",
                    UNREACHABLE,
                )

    def _managed(self) -> bool:
        asked = self.clients("ssm").describe_instance_information(
            Filters=[{"Key": "InstanceIds", "Values": [self.instance]}]
        )
        return any(one["PingStatus"] == "Online" for one in asked["InstanceInformationList"])

    def _stop_if_ended(self) -> None:
        """Raises OperatorError if the instance is on its way down, or gone: nothing will come of waiting."""
        ec2 = self.clients("ec2")
        asked = ec2.describe_instances(Filters=[{"Name": "instance-id", "Values": [self.instance]}])["Reservations"]
        state = asked[0]["Instances"][0]["State"]["Name"] if asked else "gone"
        if state not in ("pending", "running"):
            cure = (
                f"start it: `aws ec2 start-instances --instance-ids {self.instance}`"
                if state == "stopped"
                else ("run `just refresh`, then `just up`, which makes another")
            )
            raise OperatorError(f"jump host {self.instance} is {state}: {cure}", UNREACHABLE)


@dataclass(frozen=True)
class _Offered:
    """A file in the bucket; `fetch` is the shell command that fetches it unless the host has it."""

    key: str
    version: str | None
    """To be removed when it was fetched; None for what may stay."""
    fetch: str


def _beginning(job: str, arguments: Sequence[str], fetches: Sequence[str]) -> list[str]:
    """The script that begins a job: a session of its own, in which SIGINT counts again (the shell's `&` has it ignored)."""
    command = shlex.join(["env", "--default-signal=INT", *arguments])
    work = f"{command} </dev/null >{job}/out 2>{job}/err; echo $? >{job}/code.new; mv {job}/code.new {job}/code"
    return [
        f"set -eu; umask 077; command -v kinit >/dev/null || exit {_NOT_READY}",
        f"mkdir -p {FOLDER}/jobs; find {FOLDER}/jobs -mindepth 1 -maxdepth 1 -mtime +1 -exec rm -rf {{}} +",
        *fetches,
        f"mkdir {job}",
        f"setsid sh -c {shlex.quote(f'echo $$ >{job}/pid; {work}')} </dev/null >/dev/null 2>&1 &",
    ]


def last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"
