"""`python -m localcloud.plugins.aws ENGINE_ADDRESS`: serve the stand-in for pulumi-aws."""

import gc

gc.disable()  # while all is imported, none of which is garbage

from localcloud.engine import lean

lean.import_lean()

from localcloud.plugins.aws.plugin import VERSION, AwsPlugin
from localcloud.plugins.server import main

gc.freeze()
gc.enable()

if __name__ == "__main__":
    main(AwsPlugin(), VERSION)
