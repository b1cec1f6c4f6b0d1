"""The typed model of a team's stack file: `load()` turns raw Pulumi configuration into `Settings` or reports all that is wrong."""

from settings.load import SettingsError, load
from settings.model import Settings

__all__ = ["Settings", "SettingsError", "load"]
