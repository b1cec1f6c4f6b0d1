"""What this node has for containers: libraries of its network and file systems. The task prolog binds them."""

from __future__ import annotations

from . import commands
from .job import RUN

FOUND = f"{RUN}/node-libraries"
"""What the prolog found on this node, since each boot once: a line of libraries, a line with EFA's answer."""
_LIBRARIES = (
    "libnl-",
    "libefa.",
    "libib",
    "librdma",
    "libacm",
    "liblustreapi.",
    "liblnetconfig.",
    "libyaml-",
    "libyaml.",
)
_EFA = "/opt/amazon/efa"


def look() -> str:
    """The libraries by the dynamic linker's cache, and whether libfabric finds EFA."""
    cache, efa = commands.answers(
        ("ldconfig", "-p"), ("env", f"PATH={_EFA}/bin:/usr/bin:/bin", "fi_info", "-p", "efa", "-t", "FI_EP_RDM")
    )
    return f"{','.join(_libraries(cache or b''))}\n{'efa' if efa else ''}\n"


def _libraries(cache: bytes) -> list[str]:
    """Of lines such as `libefa.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libefa.so.1`, the first path of each name."""
    paths: dict[str, str] = {}
    for line in cache.decode(errors="replace").splitlines():
        name, arrow, path = line.strip().partition(" => ")
        if arrow and name.startswith(_LIBRARIES) and "," not in path:
            paths.setdefault(name.split(" ")[0], path)
    return list(paths.values())
