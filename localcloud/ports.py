"""Free ports and addresses on loopback."""

import socket
from collections.abc import Sequence
from contextlib import ExitStack

from localcloud.errors import LocalCloudError

_ADDRESSES = [f"127.77.{number}.1" for number in range(1, 255)]


def free_port(host: str = "127.0.0.1") -> int:
    """A TCP port that nobody listens on now. Whoever gets it must start listening soon, and try again if it was taken meanwhile."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def loopback_address(ports: Sequence[int], taken: Sequence[str] = ()) -> str:
    """An address of 127.77.0.0/16, none of `taken`, on which all `ports` (TCP and UDP) can be bound. Raises LocalCloudError.

    All of 127.0.0.0/8 is local on Linux, so that each project has an address of its own for servers with fixed ports.
    """
    refused: OSError | None = None
    for address in [one for one in _ADDRESSES if one not in taken]:
        try:
            with ExitStack() as held:
                for port in ports:
                    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                        # Of UDP too: two servers may share a UDP port without knowing, and each gets the other's questions.
                        held.enter_context(socket.socket(type=kind)).bind((address, port))
            return address
        except PermissionError as error:
            raise LocalCloudError(f"ports {_list(ports)} need root: run the command as root") from error
        except OSError as error:
            refused = error
    raise LocalCloudError(
        f"ports {_list(ports)} are taken on all of {_ADDRESSES[0]} … {_ADDRESSES[-1]} ({refused}): end another local cloud "
        "with `./justw demo-down` in its folder"
    )


def _list(ports: Sequence[int]) -> str:
    return ", ".join(map(str, ports))
