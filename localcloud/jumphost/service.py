"""Start, describe and stop the jump host. It runs as the current user, root or not, and serves that user only."""

import contextlib
import getpass
import json
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from localcloud import paths, ports, processes
from localcloud.errors import LocalCloudError
from localcloud.jumphost.configuration import SFTP_SERVERS, Layout, quoted, session_script, sshd_config

NAME = "jumphost"
HOST = "127.0.0.1"
PRIVILEGE_SEPARATION = Path("/run/sshd")
"""Empty folder that sshd, when root runs it, wants for its unprivileged half; a constant of Debian's build."""


@dataclass(frozen=True)
class JumpHostInfo:
    """How to reach the jump host. `host_key` is a public key line: type and key, without comment."""

    host: str
    port: int
    user: str
    host_key: str
    private_key_file: Path


def start() -> JumpHostInfo:
    """Start the jump host, or leave it running. Ready means: a login with the client key ran a command.

    Raises LocalCloudError if OpenSSH's server is missing or does not come up.
    """
    if running := info():
        return running
    layout, sshd = _layout(), _program("sshd", "/usr/sbin", "/usr/local/sbin")
    _prepare(layout)
    host, port = HOST, _port(layout)
    config = sshd_config(layout, host, port, getpass.getuser(), pam=_needs_pam())
    layout.configuration.write_text(config)
    made = _make_privilege_separation()
    found = _describe(layout, host, port)
    try:
        # -e: the log goes to the process's own log file, not to the machine's.
        processes.start(
            NAME,
            [sshd, "-D", "-e", "-f", str(layout.configuration)],
            info={"host": host, "port": port, "made_privilege_separation": made},
            ready=lambda: logs_in(found),
            timeout=120,
        )
    except BaseException:
        _drop_privilege_separation(made)
        raise
    return found


def info() -> JumpHostInfo | None:
    """How to reach the running jump host; None if it does not run."""
    daemon = processes.running(NAME)
    return _describe(_layout(), daemon.info["host"], daemon.info["port"]) if daemon else None


def stop() -> bool:
    """Stop the jump host; keys, home and port stay for the next start. False if it was not running."""
    daemon = processes.running(NAME)
    stopped = processes.stop(NAME)
    _drop_privilege_separation(bool(daemon and daemon.info.get("made_privilege_separation")))
    return stopped


def remove() -> None:
    """Stop the jump host and delete its keys and its home."""
    stop()
    shutil.rmtree(_layout().folder, ignore_errors=True)


def logs_in(jump_host: JumpHostInfo) -> bool:
    """Whether a login with the client key, to a server with the right host key, runs a command."""
    options = client_options(jump_host)
    command = ["ssh", "-F", "none", *options, "-p", str(jump_host.port), f"{jump_host.user}@{jump_host.host}", "true"]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0


def client_options(jump_host: JumpHostInfo) -> list[str]:
    """Words of ssh's command line with which it logs in to this jump host and no other."""
    known_hosts = _known_hosts(jump_host)
    options = {
        "BatchMode": "yes",
        "IdentitiesOnly": "yes",
        "IdentityAgent": "none",
        "StrictHostKeyChecking": "yes",
        "GlobalKnownHostsFile": "/dev/null",
        "ConnectTimeout": "5",
        "LogLevel": "ERROR",
        # These two are words of ssh_config(5), in which a percent sign starts a token.
        "IdentityFile": quoted(jump_host.private_key_file).replace("%", "%%"),
        "UserKnownHostsFile": quoted(known_hosts).replace("%", "%%"),
    }
    return [word for key, value in options.items() for word in ("-o", f"{key}={value}")]


def _known_hosts(jump_host: JumpHostInfo) -> Path:
    """Written in one step, and only if it says something new: others may be reading it."""
    path, line = jump_host.private_key_file.with_name("known_hosts"), _known_line(jump_host)
    if not path.exists() or path.read_text() != line:
        fresh = path.with_name(f"known_hosts.{os.getpid()}.{threading.get_ident()}")
        fresh.write_text(line)
        fresh.replace(path)
    return path


def _known_line(jump_host: JumpHostInfo) -> str:
    return f"[{jump_host.host}]:{jump_host.port} {jump_host.host_key}\n"


def _layout() -> Layout:
    return Layout(paths.STATE / "jumphost")


def _describe(layout: Layout, host: str, port: int) -> JumpHostInfo:
    kind, key = layout.host_key.with_suffix(".pub").read_text().split()[:2]
    return JumpHostInfo(host, port, getpass.getuser(), f"{kind} {key}", layout.client_key)


def _prepare(layout: Layout) -> None:
    """Make folders, keys and the session's script; what is there already stays."""
    layout.folder.mkdir(parents=True, exist_ok=True)
    layout.folder.chmod(0o700)
    layout.home.mkdir(mode=0o700, exist_ok=True)
    for key, comment in ((layout.host_key, "jump-host"), (layout.client_key, "jump-host-login")):
        if not key.exists():
            _make_key(key, comment)
    layout.authorized_keys.write_text(layout.client_key.with_suffix(".pub").read_text())
    layout.authorized_keys.chmod(0o600)
    layout.session.write_text(session_script(layout, _sftp_server()))


def _make_key(file: Path, comment: str) -> None:
    command = [_program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(file)]
    made = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if made.returncode:
        raise LocalCloudError(f"ssh-keygen cannot make {file}: {made.stderr.strip()}")


def _port(layout: Layout) -> int:
    """The port of the last start if nobody else took it, else a new one."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        port = int(json.loads(layout.endpoint.read_text())["port"])
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
        return port
    port = ports.free_port(HOST)
    layout.endpoint.write_text(json.dumps({"port": port}))
    return port


def _program(name: str, *folders: str) -> str:
    """The absolute path of a program, which sshd insists on for itself."""
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(folders))
    if not found:
        raise LocalCloudError(f"{name} is missing: install OpenSSH (on Debian: apt-get install openssh-server)")
    return found


def _sftp_server() -> str:
    for candidate in SFTP_SERVERS:
        if os.access(candidate, os.X_OK):
            return candidate
    raise LocalCloudError(
        "sftp-server is missing: install OpenSSH's server (on Debian: apt-get install openssh-server)"
    )


def _needs_pam() -> bool:
    """Without PAM, an sshd of root refuses accounts whose password is locked, as root's is on Ubuntu (auth.c)."""
    if os.geteuid() != 0:
        return False
    with contextlib.suppress(OSError):
        for line in Path("/etc/shadow").read_text().splitlines():
            name, password = line.split(":")[:2]
            if name == getpass.getuser():
                return password.startswith("!")
    return False


def _make_privilege_separation() -> bool:
    """Make the folder that sshd of root needs; whether it was missing. It lies in /run, so the next boot forgets it."""
    if os.geteuid() != 0 or PRIVILEGE_SEPARATION.exists():
        return False
    PRIVILEGE_SEPARATION.mkdir(mode=0o755)
    return True


def _drop_privilege_separation(made: bool) -> None:
    """Remove the folder if we made it, unless another sshd of the machine came to use it."""
    if made and not any(_running_sshd()):
        with contextlib.suppress(OSError):
            PRIVILEGE_SEPARATION.rmdir()


def _running_sshd() -> Iterator[str]:
    """Process ids of every sshd that runs; one that ended and was not waited for (Z, proc(5)) is none."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            pid, is_sshd, rest = status.read_text().partition(" (sshd) ")
            if is_sshd and not rest.startswith("Z"):
                yield pid
