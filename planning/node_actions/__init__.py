"""What the platform's integrations run on nodes. Each is a pure module of this folder that makes one `Integration`."""

from planning.endpoints import Endpoints
from planning.node_actions.action import Integration, NodeAction
from planning.node_actions.ca_certificate import CA_CERTIFICATE
from planning.node_actions.containers import CONTAINERS
from planning.node_actions.job_environment import JOB_ENVIRONMENT
from planning.node_actions.local_users import LOCAL_USERS
from planning.node_actions.site_service import SITE_SERVICE
from planning.node_actions.slurm_rest import SLURM_REST
from planning.node_actions.sshd import SSHD
from settings import Settings

# Slurm's REST daemon comes after all that writes Slurm's files.
INTEGRATIONS: tuple[Integration, ...] = (
    *(CA_CERTIFICATE, LOCAL_USERS, CONTAINERS, JOB_ENVIRONMENT),
    *(SSHD, SLURM_REST, SITE_SERVICE),
)
"""In the order in which nodes run them: CA certificate, users, containers, job environment, sshd, slurmrestd, site service."""


def node_actions(settings: Settings, endpoints: Endpoints) -> list[NodeAction]:
    """All integrations' actions in their order."""
    return [action for one in INTEGRATIONS for action in one.actions(settings, endpoints)]


def programs(settings: Settings) -> list[str]:
    """The programs of scripts/node that this stack uses."""
    return list(dict.fromkeys(name for one in INTEGRATIONS for name in one.programs(settings)))
