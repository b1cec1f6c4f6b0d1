"""`python -m localcloud.plugins.command ENGINE_ADDRESS`: serve the stand-in for pulumi-command."""

import sys

from localcloud.plugins.command.plugin import VERSION, CommandPlugin
from localcloud.plugins.server import main

if __name__ == "__main__":
    main(CommandPlugin(engine=sys.argv[-1]), VERSION)
