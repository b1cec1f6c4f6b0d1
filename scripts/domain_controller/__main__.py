"""`python -m scripts.domain_controller`: the program from its sources."""

import sys

from scripts.domain_controller.cli import main

sys.exit(main())
