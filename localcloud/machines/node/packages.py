"""Stands for apt-get: the image has what machines install at their first boot, and there is no way to an archive.

Anything else is refused in apt's own words.
"""

import sys
import sysconfig
from pathlib import Path

_PATHS = Path("/usr/lib/python3/dist-packages/localcloud.pth")
_THERE = {"nfs-common", "unattended-upgrades"}
_WITH_VALUE = {"-o", "--option", "-c", "-t"}
_REFUSED = 100


def main(words: list[str]) -> int:
    plain = [word for before, word in zip(["", *words], words, strict=False) if before not in _WITH_VALUE]
    command, *names = [word for word in plain if not word.startswith("-")] or ["help"]
    if command == "update":
        return 0
    unknown = [name for name in names if name not in {*_THERE, "python3-boto3"}]
    if command != "install" or unknown:
        print(f"E: Unable to locate package {' '.join(unknown) or command}", file=sys.stderr)
        return _REFUSED
    if "python3-boto3" in names:
        # For the system's own Python, of the same version.
        _PATHS.write_text(sysconfig.get_path("purelib") + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
