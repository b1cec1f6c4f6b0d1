"""A connection to a host by OpenSSH's client: dialled once, then shared by every command and transfer.

The client is told everything by a configuration file of its own in a folder that only this user can enter; nothing of
the user's own SSH configuration counts, as with the official plugin. No key is ever on a command line.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from localcloud.plugins.command import execution
from localcloud.plugins.command.execution import Output, Say
from localcloud.plugins.resource import PluginError, Stopped

DEFAULTS: dict[str, Any] = {"user": "root", "port": 22, "dialErrorLimit": 10, "perDialTimeout": 15}
"""What pulumi-command 1.2.1 fills in (provider/pkg/provider/remote/connection.go)."""

UNLIMITED = -1
FIRST_DELAY, DELAY_FACTOR, LONGEST_DELAY = 0.1, 1.5, 5.0
"""Seconds between two attempts (sdk/go/common/util/retry of Pulumi): ten attempts take about eleven seconds."""

SOCKET_PATH_LIMIT = 60
"""A Unix socket's path has at most 107 bytes (unix(7)), and ssh needs some for a suffix of its own."""


@dataclass
class Channel:
    """An open connection."""

    folder: Path
    master: "subprocess.Popen[bytes]"
    stopping: threading.Event

    def run(self, command: str, *, stdin: str, environment: Mapping[str, str], log: Mapping[str, Say]) -> Output:
        """Run a command with the login shell of the host. Raises PluginError if the connection breaks, Stopped."""
        names = [word for name in environment for word in ("-o", f"SendEnv={name}")]
        argv = [*self._client(*names, "-T"), "target", "--", command]
        env = {**os.environ, **environment} if environment else None
        done = execution.run(argv, stopping=self.stopping, stdin=stdin, env=env, log=log)
        # 255 is ssh's own code for a lost connection, but any command may end with it too.
        if done.code == 255 and self.master.poll() is not None:
            raise PluginError(f"the connection broke while a command ran: {_last_line(self.folder)}")
        return done

    def require_accepted(self, environment: Mapping[str, str]) -> None:
        """Raises PluginError for a variable that the server does not take over (AcceptEnv of its sshd_config)."""
        found = self.run("env -0", stdin="", environment=environment, log={}).stdout.split("\0")
        for name, value in environment.items():
            if f"{name}={value}" not in found:
                raise PluginError(
                    f"could not set environment variable {name!r}: the SSH server does not accept it; list it in "
                    "AcceptEnv of its sshd_config, or set it in the command itself (VAR=value command)"
                )

    @contextlib.contextmanager
    def subsystem(self, name: str) -> Generator[tuple[IO[bytes], IO[bytes]]]:
        """The two pipes of a subsystem of the server: to it, from it."""
        argv = [*self._client("-T", "-s"), "target", name]
        with subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            to_server, from_server = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
            try:
                yield to_server, from_server
            finally:
                _end(process)

    def _client(self, *options: str) -> list[str]:
        return ["ssh", "-F", str(self.folder / "config"), *options]


@contextlib.contextmanager
def dial(connection: Mapping[str, Any], stopping: threading.Event, say: Say) -> Generator[Channel]:
    """Connect, trying again up to `dialErrorLimit` times. `connection` holds plain inputs with DEFAULTS filled in.

    Raises PluginError with the client's own last word, Stopped.
    """
    if not shutil.which("ssh"):
        raise PluginError("ssh is missing: install OpenSSH's client (on Debian: apt-get install openssh-client)")
    folder = Path(tempfile.mkdtemp(prefix="ssh-", dir=_short_folder()))
    master: subprocess.Popen[bytes] | None = None
    try:
        _write(folder, connection)
        master = _dial(folder, connection["dialErrorLimit"], stopping, say)
        # The client has read it.
        (folder / "key").unlink(missing_ok=True)
        yield Channel(folder, master, stopping)
    finally:
        if master:
            _end(master)
        shutil.rmtree(folder, ignore_errors=True)


def _dial(folder: Path, limit: int, stopping: threading.Event, say: Say) -> "subprocess.Popen[bytes]":
    failures, delay = 0, FIRST_DELAY
    while True:
        if master := _connect(folder, stopping):
            return master
        failures += 1
        if limit > UNLIMITED and failures > limit:
            raise PluginError(f"after {failures} failed attempts: {_last_line(folder)}")
        say(f"Dial {failures}/{'inf' if limit == UNLIMITED else limit} failed: retrying")
        if stopping.wait(delay):
            raise Stopped("cancelled while dialling")
        delay = min(delay * DELAY_FACTOR, LONGEST_DELAY)


def _connect(folder: Path, stopping: threading.Event) -> "subprocess.Popen[bytes] | None":
    """One attempt. ssh makes the control socket when it is logged in, and ends when it cannot."""
    with (folder / "log").open("wb") as log:
        argv = ["ssh", "-F", str(folder / "config"), "-M", "-N", "-T", "target"]
        master = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    while not (folder / "control").exists():
        if master.poll() is not None:
            return None
        if stopping.is_set():
            _end(master)
            raise Stopped("cancelled while dialling")
        time.sleep(0.02)
    return master


def _write(folder: Path, connection: Mapping[str, Any]) -> None:
    """The client's configuration, key and known hosts. The host is known under a name that cannot be mistaken."""
    key, host_key = connection.get("privateKey"), connection.get("hostKey")
    agent = connection.get("agentSocketPath") or os.environ.get("SSH_AUTH_SOCK")
    lines = {
        "HostName": connection["host"],
        "Port": str(connection["port"]),
        "User": connection["user"],
        "HostKeyAlias": "target",
        "UserKnownHostsFile": f"{folder}/known_hosts",
        "GlobalKnownHostsFile": "/dev/null",
        "StrictHostKeyChecking": "yes" if host_key else "no",
        "IdentityFile": f"{folder}/key" if key else "none",
        "IdentityAgent": agent or "none",
        "BatchMode": "yes",
        "PreferredAuthentications": "publickey",
        "ControlPath": f"{folder}/control",
        "ServerAliveInterval": "30",
        "LogLevel": "ERROR",
    }
    if connection["perDialTimeout"]:
        lines["ConnectTimeout"] = str(connection["perDialTimeout"])
    if host_key:
        (folder / "known_hosts").write_text(f"target {' '.join(host_key.split()[:2])}\n")
        lines["HostKeyAlgorithms"] = _algorithms(host_key.split()[0])
    if key:
        with os.fdopen(os.open(folder / "key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            # ssh refuses a key without a last line break.
            file.write(key.rstrip() + "\n")
    (folder / "config").write_text("".join(f"{name} {_word(value)}\n" for name, value in lines.items()))


def _end(master: "subprocess.Popen[bytes]") -> None:
    """End ssh. It may miss a signal that comes just before it waits for input (clientloop.c of OpenSSH 9.2)."""
    master.terminate()
    try:
        master.wait(0.5)
    except subprocess.TimeoutExpired:
        master.kill()
        master.wait()


def _algorithms(kind: str) -> str:
    """The signatures that a key's type can make; SHA-1 is off in OpenSSH since 8.8."""
    return "rsa-sha2-512,rsa-sha2-256" if kind == "ssh-rsa" else kind


def _word(value: str) -> str:
    """A word of ssh_config(5)."""
    if "\n" in value:
        raise PluginError("connection: a value holds a line break, which OpenSSH cannot read")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _short_folder() -> str:
    folder = tempfile.gettempdir()
    return folder if len(folder) < SOCKET_PATH_LIMIT and "%" not in folder else "/tmp"


def _last_line(folder: Path) -> str:
    lines = [line.strip() for line in (folder / "log").read_text(errors="replace").splitlines() if line.strip()]
    wanted = [line for line in lines if "failed" in line or "denied" in line or "refused" in line]
    return (wanted or lines or ["ssh gave no reason"])[-1]
