"""Ways from the machines' network to servers of the local cloud that listen on this machine's loopback, such as the directory."""

import contextlib
import socket
import threading

_CONNECT_SECONDS = 10
_CHUNK = 65536


def serve(listener: socket.socket, host: str, port: int) -> None:
    """Pass every connection of `listener` on to a server. Returns at once; it ends with the process."""
    threading.Thread(target=_accept, args=(listener, host, port), daemon=True).start()


def _accept(listener: socket.socket, host: str, port: int) -> None:
    while True:
        client, _ = listener.accept()
        threading.Thread(target=_pass_on, args=(client, host, port), daemon=True).start()


def _pass_on(client: socket.socket, host: str, port: int) -> None:
    try:
        server = socket.create_connection((host, port), timeout=_CONNECT_SECONDS)
    except OSError:
        # As a port on which nobody listens, only later.
        client.close()
        return
    server.settimeout(None)
    back = threading.Thread(target=_copy, args=(server, client), daemon=True)
    back.start()
    _copy(client, server)
    back.join()
    client.close()
    server.close()


def _copy(source: socket.socket, target: socket.socket) -> None:
    """Until the source says no more, or either is gone."""
    with contextlib.suppress(OSError):
        while part := source.recv(_CHUNK):
            target.sendall(part)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
