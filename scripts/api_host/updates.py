"""Security updates by themselves, with a restart at night where one is needed."""

from __future__ import annotations

from ..node.library.changes import Changes

_TEXT = """APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
Unattended-Upgrade::Automatic-Reboot "true";
Unattended-Upgrade::Automatic-Reboot-WithUsers "true";
Unattended-Upgrade::Automatic-Reboot-Time "03:30";
"""


def apply(changes: Changes) -> None:
    changes.file("/etc/apt/apt.conf.d/52hpcstack", _TEXT)
