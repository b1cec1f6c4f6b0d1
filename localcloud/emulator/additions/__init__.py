"""What the emulator adds to moto, one module a subject. docs/local-cloud.md says what that hides.

The names that these modules replace are internals of the pinned moto release: an upgrade of moto has to pass tests/emulator.
"""

from functools import cache

from localcloud.emulator.additions import (
    certificates,
    cloudformation_stacks,
    cloudformation_types,
    cloudformation_updates,
    costs,
    efs,
    fsx,
    fsx_changes,
    fsx_machines,
    fsx_volumes,
    hosted_zones,
    image_volumes,
    imagebuilder,
    instance_attributes,
    instances,
    interfaces,
    log_keys,
    name_servers,
    network,
    placement_groups,
    prices,
    public_addresses,
    rds,
    rds_groups,
    rds_instances,
    refusals,
    run_command,
    s3_policies,
    security_group_rules,
    stack_group_rules,
    subscriptions,
    target_groups,
    templates,
    update_failures,
    vpc_endpoints,
)


@cache
def install_all() -> None:
    """Install every addition, once a process and before the first call: moto caches what it finds."""
    for addition in (
        certificates,
        costs,
        efs,
        fsx,
        fsx_changes,
        fsx_machines,
        fsx_volumes,
        hosted_zones,
        image_volumes,
        instances,
        instance_attributes,
        interfaces,
        log_keys,
        name_servers,
        network,
        placement_groups,
        prices,
        public_addresses,
        rds,
        rds_groups,
        rds_instances,
        refusals,
        run_command,
        s3_policies,
        security_group_rules,
        stack_group_rules,
        subscriptions,
        target_groups,
        templates,
        vpc_endpoints,
        imagebuilder,
        cloudformation_types,
        cloudformation_stacks,
        cloudformation_updates,
        update_failures,
    ):
        addition.install()
