"""Services of the site's own on the head node."""

from planning.endpoints import Endpoints
from planning.node_actions.action import Integration, NodeAction, with_settings
from settings import Settings

_PROGRAM = "site_service"


def _programs(settings: Settings) -> list[str]:
    return [_PROGRAM] if settings.cluster.site_services else []


def _actions(settings: Settings, endpoints: Endpoints) -> list[NodeAction]:
    return with_settings(_PROGRAM, ["head"], endpoints) if settings.cluster.site_services else []


SITE_SERVICE = Integration(programs=_programs, actions=_actions)
