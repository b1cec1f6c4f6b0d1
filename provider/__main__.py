"""The plugin's program: Pulumi's engine starts this folder with its own address as an argument."""

import gc
import sys
from pathlib import Path

gc.disable()  # while all is imported, none of which is garbage

# The folder itself is where Python would look first; its modules are `provider.something`.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from provider.serving import main

gc.freeze()
gc.enable()
main(sys.argv[1:])
