"""A cluster node's logon on this machine: real sssd, NSS and PAM, set up as ParallelCluster sets them up, with folders of its own.

sssd.conf is the one that nodes of the booted cloud write; PAM and NSS are as `pam-auth-update` leaves them on Ubuntu with sssd.
Nothing of the machine's own /etc changes: sssd runs in a mount namespace.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localcloud import processes
from localcloud.directory import DirectoryInfo
from localcloud.machines.node.directory import sssd_conf
from planning.cluster import DirectoryEndpoints, Endpoints, cluster_document
from tests.unit.test_planning import ENDPOINTS, JOINED
from tests.unit.test_settings import load_with

_SECONDS = 180
_STATE_FOLDERS = (
    "db",
    "mc",
    "pipes/private",
    "pubconf/krb5.include.d",
    "secrets",
    "gpo_cache",
    "deskprofile",
    "keytabs",
)
_NSSWITCH = "passwd: files sss\ngroup: files sss\nshadow: files sss\nhosts: files\n"
# nodelay: a refusal without the pause that is to tire people out.
_PAM = """\
auth    [success=2 default=ignore] pam_unix.so nullok nodelay
auth    [success=1 default=ignore] pam_sss.so use_first_pass
auth    requisite                  pam_deny.so
auth    required                   pam_permit.so
account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so
account requisite                  pam_deny.so
account required                   pam_permit.so
account sufficient                 pam_localuser.so
account [default=bad success=ok user_unknown=ignore] pam_sss.so
"""


def written_section(info: DirectoryInfo, uri: str, **more: Any) -> dict[str, Any]:
    """The section of a document that the program writes for a directory at `uri`. `more`: of DirectoryEndpoints."""
    directory = DirectoryEndpoints(
        domain_name=info.domain,
        uri=uri,
        read_only_user=info.read_only_user,
        secret_arn="arn:secret",
        ca_certificate_uri="s3://bucket/ca.pem",
        **more,
    )
    endpoints = Endpoints(**{**ENDPOINTS, **JOINED, "directory": directory})
    return cluster_document(load_with(storage={"home": "cluster"}), endpoints, {})["DirectoryService"]


@dataclass(frozen=True)
class Logon:
    """What PAM said: to the password, and to the account as such (this alone is asked when somebody comes with a key)."""

    password: bool
    account: bool
    said: str


class ClusterNode:
    """Runs sssd with a section `DirectoryService`. `hosts`: name -> address; `files`: path -> text, of the node's own."""

    def __init__(
        self, home: Path, section: dict[str, Any], password: str, hosts: dict[str, str], files: dict[str, str]
    ) -> None:
        self._home = home
        self._name = f"sssd-{home.name}"
        lines = "".join(f"{address} {name}\n" for name, address in hosts.items())
        self._files = {
            "/etc/hosts": f"127.0.0.1 localhost\n{lines}",
            "/etc/nsswitch.conf": _NSSWITCH,
            "/etc/pam.d/login": _PAM,
            "/etc/sssd/sssd.conf": sssd_conf(section, password),
            **files,
        }

    def __enter__(self) -> ClusterNode:
        self._prepare()
        folders = {"etc": "/etc", "sss": "/var/lib/sss", "log": "/var/log/sssd", "run": "/run"}
        mounts = "".join(f"mount --bind '{self._home}/{own}' {place} && " for own, place in folders.items())
        script = f"{mounts}exec /usr/sbin/sssd --interactive --logger=files"
        processes.start(
            self._name,
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", script],
            info={},
            ready=lambda: all((self._home / "sss/pipes" / pipe).is_socket() for pipe in ("nss", "pam")),
            timeout=_SECONDS,
        )
        return self

    def __exit__(self, *_: object) -> None:
        processes.stop(self._name)

    def entry(self, user: str) -> dict[str, str] | None:
        """The user's line of the password database; None when the node does not know the name."""
        done = self.run("getent", "passwd", user)
        fields = ("name", "password", "uid", "gid", "gecos", "home", "shell")
        return dict(zip(fields, done.stdout.strip().split(":"), strict=True)) if done.returncode == 0 else None

    def groups(self, user: str) -> set[str]:
        return set(self.run("id", "-nG", user).stdout.split())

    def log_on(self, user: str, password: str) -> Logon:
        """A logon with a password, and one that asks for the account only."""
        both = [
            self.run("pamtester", "login", user, step, text=password + "\n") for step in ("authenticate", "acct_mgmt")
        ]
        return Logon(both[0].returncode == 0, both[1].returncode == 0, "".join(one.stdout + one.stderr for one in both))

    def inside(self, *command: str) -> list[str]:
        """The command line that runs a command on the node."""
        daemon = processes.running(self._name)
        assert daemon is not None, "sssd has ended"
        return ["nsenter", f"--mount=/proc/{daemon.pid}/ns/mnt", "--", *command]

    def run(self, *command: str, text: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.inside(*command), input=text, capture_output=True, text=True, timeout=_SECONDS, check=False
        )

    def _prepare(self) -> None:
        shutil.copytree("/etc", self._home / "etc", symlinks=True)
        shutil.rmtree(self._home / "etc/pam.d")
        for folder in [*(f"sss/{one}" for one in _STATE_FOLDERS), "log", "run", "etc/sssd/conf.d"]:
            (self._home / folder).mkdir(parents=True, exist_ok=True)
        for path, text in self._files.items():
            file = self._home / path.removeprefix("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.unlink(missing_ok=True)
            file.touch(0o600 if path.startswith("/etc/sssd/") else 0o644)
            file.write_text(text)
