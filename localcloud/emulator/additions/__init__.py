"""What the emulator adds to moto, one module a subject. docs/emulator.md lists what each hides.

The names that these modules replace are internals of the pinned moto release: an upgrade of moto has to pass tests/emulator.
"""

from functools import cache

from localcloud.emulator.additions import (
    cloudformation_stacks,
    cloudformation_types,
    cloudformation_updates,
    efs,
    fsx,
    imagebuilder,
    instances,
    interfaces,
    network,
    rds,
    s3_policies,
    target_groups,
)


@cache
def install_all() -> None:
    """Install every addition, once a process and before the first call: moto caches what it finds."""
    for addition in (
        efs,
        fsx,
        instances,
        interfaces,
        network,
        rds,
        s3_policies,
        target_groups,
        imagebuilder,
        cloudformation_types,
        cloudformation_stacks,
        cloudformation_updates,
    ):
        addition.install()
