"""A changed key: into its file, and Slurm's daemons read it. And the timer that looks for one, and for a changed certificate."""

from __future__ import annotations

import shlex
from pathlib import Path

from ..library import blocks, commands, program, services, waiting
from ..library.changes import Changes
from ..library.faults import Fault
from . import front, keys
from .front import Front
from .keys import Source

_DAEMON = Path("/opt/slurm/etc/slurmdbd.conf")
_PROGRAM = "/opt/hpcstack/bin/slurmrestd"
_UNIT = "hpcstack-slurmrestd-key"
_ANSWER_SECONDS = 120
_PENDING = Path("/var/lib/hpcstack/slurmrestd-restarts")
"""There from a changed key until Slurm's daemons have it: a run that was cut in between is gone on with."""
_SERVICE = """[Unit]
Description=Fetch the key of Slurm's web tokens anew, and the certificate of its REST API
After=network-online.target slurmctld.service
Wants=network-online.target

[Service]
Type=oneshot
ExecStart={command}
"""
_TIMER = """[Unit]
Description=Look for a changed key of Slurm's web tokens, and a changed certificate of its REST API

[Timer]
OnActiveSec={minutes}min
OnUnitActiveSec={minutes}min
RandomizedDelaySec=30

[Install]
WantedBy=timers.target
"""


def both(changes: Changes, source: Source, tls: Front | None) -> None:
    """The present key and the present certificate: a fault of one does not keep the other from being new."""
    faults: list[str] = []
    try:
        refresh(changes, source)
    except Fault as fault:
        faults.append(str(fault))
    try:
        if tls:
            front.refresh(changes, tls)
    except Fault as fault:
        faults.append(str(fault))
    if faults:
        raise Fault("; ".join(faults))


def refresh(changes: Changes, source: Source, *, kept_serves: bool = False) -> None:
    """The present key, known to slurmdbd, then slurmctld; neither is restarted for nothing. Raises Fault.

    With `kept_serves` a key that cannot be had now is only told if there is one already: the timer looks again, and an update of
    the cluster is not undone because an identity provider is away.
    """
    try:
        key = keys.put(changes, source) or _PENDING.exists()
    except Fault as fault:
        if not (kept_serves and keys.kept(source)):
            raise
        changes.say(f"the present key stays: {fault}")
        key = _PENDING.exists()
    told = _tell_slurmdbd(changes, source)
    if key or told:
        changes.file(_PENDING, "Slurm's daemons do not know the key yet\n", mode=0o600)
    if (key or told) and _DAEMON.exists():
        services.restart(changes, "slurmdbd")
    if key and services.active("slurmctld"):
        services.restart(changes, "slurmctld")
        if changes.dry_run:
            return
        waiting.until(_controller_answers, "slurmctld to answer (scontrol ping)", _ANSWER_SECONDS)
    if (key or told) and not changes.dry_run and _DAEMON.exists():
        waiting.until(_accounting_answers, "slurmdbd to answer (sacctmgr)", _ANSWER_SECONDS)
    if key or told:
        changes.gone(_PENDING)


def keep_fresh(changes: Changes, source: Source, minutes: int, tls: Front | None) -> None:
    """The program stays on the node, and a timer runs its step `refresh`."""
    changes.file(_PROGRAM, program.itself(), mode=0o755)
    command = (
        shlex.join([_PROGRAM, "refresh", *source.option, *(tls.option if tls else [])])
        .replace("%", "%%")
        .replace("$", "$$")
    )
    services.unit(changes, f"{_UNIT}.service", _SERVICE.format(command=command))
    changed = services.unit(changes, f"{_UNIT}.timer", _TIMER.format(minutes=minutes))
    services.running(changes, f"{_UNIT}.timer", changed=changed)


def _tell_slurmdbd(changes: Changes, source: Source) -> bool:
    """slurmdbd.conf is the site's: ParallelCluster writes it once, and its own settings into a file that it includes (3.16)."""
    if not _DAEMON.exists():
        return False
    lines = ["AuthAltTypes=auth/jwt", f"AuthAltParameters={source.parameter}"]
    text = blocks.with_block(_DAEMON.read_text(), "slurmrestd", lines)
    return changes.file(_DAEMON, text, mode=0o600, owner="slurm", secret=True)


def _controller_answers() -> bool:
    return "is UP" in commands.attempt("/opt/slurm/bin/scontrol", "ping")[1]


def _accounting_answers() -> bool:
    return commands.attempt("/opt/slurm/bin/sacctmgr", "-nP", "show", "clusters")[0] == 0
