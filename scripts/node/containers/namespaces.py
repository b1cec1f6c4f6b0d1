"""User namespaces for everybody, where a system forbids them."""

from __future__ import annotations

import shutil
from pathlib import Path

from ..library.changes import Changes

_KERNEL = Path("/proc/sys")
_FILE = "/etc/sysctl.d/60-hpcstack-containers.conf"
_NEEDED = {"user.max_user_namespaces": 28_633, "kernel.unprivileged_userns_clone": 1}
"""Keys and what they are set to where they are 0; Red Hat's own figure for containers without root."""
_RESTRICTED = "kernel/apparmor_restrict_unprivileged_userns"
_PROFILES = Path("/etc/apparmor.d")


def reconcile(changes: Changes, engine: str) -> None:
    """Have them allowed, now and at the next start."""
    wanted = {key: value for key, value in _NEEDED.items() if _value(key.replace(".", "/")) == 0}
    kept = Path(_FILE).read_text() if Path(_FILE).exists() else ""
    lines = [line for line in kept.splitlines() if line] + [f"{key} = {value}" for key, value in sorted(wanted.items())]
    if lines and changes.file(_FILE, "".join(f"{line}\n" for line in dict.fromkeys(lines))):
        changes.command("user namespaces allowed", "sysctl", "--quiet", "--load", _FILE)
    if _value(_RESTRICTED) == 1:
        _profile(changes, engine)


def _profile(changes: Changes, engine: str) -> None:
    """Ubuntu 24.04 lets only programs with a profile make user namespaces. The system's own profile is taken where there is one."""
    program = shutil.which(engine)
    own = _PROFILES / f"hpcstack-{engine}"
    if program is None or any((_PROFILES / name).exists() for name in (engine, f"usr.bin.{engine}")):
        return
    text = (
        "# Written by hpcstack; changes here are lost.\n"
        "abi <abi/4.0>,\ninclude <tunables/global>\n\n"
        f"profile hpcstack-{engine} {program} flags=(unconfined) {{\n  userns,\n}}\n"
    )
    if changes.file(own, text):
        changes.command(f"{engine} may make user namespaces", "apparmor_parser", "--replace", str(own))


def _value(key: str) -> int | None:
    """A setting of the kernel; None where this kernel has no such one."""
    try:
        return int((_KERNEL / key).read_text())
    except (OSError, ValueError):
        return None
