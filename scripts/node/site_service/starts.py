"""How a service starts: a program of the node, or a container image by Apptainer, SingularityCE or Podman; and what it may do."""

from __future__ import annotations

import os
import pwd
import re
from typing import Any

from ..library.faults import Fault

CONFIG = "SITE_SERVICE_CONFIG"
_SUFFIX = ".tar"
"""Of files that `podman save` and `docker save` write. All others are for Apptainer and SingularityCE."""
_PODMAN = ("/usr/bin/podman",)
_CRUN = ("/usr/bin/crun", "/usr/sbin/crun", "/usr/local/bin/crun", "/usr/local/sbin/crun")
"""Where Podman looks for it (containers.conf(5), engine.runtimes)."""
_RUNTIMES = ("/usr/bin/apptainer", "/usr/local/bin/apptainer", "/usr/bin/singularity", "/usr/local/bin/singularity")
_SYSTEM = re.compile(
    r"/|/(bin|boot|dev|etc|home|lib|lib32|lib64|opt|proc|root|run|sbin|srv|sys|tmp)|/usr(/.*)?|/var(/[^/]+)?"
)
"""Folders that images have as well, with other files in them."""
# No ProtectClock: until systemd 253 it keeps a service from /dev/fuse, by which images are mounted.
_HARDENED_FOR_CONTAINERS = """PrivateTmp=yes
ProtectHome=read-only
ProtectSystem=strict
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
ProtectClock=yes
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


def lines(service: dict[str, Any], name: str) -> str:
    """Lines of the unit's section [Service]. `name` is the unit's, and the container's. Raises Fault."""
    if service["command"]:
        return _program(service)
    return _podman(service, name) if service["image"].endswith(_SUFFIX) else _apptainer(service)


def inputs(service: dict[str, Any]) -> list[str]:
    """All files that must be there."""
    own = [service["image"] or service["command"], service["config"], *service["inputs"]]
    return list(dict.fromkeys(path for path in own if path))


def _program(service: dict[str, Any]) -> str:
    start = _words([service["command"], *service["args"]])
    return f"User={service['user']}\n{_variables(service, '')}ExecStart={start}\n{_HARDENED}{_writes(service)}"


def _apptainer(service: dict[str, Any]) -> str:
    """`--userns`: what is setuid would get no capabilities here. `--no-eval`: arguments are no shell's."""
    runtime = _runtime(service, _RUNTIMES, "neither apptainer nor singularity is", "one of them")
    binds = [word for path in [*_read(service), *service["writes"]] for word in ("--bind", path)]
    words = [runtime, "run", "--userns", "--no-home", "--no-eval", *binds, service["image"], *service["args"]]
    names = "".join(_variables(service, prefix) for prefix in ("", "APPTAINERENV_", "SINGULARITYENV_"))
    return f"User={service['user']}\n{names}ExecStart={_words(words)}\n{_HARDENED_FOR_CONTAINERS}{_writes(service)}"


def _podman(service: dict[str, Any], name: str) -> str:
    """Podman itself is root's, so that no ranges of ids are needed; what it runs is the user's, without capabilities.

    `--rmi` goes with `--rm` by itself only in newer ones: older ones keep each image, for its ended container's sake.
    Volumes that the image itself declares would be writable. All its processes are in the unit's control group
    (crun can do that), so that the unit's end is theirs.
    """
    podman = _runtime(service, _PODMAN, "podman is not", "it")
    _runtime(service, _CRUN, "crun, by which podman runs it, is not", "podman")
    volumes = [*(f"{one}:{one}:ro" for one in _read(service)), *(f"{one}:{one}" for one in service["writes"])]
    words = [
        *(podman, "--runtime=crun", "run", "--cgroups=disabled", "--rm", "--rmi", "--replace"),
        *(f"--name={name}", "--network=host"),
        *("--log-driver=none", "--cap-drop=all", "--security-opt=no-new-privileges", "--security-opt=label=disable"),
        *(*_who(service), "--read-only", "--tmpfs=/tmp", "--image-volume=ignore"),
        *(f"--volume={one}" for one in volumes),
        *([f"--env={CONFIG}"] if service["config"] else []),
        *(f"docker-archive:{service['image']}", *service["args"]),
    ]
    stop = _words([podman, "stop", "--ignore", "--time=10", name])
    return f"{_variables(service, '')}ExecStart={_words(words)}\nExecStop={stop}\nKillMode=mixed\n"


def _runtime(service: dict[str, Any], known: tuple[str, ...], missing: str, wanted: str) -> str:
    found = next((path for path in known if os.access(path, os.X_OK)), None)
    if found is None:
        raise Fault(
            f"site service {service['name']} is an image, and {missing} on this node; add {wanted} to image.components"
        )
    return found


def _read(service: dict[str, Any]) -> list[str]:
    """What it sees read-only: folders of its files, which may be replaced by others of the same name.

    Where such a folder would hide the image's own, it is the file alone. What lies in `writes` is there already.
    """
    files = [path for path in inputs(service)[1:] if not _written(service, path)]
    folders = {path: os.path.dirname(path) for path in files}
    return list(dict.fromkeys(path if _SYSTEM.fullmatch(folder) else folder for path, folder in folders.items()))


def _written(service: dict[str, Any], path: str) -> bool:
    return any(path.startswith(f"{folder}/") for folder in service["writes"])


def _who(service: dict[str, Any]) -> list[str]:
    """By numbers, as the image need not know the user; with all his groups, as by User=. -1 where a dry run did not make him."""
    try:
        found = pwd.getpwnam(service["user"])
    except KeyError:
        return ["--user=-1:-1"]
    others = sorted(set(os.getgrouplist(found.pw_name, found.pw_gid)) - {found.pw_gid})
    return [f"--user={found.pw_uid}:{found.pw_gid}", *(f"--group-add={gid}" for gid in others)]


def _variables(service: dict[str, Any], prefix: str) -> str:
    return f'Environment="{prefix}{CONFIG}={_quoted(service["config"])}"\n' if service["config"] else ""


def _writes(service: dict[str, Any]) -> str:
    return "".join(f"ReadWritePaths=-{_quoted(path)}\n" for path in service["writes"])


def _words(words: list[str]) -> str:
    """No variable, no specifier, no end of a word (systemd.service(5), "Command lines")."""
    return " ".join(f'"{_quoted(word).replace("$", "$$")}"' for word in words)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
