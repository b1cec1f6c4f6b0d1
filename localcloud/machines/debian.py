"""A Debian root file system from the mirror that this machine uses."""

import shutil
import subprocess
import urllib.request
from collections.abc import Iterable
from pathlib import Path

from localcloud.errors import LocalCloudError

SUITE = "trixie"
"""Slurm 24.11.5, of which ParallelCluster 3.16's own 25.11 is the next but one; Python 3.13."""
_SOURCES = Path("/etc/apt/sources.list.d/debian.sources")
_LIST = Path("/etc/apt/sources.list")
_BUILD_SECONDS = 1800
_LINES = 5


def make(folder: Path, packages: Iterable[str], accounts: dict[str, str], log: Path) -> None:
    """Make `folder`, which must not exist, with `packages`. Raises LocalCloudError; then nothing of it is left.

    `accounts` maps files of /etc to lines that are there before the packages are: their scripts keep accounts that exist.
    """
    command = ["mmdebstrap", "--variant=minbase", "--components=main", f"--include={','.join(packages)}"]
    for file, lines in accounts.items():
        command.append(f"--essential-hook=printf '{lines}' >> \"$1/etc/{file}\"")
    command += [SUITE, str(folder), mirror()]
    with log.open("wb") as output:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=_BUILD_SECONDS, check=False
        )
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        lines = log.read_text(errors="replace").splitlines()[-_LINES:]
        raise LocalCloudError(f"Debian {SUITE} cannot be made: {' | '.join(lines)}; see {log}")
    # All packages are there: the machines have no way out to an archive.
    (folder / "etc/apt/sources.list").write_text("")


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
