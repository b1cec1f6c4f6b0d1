"""Other programs: run, with what they said where they fail."""

from __future__ import annotations

import os
import subprocess

from .faults import Fault

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/slurm/bin:/opt/slurm/sbin"
_SECONDS = 300


def output(*command: str, given: bytes | None = None, seconds: float = _SECONDS) -> str:
    """What a command prints on standard output. `given` is its standard input. Raises Fault where it fails or does not end."""
    code, told, error = attempt(*command, given=given, seconds=seconds)
    if code:
        raise Fault(f"{' '.join(command[:3])} ended with {code}: {_last_line(error or told)}")
    return told


def attempt(*command: str, given: bytes | None = None, seconds: float = _SECONDS) -> tuple[int, str, str]:
    """(exit code, standard output, standard error) of a command. Raises Fault if it is not there or does not end."""
    environment = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:{_PATH}".strip(":"), "LC_ALL": "C"}
    try:
        done = subprocess.run(
            command, input=given or b"", capture_output=True, timeout=seconds, check=False, env=environment
        )
    except FileNotFoundError:
        raise Fault(f"{command[0]} is not on this node") from None
    except subprocess.TimeoutExpired:
        raise Fault(f"{' '.join(command[:3])} did not end within {seconds:g} s") from None
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it said nothing")
