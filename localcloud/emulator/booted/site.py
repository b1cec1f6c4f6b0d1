"""The networks in which machines boot, with what AWS serves there: endpoints by TLS, metadata, names."""

import logging
import socket
import ssl
import threading
from functools import partial
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import ThreadedWSGIServer

from localcloud.directory import service as directory
from localcloud.directory.layout import PORTS
from localcloud.emulator.booted import metadata, relay
from localcloud.emulator.booted.names import Resolver
from localcloud.machines import certificate, cleanup, image, layer, networks, pace
from localcloud.machines.hypervisor import Hypervisor
from localcloud.machines.networks import Network

_LOG = logging.getLogger("localcloud.emulator")
_HANDSHAKE_SECONDS = 30


class Site:
    """Where this emulator's machines are. A VPC becomes a network when its first machine starts."""

    def __init__(self, application: Any, hypervisor: Hypervisor) -> None:
        self.hypervisor = hypervisor
        self._application = application
        self._networks: dict[str, Network] = {}
        self._lock = threading.Lock()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificate.CERTIFICATE, certificate.KEY)

    def network(self, vpc: Any) -> Network:
        """Of moto's VPC."""
        with self._lock:
            if vpc.id not in self._networks:
                network = networks.start(vpc.id, vpc.cidr_block)
                self._serve(network, vpc.id)
                self._networks[vpc.id] = network
            return self._networks[vpc.id]

    def _serve(self, network: Network, vpc_id: str) -> None:
        bound = partial(networks.bound, network.namespace)
        _start(bound(network.resolver, 443), self._application, self._tls)
        _start(bound(network.resolver, 80), self._application, None)
        _start(bound(networks.METADATA, 80), partial(metadata.application, vpc_id), None)
        resolver = Resolver(vpc_id, network.resolver, _directory(network))
        names = bound(network.resolver, 53, socket.SOCK_DGRAM)
        threading.Thread(target=resolver.serve, args=(names,), daemon=True).start()


class _Server(ThreadedWSGIServer):
    """Shakes hands in the connection's own thread: a machine whose power is cut meanwhile would hold up all others."""

    tls: ssl.SSLContext | None = None

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.tls is None:
            super().finish_request(request, client_address)
            return
        request.settimeout(_HANDSHAKE_SECONDS)
        with self.tls.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        _LOG.debug("a connection of %s broke", client_address, exc_info=True)


class _Handler(MotoRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """One line a request is of no use to anybody."""


_SITES: list[Site] = []


def open_site(application: Any, region: str) -> None:
    """Make the one site of this process."""
    # Of an emulator that is no more.
    cleanup.remove_all()
    certificate.ensure(region)
    base = image.ensure()
    _SITES.append(Site(application, Hypervisor([layer.make(base, pace.settings()), base])))


def site() -> Site:
    return _SITES[0]


def _directory(network: Network) -> dict[str, str]:
    """The name of the local cloud's directory, and the address at which the network's machines reach it."""
    found = directory.info()
    if found is None:
        return {}
    networks.add_address(network, network.router)
    for port in PORTS:
        relay.serve(networks.bound(network.namespace, network.router, port), found.address, port)
    return {found.server_name.lower(): network.router}


def _start(listener: socket.socket, application: Any, tls: ssl.SSLContext | None) -> None:
    host, port = listener.getsockname()[:2]
    server = _Server(host, port, application, _Handler, fd=listener.detach())
    server.tls = server.ssl_context = tls
    threading.Thread(target=server.serve_forever, daemon=True).start()
