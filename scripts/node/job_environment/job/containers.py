"""What Singularity and Apptainer bind into containers: shared storage, and libraries of the node's network and file systems."""

from __future__ import annotations

import os

from . import commands
from .job import RUN

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing costs a third of a script
    from collections.abc import Mapping
    from typing import Any

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


def known() -> tuple[str, bool]:
    """(libraries, whether there is EFA) as the prolog found them."""
    try:
        with open(FOUND, encoding="utf-8") as file:
            libraries, efa, *_ = file.read().split("\n")
    except (OSError, ValueError):
        return "", False
    return libraries, bool(efa)


def exports(environment: Mapping[str, str], settings: Mapping[str, Any]) -> dict[str, str]:
    """The variables; what the user has set already stands first."""
    if not settings["containerBinds"]:
        return {}
    libraries, efa = known()
    binds = [bind for bind in settings["containerBinds"] if os.path.exists(bind.partition(":")[0])]
    found = {"BIND": binds, "CONTAINLIBS": libraries.split(",") if libraries else []}
    mpi = _intel_mpi(environment, efa)
    found["BIND"] += mpi.pop("BIND", "").split(",") if mpi.get("BIND") else []
    values: dict[str, str] = {}
    for program in ("SINGULARITY", "APPTAINER"):
        for name, wanted in found.items():
            given = environment.get(f"{program}_{name}", "")
            # A step has what its batch script was given already.
            words = [given, *(word for word in wanted if word not in given.split(","))]
            if any(words):
                values[f"{program}_{name}"] = ",".join(dict.fromkeys(word for word in words if word))
        if "PRELOAD" in mpi:
            values[f"{program}ENV_LD_PRELOAD"] = mpi["PRELOAD"]
    values.update({name: value for name, value in mpi.items() if name.startswith("I_MPI_")})
    return values


def _intel_mpi(environment: Mapping[str, str], efa: bool) -> dict[str, str]:
    """With Intel MPI loaded: its libraries and EFA's are bound, and the node's own MPI comes before the container's."""
    root = environment.get("I_MPI_ROOT", "")
    if not root.startswith("/") or "," in root or ":" in root or not os.path.isdir(root):
        return {}
    found = {"BIND": ",".join(path for path in (root, _EFA) if os.path.isdir(path))}
    libraries = (
        _first(f"{root}/lib/release/libmpi.so.12", f"{root}/lib/libmpi.so.12"),
        _first(f"{_EFA}/lib64/libfabric.so.1", f"{_EFA}/lib/libfabric.so.1", f"{root}/libfabric/lib/libfabric.so.1"),
    )
    preload = ":".join(path for path in libraries if path)
    if preload:
        found["PRELOAD"] = preload
    if efa:
        found.update({"I_MPI_OFI_LIBRARY_INTERNAL": "0", "I_MPI_OFI_PROVIDER": "efa"})
    return found


def _first(*paths: str) -> str:
    return next((path for path in paths if os.path.exists(path)), "")


def _libraries(cache: bytes) -> list[str]:
    """Of lines such as `libefa.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libefa.so.1`, the first path of each name."""
    paths: dict[str, str] = {}
    for line in cache.decode(errors="replace").splitlines():
        name, arrow, path = line.strip().partition(" => ")
        if arrow and name.startswith(_LIBRARIES) and "," not in path:
            paths.setdefault(name.split(" ")[0], path)
    return list(paths.values())
