"""What a machine needs to run the directory, checked before anything is written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from localcloud.errors import LocalCloudError

SYSTEM_PYTHON = "/usr/bin/python3"
# Samba lives in /usr/sbin, which is not on everybody's PATH.
SEARCH_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])

_PROGRAMS = {"samba": "samba-ad-dc", "kinit": "krb5-user"}
_MODULES = {"samba.provision": "python3-samba", "ldap": "python3-ldap"}
_ALL = "samba samba-ad-dc samba-ad-provision python3-samba krb5-user libsasl2-modules-gssapi-mit python3-ldap"


def check() -> None:
    """LocalCloudError naming what is missing: root, a program, or a Python module of the operating system."""
    if sys.platform != "linux":
        raise LocalCloudError("the local directory runs Samba and needs Linux; in a container it works as root")
    if os.geteuid() != 0:
        raise LocalCloudError("the local directory needs root (it serves LDAP and Kerberos on ports 389, 636 and 88)")
    missing = [package for program, package in _PROGRAMS.items() if not find(program, required=False)]
    missing += [package for module, package in _MODULES.items() if not _importable(module)]
    if not any(Path("/usr/lib").glob("*/sasl2/libgssapiv2.so*")):
        missing.append("libsasl2-modules-gssapi-mit")
    if not Path("/usr/share/samba/setup/provision.ldif").exists():
        missing.append("samba-ad-provision")
    if missing:
        raise LocalCloudError(
            f"the local directory needs the Debian package(s) {', '.join(missing)}; install all that it uses with: "
            f"apt-get install --no-install-recommends {_ALL}"
        )


def find(program: str, required: bool = True) -> str:
    """The program's path; empty, or LocalCloudError when `required`, if it is not installed."""
    found = shutil.which(program, path=SEARCH_PATH)
    if found is None and required:
        raise LocalCloudError(f"{program} is not installed; install the package {_PROGRAMS.get(program, program)}")
    return found or ""


def _importable(module: str) -> bool:
    """Whether the operating system's own Python has the module."""
    if not Path(SYSTEM_PYTHON).exists():
        return False
    return subprocess.run([SYSTEM_PYTHON, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0
