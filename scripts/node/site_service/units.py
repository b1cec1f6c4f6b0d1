"""The units of a service: the service, which starts only with all its files there, and what waits for these."""

from __future__ import annotations

import os
from typing import Any

from ..library.faults import Fault

CONFIG = "SITE_SERVICE_CONFIG"
_RUNTIMES = ("/usr/bin/apptainer", "/usr/local/bin/apptainer", "/usr/bin/singularity", "/usr/local/bin/singularity")


def name(service: dict[str, Any]) -> str:
    return f"site-{service['name']}"


def units(service: dict[str, Any]) -> dict[str, str]:
    """Text by file name."""
    return {
        f"{name(service)}.service": _service(service),
        f"{name(service)}.path": _path(service),
        f"{name(service)}.timer": _timer(service),
    }


def inputs(service: dict[str, Any]) -> list[str]:
    """All files that must be there."""
    own = [service["image"] or service["command"], service["config"], *service["inputs"]]
    return list(dict.fromkeys(path for path in own if path))


def _service(service: dict[str, Any]) -> str:
    # Several lines of a condition all have to hold (systemd.unit(5)); those of a path unit do not.
    conditions = "".join(f"ConditionPathExists={_specifier(path)}\n" for path in inputs(service))
    config = f'Environment="{CONFIG}={_quoted(service["config"])}"\n' if service["config"] else ""
    inside = f'Environment="APPTAINERENV_{CONFIG}={_quoted(service["config"])}"\n' if service["config"] else ""
    inside += inside.replace("APPTAINERENV", "SINGULARITYENV")
    writes = "".join(f"ReadWritePaths=-{_specifier(path)}\n" for path in service["writes"])
    return f"""# Written by hpcstack.
[Unit]
Description=Site service {service["name"]}
After=network-online.target remote-fs.target
Wants=network-online.target
{conditions}StartLimitIntervalSec=0

[Service]
User={service["user"]}
{config}{inside if service["image"] else ""}ExecStart={_command(service)}
Restart=always
RestartSec=5
{_HARDENED if not service["image"] else _HARDENED_FOR_CONTAINERS}{writes}
[Install]
WantedBy=multi-user.target
"""


_HARDENED_FOR_CONTAINERS = """PrivateTmp=yes
ProtectHome=read-only
ProtectSystem=strict
ProtectClock=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
CapabilityBoundingSet=
AmbientCapabilities=
LockPersonality=yes
UMask=0027
"""
"""Apptainer makes a user namespace and mounts of its own."""
_HARDENED = (
    _HARDENED_FOR_CONTAINERS
    + """NoNewPrivileges=yes
PrivateDevices=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelTunables=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
"""
)


def _path(service: dict[str, Any]) -> str:
    """Changes on this node start the service at once. PathExists would start it without end while another file is missing."""
    watched = "".join(f"PathChanged={_specifier(path)}\n" for path in inputs(service))
    return f"""# Written by hpcstack.
[Unit]
Description=Files of site service {service["name"]}

[Path]
{watched}
[Install]
WantedBy=multi-user.target
"""


def _timer(service: dict[str, Any]) -> str:
    """What another machine writes into a shared folder, or a bucket into Lustre, tells this node nothing, so it is looked for."""
    return f"""# Written by hpcstack.
[Unit]
Description=Looks for the files of site service {service["name"]}

[Timer]
OnCalendar=*:*:0/30
AccuracySec=5

[Install]
WantedBy=timers.target
"""


def _command(service: dict[str, Any]) -> str:
    arguments = [_quoted_word(word) for word in service["args"]]
    if service["command"]:
        return " ".join([_quoted_word(service["command"]), *arguments])
    runtime = next((path for path in _RUNTIMES if os.access(path, os.X_OK)), None)
    if runtime is None:
        raise Fault(
            f"site service {service['name']} is an image, and there is neither apptainer nor singularity on this node;"
            " add one of them to image.components"
        )
    folders = dict.fromkeys(
        os.path.dirname(path) for path in [*inputs(service)[1:], *(f"{one}/." for one in service["writes"])]
    )
    binds = [word for folder in folders for word in ("--bind", _quoted_word(folder))]
    return " ".join([runtime, "run", *binds, _quoted_word(service["image"]), *arguments])


def _quoted_word(text: str) -> str:
    """One argument of ExecStart: no variable, no specifier, no end of the word (systemd.service(5), command lines)."""
    return f'"{_quoted(text).replace("$", "$$")}"'


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")


def _specifier(path: str) -> str:
    return path.replace("%", "%%")
