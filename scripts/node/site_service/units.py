"""The units of a service: the service, which starts only with all its files there, and what waits for these."""

from __future__ import annotations

from typing import Any

from . import starts


def name(service: dict[str, Any]) -> str:
    return f"site-{service['name']}"


def units(service: dict[str, Any]) -> dict[str, str]:
    """Text by file name. Raises Fault."""
    return {
        f"{name(service)}.service": _service(service),
        f"{name(service)}.path": _path(service),
        f"{name(service)}.timer": _timer(service),
    }


def _service(service: dict[str, Any]) -> str:
    # Several lines of a condition all have to hold (systemd.unit(5)); those of a path unit do not.
    conditions = "".join(f"ConditionPathExists={_specifier(path)}\n" for path in starts.inputs(service))
    return f"""# Written by hpcstack.
[Unit]
Description=Site service {service["name"]}
After=network-online.target remote-fs.target
Wants=network-online.target
{conditions}StartLimitIntervalSec=0

[Service]
{starts.lines(service, name(service))}Restart=always
RestartSec=5

[Install]
WantedBy=multi-user.target
"""


def _path(service: dict[str, Any]) -> str:
    """Changes on this node start the service at once. PathExists would start it without end while another file is missing."""
    watched = "".join(f"PathChanged={_specifier(path)}\n" for path in starts.inputs(service))
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


def _specifier(path: str) -> str:
    return path.replace("%", "%%")
