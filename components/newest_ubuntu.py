"""The image of the machines that the program itself makes: Canonical's newest Ubuntu 24.04."""

import pulumi
import pulumi_aws as aws

from settings.image_systems import Architecture

_CANONICAL = "099720109477"
_NAMES = {
    "x86_64": "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*",
    "arm64": "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-arm64-server-*",
}


def newest_ubuntu(architecture: Architecture, parent: pulumi.Resource) -> pulumi.Output[str]:
    """Its id, asked for by `parent`'s provider."""
    found = aws.ec2.get_ami_output(
        most_recent=True,
        owners=[_CANONICAL],
        filters=[{"name": "name", "values": [_NAMES[architecture]]}],
        opts=pulumi.InvokeOutputOptions(parent=parent),
    )
    return found.id
