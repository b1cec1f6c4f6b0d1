"""The program stays on the node, and looks at the list every few minutes: a changed list needs no update of the cluster."""

from __future__ import annotations

from pathlib import Path

from ..library import program, services
from ..library.changes import Changes

NAME = "hpcstack-local-users"
_PROGRAM = Path("/usr/local/lib/hpcstack/local_users.pyz")
_SERVICE = """[Unit]
Description=Accounts of the stack's list of users
Wants=network-online.target
After=network-online.target remote-fs.target

[Service]
Type=oneshot
ExecStart={program} --list {uri} --unless-running
TimeoutStartSec=900
Nice=10
IOSchedulingClass=idle
"""
_TIMER = """[Unit]
Description=Accounts of the stack's list of users, every five minutes

[Timer]
OnActiveSec=5min
OnUnitInactiveSec=5min
RandomizedDelaySec=60

[Install]
WantedBy=timers.target
"""


def reconcile(changes: Changes, uri: str) -> None:
    """Have the program, its service and its timer. Raises Fault where the program is not packed."""
    changes.file(_PROGRAM, program.itself(), mode=0o755)
    services.unit(changes, f"{NAME}.service", _SERVICE.format(program=_PROGRAM, uri=uri.replace("%", "%%")))
    changed = services.unit(changes, f"{NAME}.timer", _TIMER)
    services.running(changes, f"{NAME}.timer", changed=changed)
