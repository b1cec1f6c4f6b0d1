"""One SSH connection to the jump host that every command and transfer of a run shares, by OpenSSH's client."""

import contextlib
import os
import shlex
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.operator.errors import UNREACHABLE, OperatorError
from scripts.operator.reach.channel import FOLDER, INTERRUPTED, File

CONNECT_SECONDS = 20
LOST = 255
"""Exit code of ssh itself when the connection breaks."""

_SHORT = 60
"""A Unix socket's path has at most 107 bytes (unix(7)), and ssh needs some for a suffix of its own."""


@dataclass(frozen=True)
class Session:
    """An open connection; paths on the host are relative to the login's home."""

    folder: Path
    where: str

    secret_on_stdin = True

    def start(self, arguments: Sequence[str], files: Sequence[File], secret: str = "") -> "SshJob":
        """Bring the files if they are not there, then start a command with the secret on its standard input."""
        names = [shlex.quote(file.name) for file in files]
        there = self.run(
            f'mkdir -p -m 0700 {FOLDER}; for name in {" ".join(names)}; do test -s "$name" && echo "$name"; done'
        )
        present = there.stdout.decode().splitlines()
        for file in files:
            if file.name not in present:
                self.put(file.name, file.content)
        # The first line tells whom to send a signal: ssh itself cannot pass one on.
        script = f"echo $$; exec {shlex.join(arguments)}"
        return SshJob(self, self._popen(f"exec /bin/sh -c {shlex.quote(script)}"), secret)

    def _popen(self, command: str) -> "subprocess.Popen[str]":
        """In a session of its own, so that Ctrl-C reaches this program alone."""
        return subprocess.Popen(
            self._argv(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )

    def run(self, command: str, content: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        """Run a short command with `content` on its standard input. Raises OperatorError if the connection is lost."""
        done = subprocess.run(
            self._argv(command), input=content, capture_output=True, start_new_session=True, check=False
        )
        if done.returncode == LOST:
            raise OperatorError(f"the connection to {self.where} broke: {_last(done.stderr.decode())}", UNREACHABLE)
        return done

    def shell(self, command: str, terminal: bool) -> list[str]:
        """The command line of a login shell, or of one command, over this connection."""
        return [
            "ssh",
            "-F",
            str(self.folder / "config"),
            *(["-t"] if terminal else ["-T"]),
            "target",
            *([command] if command else []),
        ]

    def put(self, path: str, content: bytes, mode: str = "0600") -> None:
        """Write a file in one step. Raises OperatorError."""
        target, fresh = shlex.quote(path), shlex.quote(f"{path}.partial")
        command = f"umask 077 && cat > {fresh} && chmod {mode} {fresh} && mv -f {fresh} {target}"
        done = self.run(command, content)
        if done.returncode:
            raise OperatorError(f"{path} cannot be written on {self.where}: {_last(done.stderr.decode())}", UNREACHABLE)

    def get(self, path: str) -> bytes | None:
        """The content of a file; None if there is none. Raises OperatorError."""
        quoted = shlex.quote(path)
        done = self.run(f"test -e {quoted} || exit 44; cat {quoted}")
        if done.returncode == 44:
            return None
        if done.returncode:
            raise OperatorError(f"{path} cannot be read on {self.where}: {_last(done.stderr.decode())}", UNREACHABLE)
        return done.stdout

    def _argv(self, command: str) -> list[str]:
        return ["ssh", "-F", str(self.folder / "config"), "-T", "target", "--", command]


class SshJob:
    """A command at work at the other end of the connection."""

    def __init__(self, session: Session, process: "subprocess.Popen[str]", secret: str) -> None:
        self._session, self._process = session, process
        self._pid: int | None = None
        self._remarks: list[str] = []
        assert process.stdin
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(secret)
            process.stdin.close()
        self._reader = threading.Thread(target=lambda: self._remarks.extend(process.stderr or ()), daemon=True)
        self._reader.start()

    def lines(self) -> Iterator[str]:
        assert self._process.stdout
        for line in self._process.stdout:
            if self._pid is None and line.strip().isdigit():
                self._pid = int(line)
                continue
            yield line.rstrip()

    def end(self) -> tuple[int, list[str]]:
        code = self._process.wait()
        self._reader.join(5)
        if code < 0:
            raise OperatorError("not waited for the tool's end on the host; look again in a minute", INTERRUPTED)
        if code == LOST:
            where = self._session.where
            raise OperatorError(f"the connection to {where} broke; run the same command again to go on", UNREACHABLE)
        return code, [remark.rstrip() for remark in self._remarks]

    def interrupt(self) -> None:
        if self._pid is None:
            self.drop()
            return
        # A connection that is gone is told by the run itself.
        with contextlib.suppress(OperatorError):
            self._session.run(f"kill -INT {self._pid}")

    def drop(self) -> None:
        self._process.kill()


@contextlib.contextmanager
def connect(host: str, port: int, user: str, host_key: str | None, key: str | None) -> Iterator[Session]:
    """Log in. Without `host_key` the host is trusted on first use; without `key` ssh takes the agent's and the user's own.

    Raises OperatorError with ssh's own last word.
    """
    if not shutil.which("ssh"):
        raise OperatorError("ssh is missing: install OpenSSH's client")
    where = f"{user}@{host}:{port}"
    if any(character in where for character in '"\\\n\r'):
        raise OperatorError(f"{where!r} is no address of a jump host")
    base = tempfile.gettempdir()
    folder = Path(tempfile.mkdtemp(prefix="hpcstack-", dir=base if len(base) < _SHORT and "%" not in base else "/tmp"))
    master: subprocess.Popen[bytes] | None = None
    try:
        _write(folder, {"HostName": host, "Port": str(port), "User": user}, host_key, key)
        master = _dial(folder, where)
        (folder / "key").unlink(missing_ok=True)
        yield Session(folder, where)
    finally:
        if master:
            _end(master)
        shutil.rmtree(folder, ignore_errors=True)


def _write(folder: Path, target: dict[str, str], host_key: str | None, key: str | None) -> None:
    """The client's configuration: the key is in a file for a moment, and never on a command line."""
    lines = target | {
        "BatchMode": "yes",
        "ConnectTimeout": str(CONNECT_SECONDS),
        "ControlPath": f"{folder}/control",
        "ServerAliveInterval": "15",
        "LogLevel": "ERROR",
        "StrictHostKeyChecking": "yes" if host_key else "accept-new",
    }
    if host_key:
        (folder / "known_hosts").write_text(f"target {' '.join(host_key.split()[:2])}\n")
        kind = host_key.split()[0]
        lines |= {
            "HostKeyAlias": "target",
            "UserKnownHostsFile": f"{folder}/known_hosts",
            "GlobalKnownHostsFile": "/dev/null",
            "HostKeyAlgorithms": "rsa-sha2-512,rsa-sha2-256" if kind == "ssh-rsa" else kind,
        }
    if key:
        with os.fdopen(os.open(folder / "key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            # ssh refuses a key without a last line break.
            file.write(key.rstrip() + "\n")
        lines |= {"IdentityFile": f"{folder}/key", "IdentitiesOnly": "yes"}
    (folder / "config").write_text("".join(f'{name} "{value}"\n' for name, value in lines.items()))


def _dial(folder: Path, where: str) -> "subprocess.Popen[bytes]":
    """ssh makes the control socket when it is logged in, and ends when it cannot."""
    with (folder / "log").open("wb") as log:
        argv = ["ssh", "-F", str(folder / "config"), "-M", "-N", "-T", "target"]
        master = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    try:
        while not (folder / "control").exists():
            if master.poll() is not None:
                reason = _last((folder / "log").read_text(errors="replace"))
                raise OperatorError(f"no SSH connection to the jump host {where}: {reason}", UNREACHABLE)
            time.sleep(0.02)
    except BaseException:
        _end(master)
        raise
    return master


def _end(master: "subprocess.Popen[bytes]") -> None:
    """End ssh. It may miss a signal that comes just before it waits for input (clientloop.c of OpenSSH 9.2)."""
    master.terminate()
    try:
        master.wait(0.5)
    except subprocess.TimeoutExpired:
        master.kill()
        master.wait()


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "ssh gave no reason"
