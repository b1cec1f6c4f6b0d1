"""Users that services run as."""

from __future__ import annotations

import pwd

from .changes import Changes


def system_user(changes: Changes, name: str) -> bool:
    """Have a user without home and shell, of a group of the same name; whether it was missing."""
    try:
        pwd.getpwnam(name)
    except KeyError:
        shell = "/usr/sbin/nologin"
        changes.command(
            f"system user {name} made",
            *("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"),
            *("--shell", shell, name),
        )
        return True
    return False
