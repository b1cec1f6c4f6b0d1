"""For all tiers."""

from localcloud import bytecode

bytecode.keep()  # moto, pulumi_aws and all that the tests start are compiled once, not at each run
