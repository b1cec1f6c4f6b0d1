"""A Debian root file system from the mirror that this machine uses."""

import os
import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path

from localcloud import bytecode
from localcloud.errors import LocalCloudError

OWN_SUITE = "trixie"
"""Slurm 24.11.5, of which ParallelCluster 3.16's own 25.11 is the next but one; Python 3.13."""
VARIABLE = "HPCSTACK_MACHINES_SUITE"
SUITE = os.environ.get(VARIABLE, OWN_SUITE)
"""Another one, such as sid with Slurm 26.05, is for tests of node programs against that Slurm."""
_SOURCES = Path("/etc/apt/sources.list.d/debian.sources")
_LIST = Path("/etc/apt/sources.list")
_BUILD_SECONDS = 1800
_LINES = 5
_PAUSE_SECONDS = 1
_NEW = re.compile(rb"(\d+) newly installed")
_STEP = re.compile(rb"^(?:Unpacking|Setting up) ", re.MULTILINE)


def make(
    folder: Path,
    packages: Iterable[str],
    accounts: dict[str, str],
    log: Path,
    advance: Callable[[float], None] = lambda _: None,
) -> None:
    """Make `folder`, which must not exist, with `packages`. Raises LocalCloudError; then nothing of it is left.

    `accounts` maps files of /etc to lines that are there before the packages are: their scripts keep accounts that exist.
    `advance` is told each new part that is done, in all 1.
    """
    command = ["mmdebstrap", "--verbose", "--variant=minbase", "--components=main", f"--include={','.join(packages)}"]
    for file, lines in accounts.items():
        command.append(f"--essential-hook=printf '{lines}' >> \"$1/etc/{file}\"")
    if SUITE != OWN_SUITE:
        # Suites that are not released date their lists for a week, and a mirror may be behind. Signatures are checked all the same.
        command.append('--aptopt=Acquire::Check-Valid-Until "false"')
    command += [SUITE, str(folder), mirror()]
    with log.open("wb") as output:
        run = subprocess.Popen(command, env=bytecode.not_ours(), stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            code = _await(run, log, advance)
        finally:
            run.kill()
    if code:
        shutil.rmtree(folder, ignore_errors=True)
        lines = log.read_text(errors="replace").splitlines()[-_LINES:]
        raise LocalCloudError(f"Debian {SUITE} cannot be made: {' | '.join(lines)}; see {log}")
    # All packages are there: the machines have no way out to an archive.
    (folder / "etc/apt/sources.list").write_text("")


def _await(run: "subprocess.Popen[bytes]", log: Path, advance: Callable[[float], None]) -> int:
    """Its exit code; meanwhile what its log tells of packages is told on."""
    deadline, told = time.monotonic() + _BUILD_SECONDS, 0.0
    while (code := run.poll()) is None:
        if time.monotonic() > deadline:
            raise LocalCloudError(f"Debian {SUITE} is not made within {_BUILD_SECONDS} s; see {log}")
        text = log.read_bytes()
        steps = 2 * sum(map(int, _NEW.findall(text)))  # each package is unpacked, then set up
        done = min(len(_STEP.findall(text)) / steps, 1) if steps else 0
        advance(max(done - told, 0))
        told = max(done, told)
        time.sleep(_PAUSE_SECONDS)
    advance(1 - told)
    return code


def mirror() -> str:
    """The address of the Debian mirror that this machine uses, else Debian's own."""
    for file, word in ((_SOURCES, "URIs:"), (_LIST, "deb")):
        lines = file.read_text().splitlines() if file.exists() else []
        for line in lines:
            words = [one for one in line.split() if not one.startswith("[")]
            if len(words) > 1 and words[0] == word:
                return words[1]
    return "https://deb.debian.org/debian"


def answers() -> bool:
    """Whether the mirror has the suite, asked within 20 s."""
    try:
        urllib.request.urlopen(f"{mirror().rstrip('/')}/dists/{SUITE}/InRelease", timeout=20).close()
    except OSError:
        return False
    return True
