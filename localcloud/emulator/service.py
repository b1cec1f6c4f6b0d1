"""Start, describe and stop the AWS emulator as a daemon of the local cloud."""

import fcntl
import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from localcloud import paths, ports, processes
from localcloud.emulator import booted
from localcloud.emulator.health import BIRTH_VARIABLE
from localcloud.errors import LocalCloudError
from localcloud.machines import image, mode
from localcloud.processes import Daemon

NAME = "emulator"
HOST = "127.0.0.1"
_TRIES = 3
_START_SECONDS = 180
# A process that has ended still holds its port while its last threads go.
_RELEASE_SECONDS = 5.0
_TAKEN = "cannot listen on"


def start() -> Daemon:
    """Start the emulator and wait until it answers; the one that runs is returned as it is. Raises LocalCloudError.

    The port of the last start is used again while it is free: endpoints that a program's state holds stay valid.
    """
    with _lock():
        if running := processes.running(NAME):
            return running
        if mode.chosen():
            image.ensure()  # it may take longer than a start is waited for
        return _start_anywhere()


def stop() -> bool:
    """End it, and with it all that it knew. False if it was not running."""
    with _lock():
        return processes.stop(NAME, timeout=5)


def endpoint() -> str | None:
    """Its URL, or None while it does not run."""
    daemon = processes.running(NAME)
    return str(daemon.info["endpoint"]) if daemon else None


def birth() -> str | None:
    """Id of the running emulator, new at each start; None while it does not run or does not answer."""
    url = endpoint()
    health = _health(url) if url else None
    return health["birth"] if health else None


def log_file() -> Path:
    return processes.log_file(NAME)


def _start_anywhere() -> Daemon:
    """On the remembered port or another one."""
    for remaining in reversed(range(_TRIES)):
        port = _port()
        try:
            daemon = _start(port)
        except LocalCloudError as error:
            if remaining and _TAKEN in str(error):
                _port_file().unlink(missing_ok=True)
                continue
            raise
        _port_file().write_text(str(port))
        return daemon
    raise LocalCloudError("no free port for the AWS emulator")


def _start(port: int) -> Daemon:
    url, birth = f"http://{HOST}:{port}", str(uuid.uuid4())

    def ready() -> bool:
        # Another project's emulator may have taken the port meanwhile: its answer does not count.
        return (_health(url) or {}).get("birth") == birth

    return processes.start(
        NAME,
        [sys.executable, "-m", "localcloud.emulator", "--host", HOST, "--port", str(port)],
        info={"endpoint": url, "port": port},
        ready=ready,
        timeout=_START_SECONDS,
        env={
            **_environment(),
            BIRTH_VARIABLE: birth,
            booted.VARIABLE: "1" if mode.chosen() else "",
            "HPCSTACK_LOCALCLOUD_DIR": str(paths.STATE),
            "PYTHONPATH": str(paths.ROOT),
        },
        cwd=paths.ROOT,
    )


@contextmanager
def _lock() -> Iterator[None]:
    """One start or stop at a time, whoever calls."""
    folder = paths.STATE / "emulator"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _environment() -> dict[str, str]:
    """Ours without settings of AWS clients, which would lead the emulator's own calls astray."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}


def _port() -> int:
    """The remembered port, or a free one if none is remembered or somebody else has it."""
    try:
        port = int(_port_file().read_text())
    except (ValueError, OSError):
        return ports.free_port(HOST)
    deadline = time.monotonic() + _RELEASE_SECONDS
    while not _is_free(port):
        if time.monotonic() > deadline:
            return ports.free_port(HOST)
        time.sleep(0.05)
    return port


def _is_free(port: int) -> bool:
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
    except OSError:
        return False
    return True


def _port_file() -> Path:
    return paths.STATE / "emulator" / "port"


def _health(url: str) -> dict[str, str] | None:
    try:
        with urllib.request.urlopen(f"{url}/localcloud/health", timeout=5) as answer:
            found = json.load(answer)
    except (OSError, ValueError, urllib.error.URLError):
        return None
    return found if found.get("status") == "ready" else None
