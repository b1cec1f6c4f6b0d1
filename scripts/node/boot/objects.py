"""Objects of the bucket, by the AWS CLI that ParallelCluster's images have, with the node's own role; each must have its hash."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .faults import Fault
from .manifest import Program

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_SECONDS = 120
_AT_ONCE = 4


def fetch(uri: str, target: Path, sha256: str | None) -> Path:
    """An object as a file, which has this hash if one is given. Raises Fault."""
    environment = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:{_PATH}".strip(":"), "LC_ALL": "C"}
    command = ("aws", "s3", "cp", "--only-show-errors", uri, str(target))
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, env=environment)
    except FileNotFoundError:
        raise Fault("aws is not on this node; use an image of ParallelCluster's, or one built from it") from None
    except subprocess.TimeoutExpired:
        raise Fault(f"{uri} did not come within {_SECONDS} s; see that this node reaches S3") from None
    if done.returncode:
        reason = _last_line(done.stderr.decode(errors="replace"))
        raise Fault(f"{uri} cannot be fetched: {reason}; see that it exists and this node's role may read it")
    found = hashlib.sha256(target.read_bytes()).hexdigest()
    if sha256 not in (None, found):
        raise Fault(
            f"{uri} has the SHA-256 {found}, not {sha256}: a run was cut, or somebody else wrote it; run pulumi up again"
        )
    return target


def fetch_all(programs: Sequence[Program], folder: Path) -> dict[str, Path]:
    """Each program once, as a file that can be run, by its name. Raises Fault, before any is run."""
    distinct = {one.name: one for one in programs}

    def fetched(one: Program) -> Path:
        path = fetch(one.uri, folder / one.name, one.sha256)
        path.chmod(0o700)
        return path

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(distinct, pool.map(fetched, distinct.values())))


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else "the AWS CLI does not say why"
