"""Run the tool: `python3 -m scripts.directory`."""

import sys

from .cli import main

sys.exit(main())
