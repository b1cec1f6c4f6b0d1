"""Wall time of the stack `local` through its life, on a local cloud of its own with warm caches.

Run from the project folder: `python -m benchmarks.stack`. Prints seconds a step; a step that fails ends it.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STEPS = {
    "demo, from nothing": ["demo"],
    "demo, again": ["demo"],
    "preview, nothing to do": ["pulumi", "preview", "local", "--expect-no-changes"],
    "refresh, nothing changed": ["pulumi", "refresh", "local", "--yes", "--skip-preview", "--expect-no-changes"],
    "a tag changed everywhere": ["pulumi", "up", "local", "--yes", "--skip-preview", "-c", 'hpcstack:tags={"a":"b"}'],
    "destroy": ["pulumi", "destroy", "local", "--yes", "--skip-preview"],
    "demo-down": ["demo-down"],
}


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="hpcstack-benchmark-") as folder:
        environment = {**os.environ, "HPCSTACK_LOCALCLOUD_DIR": str(Path(folder, "state"))}
        for name, arguments in STEPS.items():
            began = time.monotonic()
            done = subprocess.run(
                [sys.executable, "-m", "localcloud", *arguments],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            print(f"{name:26} {time.monotonic() - began:6.1f} s", flush=True)
            if done.returncode:
                print(done.stdout + done.stderr, file=sys.stderr)
                return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
