"""What importing the program and the plugins costs: user and system time of a plain start, and each package's share of it.

Run from the project folder: `python -m benchmarks.imports`. The shares are those of `python -X importtime`.
"""

import os
import subprocess
import sys
from collections import Counter

from benchmarks import measuring
from benchmarks.measuring import ROOT
from localcloud import bytecode

_TURNS = 5
_OURS = ("components", "planning", "settings", "provider", "localcloud", "scripts")
_SHOWN = 5
_STARTS = {
    "nothing": "",
    "pulumi alone": "import pulumi",
    "the program": "import gc; gc.disable(); import pulumi; from components import aws_services; "
    "aws_services.import_by_use(); import components.site, components.stack_file, components.platform",
    "stand-in for aws": "import localcloud.plugins.aws.__main__",
    "stand-in for command": "import localcloud.plugins.command.__main__",
    "provider parallelcluster": "import gc; gc.disable(); import provider.serving",
    "language host": "import runpy, sys; sys.argv += ['-h']; "
    "runpy.run_path('localcloud/engine/language_host.py', run_name='__main__')",
}


def imported(code: str) -> Counter[str]:
    """Microseconds by top-level package; those of this project together."""
    done = _python("-X", "importtime", "-c", code)
    found: Counter[str] = Counter()
    for line in done.stderr.splitlines():
        own, _, name = line.removeprefix("import time:").split("|")
        if own.strip().isdigit():
            package = name.strip().partition(".")[0]
            found["ours" if package in _OURS else package] += int(own)
    return found


def plain(code: str) -> float:
    """User and system seconds of a start without the telling."""
    before = measuring.used()
    _python("-c", code)
    return measuring.used() - before


def _python(*arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)


def main() -> None:
    bytecode.keep()
    for name, code in _STARTS.items():
        plain(code)  # compiles what is not compiled yet
        costs = [plain(code) for _ in range(_TURNS)]
        turns = [imported(code) for _ in range(_TURNS)]
        parts: Counter[str] = sum(turns, Counter())
        shares = ", ".join(f"{package} {amount / parts.total():.0%}" for package, amount in parts.most_common(_SHOWN))
        print(f"{name:26} {measuring.spread(costs, 2):24} {shares}")


if __name__ == "__main__":
    main()
