"""A plugin's version, asked of the plugin itself, as the engine does: its address from standard output, then GetPluginInfo."""

import contextlib
import subprocess
import threading
from pathlib import Path
from typing import Any

_SECONDS = 120


def ask(program: Path) -> str | None:
    """The version without a leading "v"; None for a program that does not answer as a plugin."""
    try:
        # The argument is the engine's address: none is there, and GetPluginInfo needs none.
        process = subprocess.Popen(
            [str(program), "127.0.0.1:1"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return None
    limit = threading.Timer(_SECONDS, process.kill)
    limit.start()
    try:
        assert process.stdout
        port = process.stdout.readline().decode(errors="replace").strip()
        return _version(int(port)) if port.isdecimal() else None
    finally:
        limit.cancel()
        process.kill()
        process.communicate()


def _version(port: int) -> str | None:
    import grpc  # here, because it takes a while and a choice without a plugin on PATH needs none
    from google.protobuf import empty_pb2
    from pulumi.runtime.proto import provider_pb2_grpc

    with contextlib.suppress(grpc.RpcError), grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub: Any = provider_pb2_grpc.ResourceProviderStub(channel)
        return str(stub.GetPluginInfo(empty_pb2.Empty(), timeout=_SECONDS).version).removeprefix("v")
    return None
