"""Start and stop the directory of the local cloud."""

from __future__ import annotations

import fcntl
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from localcloud import paths, ports, processes
from localcloud.directory import configuration, controller, requirements
from localcloud.directory.layout import PORTS, DirectoryInfo, Layout, check_domain, describe, layout
from localcloud.directory.provision import provision
from localcloud.errors import LocalCloudError

NAME = "directory"
_RELEASE_SECONDS = 30
_ADDRESSES_TRIED = 3


def start(domain: str) -> DirectoryInfo:
    """Serve `domain`: make the directory if there is none, start it if it does not run, and wait until it answers.

    Raises LocalCloudError without root or Samba, when another domain lives here, or when Samba does not answer in two minutes.
    """
    domain = check_domain(domain)
    with _lock() as lock:
        where = layout()
        known = where.read_identity()
        if known and known["domain"] != domain:
            raise LocalCloudError(
                f"the local directory serves {known['domain']}, not {domain}; use that domain, or remove the directory "
                "with all its users first"
            )
        if known and processes.running(NAME):
            return describe(where, domain, known["address"])
        requirements.check()
        address = _address(known["address"] if known else None)
        if not known:
            provision(where, domain, address, lock)
        return describe(where, domain, _serve(where, domain, address))


def stop() -> bool:
    """End the directory's processes; what it holds stays. False when it was not running."""
    with _lock():
        return processes.stop(NAME)


def info() -> DirectoryInfo | None:
    """The running directory, or None."""
    where = layout()
    known = where.read_identity()
    if not known or not processes.running(NAME):
        return None
    return describe(where, known["domain"], known["address"])


def remove() -> None:
    """Stop the directory and delete it with all its users and passwords."""
    with _lock():
        processes.stop(NAME)
        where = layout()
        # Renamed first: a removal that is cut off leaves no half directory behind.
        leaving = where.home.with_name(where.home.name + ".old")
        shutil.rmtree(leaving, ignore_errors=True)
        if where.home.exists():
            shutil.rmtree(configuration.lock_directory(where), ignore_errors=True)
            where.home.rename(leaving)
            shutil.rmtree(leaving)


def _serve(where: Layout, domain: str, address: str) -> str:
    """Run on `address`, or on another if somebody takes it between the choice and Samba's start; returns the address."""
    for _ in range(_ADDRESSES_TRIED):
        try:
            _run(where, domain, address)
        except controller.AddressTaken:
            address = ports.loopback_address(PORTS)
        else:
            return address
    _run(where, domain, address)
    return address


def _run(where: Layout, domain: str, address: str) -> None:
    where.write_identity(domain, address)
    controller.run(NAME, where, domain, address)


def _address(remembered: str | None) -> str:
    """The remembered address, so that what was told about the directory stays true; another if somebody else took it."""
    if remembered is None:
        return ports.loopback_address(PORTS)
    # Samba's workers may outlive a killed master for a moment.
    deadline = time.monotonic() + _RELEASE_SECONDS
    while not _free(remembered):
        if time.monotonic() > deadline:
            return ports.loopback_address(PORTS)
        time.sleep(0.1)
    return remembered


def _free(address: str) -> bool:
    """Whether every port of the directory can be bound on `address`."""
    for port in PORTS:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
            # As a server does: connections of a former run that still close do not count.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((address, port))
            except OSError:
                return False
    return True


@contextmanager
def _lock() -> Iterator[int]:
    """One start, stop or removal at a time, between processes; yields the lock's file descriptor."""
    paths.STATE.mkdir(parents=True, exist_ok=True)
    with (paths.STATE / "directory.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle.fileno()
