"""What the rows of components share."""

import json
from typing import TYPE_CHECKING, Any

from tests.engine.acceptance.ground import REGION, Clients

if TYPE_CHECKING:
    from settings import Settings


def settings(**sections: Any) -> "Settings":
    """Settings of a stack file with these sections, in its own words."""
    from settings import Settings

    file = {"team": "acceptance", "email": "hpc@example.org", "region": REGION, **sections}
    return Settings.model_validate_json(json.dumps(file))


def statements(aws: Clients, policy: str) -> list[dict[str, Any]]:
    """Of a managed policy's version in force, by its ARN."""
    version = aws("iam").get_policy(PolicyArn=policy)["Policy"]["DefaultVersionId"]
    found = aws("iam").get_policy_version(PolicyArn=policy, VersionId=version)
    return found["PolicyVersion"]["Document"]["Statement"]


def widen(aws: Clients, policy: str) -> None:
    """Somebody allows everything by it."""
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    aws("iam").create_policy_version(PolicyArn=policy, PolicyDocument=json.dumps(everything), SetAsDefault=True)
