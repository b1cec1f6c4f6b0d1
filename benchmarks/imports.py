"""Where the start of the program and of the plugins goes: seconds of import by package, as `python -X importtime` tells them.

Run from the project folder: `python -m benchmarks.imports`. The sums are a little above a plain start's: the telling costs too.
"""

import ast
import os
import statistics
import subprocess
import sys
from collections import Counter

from benchmarks.measuring import ROOT
from localcloud import bytecode

_TURNS = 5
_OURS = ("components", "planning", "settings", "provider", "localcloud", "scripts")
_SHOWN = 5
_PLUGINS = {
    "stand-in for aws": "import localcloud.plugins.aws.__main__",
    "stand-in for command": "import localcloud.plugins.command.__main__",
    "provider parallelcluster": "import provider.serving",
    "language host": "import localcloud.engine.language_host",
}


def program() -> str:
    """The import statements of the program itself."""
    tree = ast.parse((ROOT / "__main__.py").read_text())
    found = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n".join(ast.unparse(node) for node in found)


def imported(code: str) -> Counter[str]:
    """Seconds by top-level package; those of this project together."""
    command = [sys.executable, "-X", "importtime", "-c", code]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    found: Counter[str] = Counter()
    for line in done.stderr.splitlines():
        own, _, name = line.removeprefix("import time:").split("|")
        if own.strip().isdigit():
            package = name.strip().partition(".")[0]
            found["ours" if package in _OURS else package] += int(own)
    return Counter({name: microseconds / 1e6 for name, microseconds in found.items()})


def main() -> None:
    bytecode.keep()
    for name, code in {"the program": program(), **_PLUGINS}.items():
        imported(code)  # compiles what is not compiled yet
        turns = [imported(code) for _ in range(_TURNS)]
        total = statistics.median(sum(turn.values()) for turn in turns)
        middle = Counter({package: statistics.median(turn[package] for turn in turns) for package in turns[0]})
        parts = ", ".join(f"{package} {seconds:.2f}" for package, seconds in middle.most_common(_SHOWN))
        print(f"{name:26} {total:5.2f} s: {parts}")


if __name__ == "__main__":
    main()
