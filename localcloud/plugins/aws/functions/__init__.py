"""The functions of pulumi-aws that the program calls; `ALL` in each module lists them."""

from types import ModuleType

from localcloud.plugins.aws.functions import (
    account,
    ec2_image,
    ec2_instance_type,
    ec2_network,
    secrets,
)

MODULES: tuple[ModuleType, ...] = (
    account,
    ec2_image,
    ec2_instance_type,
    ec2_network,
    secrets,
)
