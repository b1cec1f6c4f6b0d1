"""A network that can fail: ports of another loopback address that lead to a controller's."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
from dataclasses import dataclass, field


def free_address() -> str:
    """One that no local cloud takes meanwhile: theirs are all of 127.77.0.0/16."""
    return f"127.78.{random.randrange(1, 255)}.{random.randrange(1, 255)}"


@dataclass
class Relay:
    """Forwards until it is told otherwise. Used as a context."""

    address: str
    target: str
    ports: tuple[int, ...] = (88, 389, 636)
    _links: list[socket.socket] = field(default_factory=list)
    _doors: list[socket.socket] = field(default_factory=list)
    _flowing: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Relay:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        self._flowing.set()
        self._doors.clear()
        for port in self.ports:
            door = socket.create_server((self.address, port))
            self._doors.append(door)
            threading.Thread(target=self._serve, args=(door, port), daemon=True).start()

    def close(self) -> None:
        """No new connections, and an end to those that are open."""
        for door in self._doors:
            with contextlib.suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)
            door.close()
        self.cut()
        self._flowing.set()

    def cut(self) -> None:
        """End every connection that is open now."""
        while self._links:
            with contextlib.suppress(OSError):
                self._links.pop().shutdown(socket.SHUT_RDWR)

    def hold(self) -> None:
        """Fall silent: what arrives is kept, nothing is sent on, and nobody is told."""
        self._flowing.clear()

    def release(self) -> None:
        """Send on what was held back."""
        self._flowing.set()

    def _serve(self, door: socket.socket, port: int) -> None:
        while True:
            try:
                near, _ = door.accept()
            except OSError:
                return
            try:
                far = socket.create_connection((self.target, port))
            except OSError:
                # The controller is away: the caller's connection is refused, the relay stays.
                near.close()
                continue
            for link in (near, far):
                link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._links += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._flowing.wait()
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
