"""The stack file of the running program, checked whole."""

import sys
from collections.abc import Callable, Collection, Mapping

import pulumi
from pulumi.runtime.config import get_config_env, get_config_secret_keys_env

from components import (
    existing_folders,
    existing_network,
    instance_types,
    local_users_file,
    machine_image,
    neighbours,
    offerings,
    prices,
    rest_certificate,
    script_files,
    users_file,
)
from planning import (
    capacity,
    group_rules,
    image_components,
    interfaces,
    mountable,
    names,
    overrides,
    slurm_settings,
    team_data,
    usable_network,
)
from planning import existing_network as planned
from planning.existing_folders import ExistingFolders, Ground, ground_of
from planning.slurm_fragments import fragments
from planning.table import table
from settings import Problem, Settings, SettingsError, read, rules
from settings.notes import notes
from settings.problem import Path

ERROR_IS_SHOWN = 32
"""Exit code by which a program tells Pulumi's language host that its error is on the screen already."""


def settings_of_stack() -> Settings:
    """Settings, before any resource is declared. Ends the program with one readable error and nothing else."""
    preview = pulumi.runtime.is_dry_run()

    def of_zones(settings: Settings) -> list[Problem]:
        return offerings.problems(settings, pulumi.warn) if preview else []

    try:
        raw, secret_keys = get_config_env(), get_config_secret_keys_env()
        settings = checked(raw, secret_keys, pulumi.get_stack(), pulumi.warn, of_zones)
    except SettingsError as error:
        pulumi.log.error(str(error))
        sys.exit(ERROR_IS_SHOWN)
    if preview:
        shown = table(settings, prices.prices(settings))
        pulumi.log.info(f"the cluster, from its fewest to its most nodes:\n{shown}")
    return settings


def _nothing(_: Settings) -> list[Problem]:
    return []


def checked(
    raw: Mapping[str, str],
    secret_keys: Collection[str],
    stack: str,
    warn: Callable[[str], None] = lambda _: None,
    of_zones: Callable[[Settings], list[Problem]] = _nothing,
) -> Settings:
    """Settings of a stack's raw configuration, checked by all rules there are. Raises SettingsError with all that is wrong.

    `of_zones` is what a preview asks besides: what is made once stays where it is.
    """
    reading = read(raw, secret_keys, warn)
    settings, problems = reading.settings, reading.problems
    if settings:
        asked = _existing_folders(settings, problems, reading.left_out, stack)
        of_types = [] if ("region",) in reading.left_out else instance_types.problems(settings)
        of_image = [] if ("region",) in reading.left_out else machine_image.problems(settings, warn)
        of_certificate = rest_certificate.problems(settings, warn)
        of_names = names.problems(stack, settings)
        of_offerings = [] if ("region",) in reading.left_out or of_types else of_zones(settings)
        settings, of_network, ground = _with_existing_network(settings, problems, reading.left_out, stack)
        folders = asked()
        for line in mountable.remarks(settings, folders):
            warn(line)
        of_files = [
            *users_file.problems(settings),
            *local_users_file.problems(settings),
            *script_files.problems(settings),
            *neighbours.problems(settings),
        ]
        problems = reading.more(
            [
                *overrides.problems(settings),
                *capacity.problems(settings),
                *group_rules.problems(settings),
                *team_data.problems(settings),
                *image_components.problems(settings),
                *slurm_settings.problems(settings, fragments(settings)),
                *interfaces.problems(settings),
                *of_names,
                *of_offerings,
                *(one for one in of_types if one not in problems),
                *of_image,
                *of_certificate,
                *of_files,
                *of_network,
                *mountable.problems(settings, folders, folders.ground or ground),
            ]
        )
    if problems or settings is None:
        raise SettingsError(problems)
    for note in notes(settings):
        warn(note)
    return settings


def _existing_folders(
    settings: Settings, problems: Collection[Problem], left_out: Collection[Path], stack: str
) -> Callable[[], ExistingFolders]:
    """What waits for AWS's answers, while other questions are asked. AWS is asked about folders whose own keys are in order."""
    if ("region",) in left_out or any(one.path.startswith("storage.folders") for one in problems):
        return ExistingFolders
    return existing_folders.begin(settings, stack)


def _with_existing_network(
    settings: Settings, problems: Collection[Problem], left_out: Collection[Path], stack: str
) -> tuple[Settings, list[Problem], Ground | None]:
    """The settings with ids for what they name by a tag, what is wrong with the network, and where it is.

    AWS is asked about a network whose own keys are in order.
    """
    if not settings.network.exists or ("region",) in left_out:
        return settings, [], None
    if any(one.path.startswith("network") for one in problems):
        return settings, [], None
    found = existing_network.look(settings, stack)
    if isinstance(found, Problem):
        return settings, [found], None
    faults = list(usable_network.problems(settings, found))
    if len(found.vpc_ids) != 1:
        return settings, faults, None
    named = planned.resolved(settings, found)
    # What rules weigh of subnets that a tag names, such as how many there are.
    return named, faults or list(rules.problems(named)), ground_of(found)
