"""A runner of GitLab with the executor `shell`."""

from __future__ import annotations

import hashlib
import os
import platform
import pwd
import subprocess
import urllib.request
from pathlib import Path

from ..node.library import services
from ..node.library.changes import Changes
from ..node.library.faults import Fault
from . import secrets
from .configuration import Runner

_BASE = "https://s3.dualstack.us-east-1.amazonaws.com/gitlab-runner-downloads"
"""GitLab's own downloads (GitLab Runner documentation, "Install GitLab Runner manually on GNU/Linux")."""
_BINARY, _CONFIGURATION = Path("/usr/local/bin/gitlab-runner"), Path("/etc/gitlab-runner/config.toml")
_USER, _HOME = "gitlab-runner", "/home/gitlab-runner"
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
_SECONDS = 300
_UNIT = f"""[Unit]
Description=GitLab runner
After=network-online.target remote-fs.target
Wants=network-online.target

[Service]
ExecStart={_BINARY} run --config {_CONFIGURATION} --working-directory {_HOME} --service gitlab-runner --user {_USER}
Restart=always
RestartSec=30

[Install]
WantedBy=multi-user.target
"""


def apply(changes: Changes, runner: Runner | None) -> None:
    """Have it installed, registered and running. Raises Fault."""
    if runner is None:
        return
    try:
        pwd.getpwnam(_USER)
    except KeyError:
        changes.command(
            f"user {_USER} made",
            "useradd",
            "--system",
            "--create-home",
            "--home-dir",
            _HOME,
            "--shell",
            "/bin/bash",
            _USER,
        )
    changed = _install(changes, runner)
    if not _CONFIGURATION.exists():
        _register(changes, runner)
    changed = services.unit(changes, "gitlab-runner.service", _UNIT) or changed
    services.running(changes, "gitlab-runner.service", changed=changed)


def _install(changes: Changes, runner: Runner) -> bool:
    present = _BINARY.read_bytes() if _BINARY.is_file() else b""
    if hashlib.sha256(present).hexdigest() == runner.sha256:
        return False
    content = b"" if changes.dry_run else _download(runner)
    return changes.file(_BINARY, content, mode=0o755, secret=True)


def _download(runner: Runner) -> bytes:
    url = f"{_BASE}/v{runner.version}/binaries/gitlab-runner-linux-{_MACHINES.get(platform.machine(), platform.machine())}"
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:
            content: bytes = answer.read()
    except OSError as error:
        raise Fault(
            f"{url} cannot be fetched: {error}; see apiHost.gitlabRunner.version and this subnet's way out"
        ) from None
    found = hashlib.sha256(content).hexdigest()
    if found != runner.sha256:
        raise Fault(
            f"{url} has SHA-256 {found}, and apiHost.gitlabRunner.sha256 is {runner.sha256}; it is not installed"
        )
    return content


def _register(changes: Changes, runner: Runner) -> None:
    """The token goes by a variable of the child's own, which root alone can read; GitLab keeps it in its configuration, 0600."""
    changes.command(f"registered with {runner.url}", "true")
    if changes.dry_run:
        return
    token = secrets.secret(runner.token_secret_arn)
    command = [str(_BINARY), "register", "--non-interactive", "--config", str(_CONFIGURATION), "--executor", "shell"]
    done = subprocess.run(
        command,
        env={**os.environ, "CI_SERVER_URL": runner.url, "CI_SERVER_TOKEN": token, "HOME": "/root"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode:
        lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        reason = lines[-1].replace(token, "***") if lines else "it said nothing"
        raise Fault(
            f"gitlab-runner register ended with {done.returncode}: {reason}; see the URL and the token's secret"
        )
    _CONFIGURATION.chmod(0o600)
