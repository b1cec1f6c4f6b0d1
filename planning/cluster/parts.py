"""What all kinds of nodes have alike."""

from typing import Any

from planning.cluster.endpoints import Endpoints
from planning.merge import Document

CA_FILE = "/etc/hpcstack/directory-ca.pem"
"""Where nodes keep the certificate of the directory's authority."""


def only(**values: Any) -> Document:
    return {key: value for key, value in values.items() if value is not None}


def iam(endpoints: Endpoints) -> Document:
    policies = [endpoints.ssm_policy_arn, endpoints.node_policy_arn, *endpoints.data_policy_arns]
    return {"AdditionalIamPolicies": [{"Policy": policy} for policy in policies]}
