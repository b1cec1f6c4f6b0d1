"""Where the local cloud keeps what: nothing is written outside the project folder and the user's cache folder."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The project folder."""

STATE = Path(os.environ.get("HPCSTACK_LOCALCLOUD_DIR") or ROOT / ".localcloud").absolute()
"""Everything that exists at run time: pid files, logs, stacks, directory, keys. HPCSTACK_LOCALCLOUD_DIR moves it (tests)."""

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hpcstack"
"""What the next clone can use again: the engine, downloaded plugins."""
