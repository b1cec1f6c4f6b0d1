"""Start from the sources."""

import sys

from .cli import main

sys.exit(main())
