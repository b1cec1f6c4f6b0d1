"""Users per second of the directory tool against a real Samba domain controller on this machine.

Run as root from the project folder: `python -m benchmarks.users [N]` (default 200). Makes a controller of its own in a
temporary folder, so that the local cloud's users stay as they are, and removes it at the end.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

_DEFAULT_USERS = 200


def main(count: int) -> None:
    """Print one line a step: a first run, a run that finds nothing to do, a check of every password."""
    with tempfile.TemporaryDirectory(prefix="hpcstack-benchmark-") as folder:
        # Read when localcloud is imported, hence before.
        os.environ["HPCSTACK_LOCALCLOUD_DIR"] = folder
        from localcloud import directory
        from scripts.directory import bundle

        info = directory.start("benchmark.example.org")
        try:
            file = Path(folder) / "credentials.csv"
            secret = json.dumps({"adminPassword": info.admin_password_file.read_text()})
            tool = ["/usr/bin/python3", str(bundle.write(Path(folder)))]
            where = [
                "--domain",
                info.domain,
                "--server",
                info.address,
                "--ca-file",
                str(info.ca_file),
                "--progress",
                "json",
            ]
            series = [
                "--prefix",
                "bench",
                "--width",
                "5",
                "--count",
                str(count),
                "--group",
                "bench",
                "--credentials-file",
                str(file),
            ]
            first = _run([*tool, "create", *where, *series], secret)
            again = _run([*tool, "create", *where, *series], secret)
            check = _run([*tool, "verify", *where, *series, "--verify", "all"], secret)
        finally:
            directory.remove()
    print(f"create   {first['created']:>6} users  {first['seconds']:>7.2f} s  {first['users_per_second']:.1f} users/s")
    print(f"no-op    {again['existing']:>6} users  {again['seconds']:>7.2f} s")
    print(f"verify   {check['passwords_tried']:>6} passwords  {check['seconds']:>3.2f} s")


def _run(command: list[str], secret: str) -> dict[str, Any]:
    """The summary of one run of the tool; its errors end the benchmark."""
    done = subprocess.run(command, input=secret, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"the tool ended with {done.returncode}: {done.stderr}{done.stdout[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else _DEFAULT_USERS)
