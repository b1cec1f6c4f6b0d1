"""A VPC as a network of its own: one namespace with a bridge, which has the VPC's resolver and the metadata service; one
namespace for each machine. No way leads out, and nothing of this machine's own network is changed."""

import ctypes
import ipaddress
import os
import socket
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localcloud.errors import LocalCloudError
from localcloud.machines import place

METADATA = "169.254.169.254"
_NAMESPACES = Path("/run/netns")
_BRIDGE = "02:00:00:00:00:01"
"""Hardware address; one that is administered locally."""
_CLONE_NEWNET = 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Network:
    """Every address of the VPC is on the link: routes and security groups are not acted out."""

    namespace: str
    cidr: str

    @property
    def resolver(self) -> str:
        """The address of Amazon's DNS server: the base of the VPC's range plus two (VPC User Guide)."""
        return str(ipaddress.ip_network(self.cidr)[2])

    @property
    def router(self) -> str:
        """The VPC's router, at the base plus one. Behind it is what the local cloud has outside of AWS."""
        return str(ipaddress.ip_network(self.cidr)[1])

    @property
    def length(self) -> int:
        return ipaddress.ip_network(self.cidr).prefixlen


def start(vpc_id: str, cidr: str) -> Network:
    network = Network(place.name(vpc_id), cidr)
    _ip("netns", "add", network.namespace)
    inside = ("-n", network.namespace)
    # An address of its own: a bridge takes the lowest of its ports', so that it changed when machines came and went, and the
    # others did not reach it until they asked again, up to a minute later.
    _ip(*inside, "link", "add", "br0", "address", _BRIDGE, "type", "bridge")
    _ip(*inside, "addr", "add", f"{network.resolver}/{network.length}", "dev", "br0")
    _ip(*inside, "addr", "add", f"{METADATA}/32", "dev", "br0")
    for link in ("lo", "br0"):
        _ip(*inside, "link", "set", link, "up")
    return network


def add_address(network: Network, address: str) -> None:
    """One more address on which something in the VPC can be served."""
    _ip("-n", network.namespace, "addr", "add", f"{address}/32", "dev", "br0")


def attach(network: Network, instance_id: str, address: str) -> str:
    """The namespace of a new machine, with `address` in the network."""
    own, link = place.name(instance_id), f"v{instance_id[-8:]}"
    _ip("netns", "add", own)
    _ip("-n", network.namespace, "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", own)
    _ip("-n", network.namespace, "link", "set", link, "master", "br0", "up")
    for device in ("lo", "eth0"):
        _ip("-n", own, "link", "set", device, "up")
    _ip("-n", own, "addr", "add", f"{address}/{network.length}", "dev", "eth0")
    # Also the metadata service is reached by it; nothing else answers.
    _ip("-n", own, "route", "add", "default", "via", network.resolver)
    return own


def remove(namespace: str) -> None:
    """The namespace goes with the last process in it."""
    if (_NAMESPACES / namespace).exists():
        _ip("netns", "delete", namespace)


def namespaces(prefix: str) -> list[str]:
    return sorted(path.name for path in _NAMESPACES.glob(f"{prefix}-*"))


def inside(namespace: str, work: Callable[[], Any]) -> Any:
    """The answer of `work`, called in a thread of this process that is in `namespace` (setns(2) is for a thread)."""
    answers: list[Any] = []
    faults: list[BaseException] = []

    def run() -> None:
        try:
            with (_NAMESPACES / namespace).open() as file:
                if _LIBC.setns(file.fileno(), _CLONE_NEWNET):
                    code = ctypes.get_errno()
                    raise OSError(code, os.strerror(code), namespace)
            answers.append(work())
        except BaseException as error:  # noqa: BLE001  (raised in the caller's thread)
            faults.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if faults:
        raise faults[0]
    return answers[0]


def bound(namespace: str, address: str, port: int, kind: socket.SocketKind = socket.SOCK_STREAM) -> socket.socket:
    """A socket of this process that belongs to `namespace`; one for streams listens."""

    def make() -> socket.socket:
        made = socket.socket(socket.AF_INET, kind)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((address, port))
        if kind == socket.SOCK_STREAM:
            made.listen(128)
        return made

    found: socket.socket = inside(namespace, make)
    return found


def _ip(*arguments: str) -> None:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise LocalCloudError(f"ip {' '.join(arguments)} failed: {done.stderr.strip()}")
