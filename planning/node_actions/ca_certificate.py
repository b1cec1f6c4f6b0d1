"""The directory's authority must be on a node before its directory client starts, hence OnNodeStart."""

from planning.endpoints import Endpoints
from planning.node_actions.action import ALL_KINDS, Integration, NodeAction, and_updated
from settings import Settings

CA_FILE = "/etc/hpcstack/directory-ca.pem"
"""Where nodes keep the certificate of the directory's authority."""
_PROGRAM = "install-ca-certificate.sh"


def _programs(settings: Settings) -> list[str]:
    return [] if settings.directory.kind == "none" else [_PROGRAM]


def _actions(_: Settings, endpoints: Endpoints) -> list[NodeAction]:
    directory = endpoints.directory
    if directory is None or directory.ca_certificate_uri is None:
        return []
    args = (directory.ca_certificate_uri, CA_FILE)
    return and_updated(NodeAction(event="OnNodeStart", kinds=ALL_KINDS, program=_PROGRAM, args=args))


CA_CERTIFICATE = Integration(programs=_programs, actions=_actions)
