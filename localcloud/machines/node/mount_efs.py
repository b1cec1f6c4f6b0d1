"""Stands for amazon-efs-utils' `mount.efs`: EFS is a folder of the local cloud, the same that cluster nodes see.

It asks for what efs-utils asks for: an access point by TLS only.
"""

import subprocess
import sys

from localcloud.machines.node import facts


def main(words: list[str]) -> int:
    source, directory, *more = words
    options = more[more.index("-o") + 1].split(",") if "-o" in more else []
    named = dict(word.split("=", 1) for word in options if "=" in word)
    point = named.get("accesspoint")
    if point and "tls" not in options:
        print('The "tls" option is required when mounting via "accesspoint"', file=sys.stderr)
        return 1
    store = facts.STORES / (source.partition(":")[0] + (f"-{point}" if point else ""))
    store.mkdir(parents=True, exist_ok=True)
    read_only = ["-o", "bind,ro"] if "ro" in options else ["-o", "bind"]
    return subprocess.run(["mount", *read_only, str(store), directory], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
