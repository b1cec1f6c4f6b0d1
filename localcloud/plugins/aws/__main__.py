"""`python -m localcloud.plugins.aws ENGINE_ADDRESS`: serve the stand-in for pulumi-aws."""

from localcloud.plugins.aws.plugin import VERSION, AwsPlugin
from localcloud.plugins.server import main

if __name__ == "__main__":
    main(AwsPlugin(), VERSION)
