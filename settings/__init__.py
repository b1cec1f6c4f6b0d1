"""The typed model of a team's stack file: `load()` turns raw Pulumi configuration into `Settings` or reports all that is wrong."""

from settings.load import Reading, load, read
from settings.model import Settings
from settings.problem import Problem, SettingsError

__all__ = ["Problem", "Reading", "Settings", "SettingsError", "load", "read"]
