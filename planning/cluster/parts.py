"""What all kinds of nodes have alike."""

from typing import Any

from planning.cluster.endpoints import Endpoints
from planning.merge import Document

CA_FILE = "/etc/hpcstack/directory-ca.pem"
"""Where nodes keep the certificate of the directory's authority."""


def only(**values: Any) -> Document:
    return {key: value for key, value in values.items() if value is not None}


def iam(endpoints: Endpoints) -> Document:
    policies = [endpoints.ssm_policy_arn, endpoints.node_policy_arn]
    return {"AdditionalIamPolicies": [{"Policy": policy} for policy in policies]}


def custom_actions(endpoints: Endpoints) -> Document:
    """The directory's authority must be on the node before its directory client starts, hence OnNodeStart."""
    directory = endpoints.directory
    if directory is None or directory.ca_certificate_uri is None:
        return {}
    action = {"Script": endpoints.install_ca_script_uri, "Args": [directory.ca_certificate_uri, CA_FILE]}
    return {"CustomActions": {"OnNodeStart": action}}
