"""The HTTP server: moto's application, and before it the paths that moto does not know."""

import logging
import os
import socket
import threading
from collections.abc import Iterable
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from localcloud.emulator import background, booted, health, recording
from localcloud.emulator.additions import imagebuilder, install_all, prices
from localcloud.emulator.client_tokens import ClientTokens
from localcloud.emulator.injection import Injection


class Application(DomainDispatcherApplication):
    """Moto, with the health check, the hold on what goes on by itself, EC2 Image Builder and no price list."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == health.PATH:
            return health.answer(start_response)
        if path == background.PATH:
            return background.answer(environ, start_response)
        for answers in (imagebuilder.answer, prices.answer):
            if (told := answers(environ, start_response)) is not None:
                return told
        return super().__call__(environ, start_response)


def start(listener: socket.socket) -> BaseWSGIServer:
    """Serve on the bound `listener` in threads of this process."""
    install_all()
    # One line a request is of no use to anybody and fills the log.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    host, port = listener.getsockname()[:2]
    application = recording.wrap(Injection(ClientTokens(Application(create_backend_app))))
    if booted.wanted():
        application = booted.install(application, os.environ["AWS_DEFAULT_REGION"])
    server = make_server(
        host, port, application, threaded=True, request_handler=MotoRequestHandler, fd=listener.fileno()
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
