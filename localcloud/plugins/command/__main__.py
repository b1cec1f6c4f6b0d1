"""`python -m localcloud.plugins.command ENGINE_ADDRESS`: serve the stand-in for pulumi-command."""

import gc
import sys

gc.disable()  # while all is imported, none of which is garbage

from localcloud.engine import lean

lean.import_lean()

from localcloud.plugins.command.plugin import VERSION, CommandPlugin
from localcloud.plugins.server import main

gc.freeze()
gc.enable()

if __name__ == "__main__":
    main(CommandPlugin(engine=sys.argv[-1]), VERSION)
