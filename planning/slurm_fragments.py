"""Lines of slurm.conf that the platform's integrations want, for `planning.slurm_settings` to merge with the team's."""

from planning.node_actions import INTEGRATIONS
from planning.slurm_settings import Fragment
from settings import Settings


def fragments(settings: Settings) -> list[Fragment]:
    """Of all integrations that the stack file asks for."""
    return [line for one in INTEGRATIONS for line in one.lines(settings)]
