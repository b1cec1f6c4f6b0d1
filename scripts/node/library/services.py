"""Units of systemd."""

from __future__ import annotations

from . import commands
from .changes import Changes

_UNITS = "/etc/systemd/system"


def unit(changes: Changes, name: str, text: str) -> bool:
    """Have a unit file such as `slurmrestd.service`; whether it differed. systemd knows of it afterwards."""
    if not changes.file(f"{_UNITS}/{name}", text):
        return False
    if not changes.dry_run:
        commands.output("systemctl", "daemon-reload")
    return True


def active(name: str) -> bool:
    return commands.attempt("systemctl", "is-active", "--quiet", name)[0] == 0


def enabled(changes: Changes, name: str) -> bool:
    """Have a unit begin at each start of the node; whether it did not."""
    if commands.attempt("systemctl", "is-enabled", "--quiet", name)[0] == 0:
        return False
    changes.command(f"{name} enabled", "systemctl", "enable", "--quiet", name)
    return True


def restart(changes: Changes, name: str) -> None:
    changes.command(f"{name} restarted", "systemctl", "restart", name)


def running(changes: Changes, name: str, *, changed: bool) -> bool:
    """Have a unit run, enabled, and restarted if what it reads has `changed`; whether something was done."""
    done = enabled(changes, name)
    if changed or not active(name):
        restart(changes, name)
        return True
    return done
