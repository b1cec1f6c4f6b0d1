"""A Python language host for engines that come without one: runs Pulumi programs and plugins of this project's environment.

Speaks pulumirpc.LanguageRuntime (pulumi SDK 3.272, proto/language.proto) with the stubs of the installed SDK; the program itself
is run by the official executor `pulumi-language-python-exec` of the engine's own sources. What only `pulumi new`, `pulumi package`
and code generation need is answered "unimplemented". The engine passes its address as the last argument, reads the port from
standard output, and ends the host with SIGINT.
"""

import argparse
import importlib.util
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

if __name__ == "__main__":
    # gRPC imports its asynchronous half too, which nobody uses here.
    sys.modules["grpc.aio"] = ModuleType("grpc.aio")

import grpc


def _stubs_alone() -> None:
    """The stubs without the rest of the SDK, whose packages would import all of it: three times as long, twice a command."""
    spec = importlib.util.find_spec("pulumi")
    (folder,) = (spec and spec.submodule_search_locations) or [""]
    for name in ("pulumi", "pulumi.runtime", "pulumi.runtime.proto"):
        package = sys.modules[name] = ModuleType(name)
        package.__path__ = [str(Path(folder, *name.split(".")[1:]))]


if __name__ == "__main__":
    _stubs_alone()

from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

_LEAN = str(Path(__file__).with_name("lean.py"))
"""Runs a program of the SDK without what it does not use."""
_SHOWN = 32
"""The executor's exit code when the program's error is already shown."""
_NO_LIMIT = [("grpc.max_receive_message_length", 400 << 20), ("grpc.max_send_message_length", 400 << 20)]


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Everything runs with the interpreter that runs this host: the project's environment."""

    def __init__(self, executor: Path, engine: str) -> None:
        self._executor, self._engine = executor, engine
        self._children: set[subprocess.Popen[bytes]] = set()

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._engine = request.engine_address or self._engine
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        return plugin_pb2.PluginInfo(version="0.0.0")

    def GetRequiredPackages(self, request: Any, context: grpc.ServicerContext) -> Any:
        # None: the plugins are there already, and the engine must not look for others of installed packages.
        return language_pb2.GetRequiredPackagesResponse(packages=[])

    def GetRequiredPlugins(self, request: Any, context: grpc.ServicerContext) -> Any:
        return language_pb2.GetRequiredPluginsResponse(plugins=[])

    def About(self, request: Any, context: grpc.ServicerContext) -> Any:
        return language_pb2.AboutResponse(executable=sys.executable, version=sys.version.split()[0])

    def InstallDependencies(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        yield language_pb2.InstallDependenciesResponse(stdout=b"the environment is made by `uv sync`\n")

    def Run(self, request: Any, context: grpc.ServicerContext) -> Any:
        environment = {
            **os.environ,
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        with self._child(self._command(request), env=environment) as program:
            code = program.wait()
        if code == 0:
            return language_pb2.RunResponse()
        if code == _SHOWN:
            return language_pb2.RunResponse(bail=True)
        return language_pb2.RunResponse(error=f"the program ended with exit code {code}")

    def _command(self, request: Any) -> list[str]:
        entry = Path(request.info.program_directory or request.pwd, request.info.entry_point or request.program or ".")
        options = {
            "--project": request.project,
            "--root_directory": request.info.root_directory,
            "--stack": request.stack,
            "--organization": request.organization,
            "--monitor": request.monitor_address,
            "--engine": self._engine,
            "--pwd": request.pwd,
            "--parallel": str(request.parallel),
            "--dry_run": "true" if request.dryRun else "false",
        }
        given = [part for option in options.items() if option[1] for part in option]
        return [sys.executable, "-u", _LEAN, str(self._executor), *given, str(entry), *request.args]

    def RunPlugin(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        """Starts a plugin that is a Python program, and passes its output on until it ends."""
        environment = {**os.environ, **dict(pair.split("=", 1) for pair in request.env)}
        entry = request.info.program_directory or request.program or request.pwd
        command = [sys.executable, "-u", _LEAN, entry, *request.args]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with self._child(command, cwd=request.pwd, env=environment, **pipes) as plugin:
            context.add_callback(plugin.terminate)
            yield from _outputs(plugin)
            yield language_pb2.RunPluginResponse(exitcode=plugin.wait())

    @contextmanager
    def _child(self, command: list[str], **options: Any) -> Iterator["subprocess.Popen[bytes]"]:
        child: subprocess.Popen[bytes] = subprocess.Popen(command, stdin=subprocess.DEVNULL, **options)
        self._children.add(child)
        try:
            yield child
        finally:
            self._children.discard(child)

    def end_children(self) -> None:
        """End what still runs: the engine that asked for it is going."""
        for child in list(self._children):
            child.terminate()


def _outputs(plugin: "subprocess.Popen[bytes]") -> Iterator[Any]:
    """Both streams as they come: the engine reads the plugin's port from the first line of its standard output."""
    found: list[Any] = []
    news = threading.Condition()
    streams: Mapping[str, Any] = {"stdout": plugin.stdout, "stderr": plugin.stderr}
    open_streams = set(streams)

    def read(name: str) -> None:
        for line in iter(streams[name].readline, b""):
            with news:
                found.append(language_pb2.RunPluginResponse(**{name: line}))
                news.notify()
        with news:
            open_streams.discard(name)
            news.notify()

    for name in streams:
        threading.Thread(target=read, args=(name,), daemon=True).start()
    while True:
        with news:
            news.wait_for(lambda: found or not open_streams)
            ready, found[:] = list(found), []
            ended = not open_streams
        yield from ready
        if ended and not ready:
            return


def main() -> None:
    # Asked for first: once the port is told, the engine may be gone at any moment, and with it its number.
    parent = os.getppid()
    parser = argparse.ArgumentParser(prog="pulumi-language-python")
    parser.add_argument("--executor", type=Path, required=True)
    known, rest = parser.parse_known_args()
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16), options=_NO_LIMIT)
    engine = rest[-1] if rest else ""
    host = LanguageHost(known.executor, engine)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    print(port, flush=True)
    # An engine that is killed says nothing: its end is seen, so that no program goes on without it.
    while not ended.is_set() and os.getppid() == parent:
        ended.wait(1)
    host.end_children()
    server.stop(grace=0.5).wait()


if __name__ == "__main__":
    main()
