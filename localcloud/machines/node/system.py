"""Files, commands and waits, each step told in the log of the recipes."""

import datetime
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

Found = TypeVar("Found")


class Failed(Exception):
    """A step that ends the node's start, with the reason."""


def say(line: str) -> None:
    print(f"[{datetime.datetime.now(datetime.UTC).isoformat(timespec='milliseconds')}] {line}", flush=True)


def run(*command: str, check: bool = True, given: str | None = None) -> str:
    """The command's output. Raises Failed unless `check` is off. What is `given` on standard input is not logged."""
    done = subprocess.run(
        command, input=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    say(f"+ {' '.join(command)} -> {done.returncode}{(chr(10) + done.stdout.rstrip()) if done.stdout.strip() else ''}")
    if check and done.returncode:
        raise Failed(f"{' '.join(command)} ended with {done.returncode}: {done.stdout.strip()}")
    return done.stdout.strip()


def write(path: str | Path, text: str, mode: int = 0o644, owner: str = "root") -> None:
    """Write a file whole; its folder is made."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.touch(mode=0o600)
    partial.write_text(text)
    shutil.chown(partial, owner, owner)
    partial.chmod(mode)
    partial.replace(path)


def folder(path: str | Path, mode: int = 0o755, owner: str = "root") -> None:
    Path(path).mkdir(parents=True, exist_ok=True)
    shutil.chown(path, owner, owner)
    os.chmod(path, mode)


def wait_for(found: Callable[[], Found | None], what: str, seconds: float, pause: float = 0.5) -> Found:
    """The first answer that is not None. Raises Failed after `seconds`."""
    deadline = time.monotonic() + seconds
    while (answer := found()) is None:
        if time.monotonic() > deadline:
            raise Failed(f"{what}: not within {seconds:g} s")
        time.sleep(pause)
    return answer


def services(action: Sequence[str], *names: str) -> None:
    run("systemctl", *action, *names)
