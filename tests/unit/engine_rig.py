"""A rig for the tests of the engine's choice: a PATH, a cache and a state folder of the test's own, and sites on loopback."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from localcloud import paths, ports

SDK_PARTS = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python")


class Machine:
    """A machine with an empty cache and an empty PATH (but for /bin/sh and the like), in folders with awkward names."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder / "it's a $HOME"
        self.bin, self.cache, self.state = self.folder / "bin", self.folder / "cache", self.folder / "state"
        self.bin.mkdir(parents=True)
        monkeypatch.setattr(paths, "CACHE", self.cache)
        monkeypatch.setattr(paths, "STATE", self.state)
        # No uv of the project either: what the test does not put on PATH is not there.
        monkeypatch.setattr(paths, "ROOT", self.folder / "project")
        monkeypatch.setenv("PATH", str(self.bin))
        self.engine_folder = self.cache / "engine"

    def command(self, name: str, script: str) -> Path:
        path = self.bin / name
        path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
        path.chmod(0o755)
        return path

    def pulumi(self, version: str, language_host: bool = True) -> Path:
        if language_host:
            self.command("pulumi-language-python", "exit 0")
        return self.command("pulumi", f"echo {version}")

    def go(self, version: str = "go1.99.0") -> None:
        """A `go` that builds a small `pulumi` and notes its calls."""
        sdk = self.folder / "sdk"
        for part in SDK_PARTS:
            (sdk / part).parent.mkdir(parents=True, exist_ok=True)
            (sdk / part).write_text(part)
        self.command("go", self.go_script(version))

    def go_script(self, version: str = "go1.99.0") -> str:
        return (
            f'here="{self.escaped(self.folder)}"\n'
            'echo "$*" >> "$here/go calls"\n'
            'case "$*" in\n'
            f'  "env GOVERSION") echo {version} ;;\n'
            '  "list -m "*) echo "$here/sdk" ;;\n'
            '  "list -deps "*) printf .. ;;\n'
            '  build*) while [ "$1" != -o ]; do shift; done; echo built > "$2" ;;\n'
            "esac"
        )

    def go_calls(self) -> list[str]:
        noted = self.folder / "go calls"
        return noted.read_text().splitlines() if noted.exists() else []

    @staticmethod
    def escaped(path: Path) -> str:
        return str(path).replace("$", "\\$")


def closed_site() -> str:
    """An address that refuses connections."""
    return f"http://127.0.0.1:{ports.free_port()}"


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """The address of a site with the files of `folder`."""
    folder.mkdir(exist_ok=True)
    handler = partial(_Quiet, directory=os.fspath(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass
