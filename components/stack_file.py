"""The stack file of the running program, checked whole."""

import sys

import pulumi
from pulumi.runtime.config import get_config_env, get_config_secret_keys_env

from planning import overrides
from settings import Settings, SettingsError, load

ERROR_IS_SHOWN = 32
"""Exit code by which a program tells Pulumi's language host that its error is on the screen already."""


def settings_of_stack() -> Settings:
    """Settings, before any resource is declared. Ends the program with one readable error and nothing else."""
    try:
        settings = load(get_config_env(), get_config_secret_keys_env(), pulumi.warn)
        if problems := overrides.problems(settings):
            raise SettingsError(problems)
    except SettingsError as error:
        pulumi.log.error(str(error))
        sys.exit(ERROR_IS_SHOWN)
    return settings
