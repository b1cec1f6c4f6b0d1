"""New passwords that lie sealed in a secret of the stack until an operator fetches them.

Each run of the tool puts versions of its own, with labels of their own, and never moves AWSCURRENT. Whoever fetches
stores them, then takes the labels away: Secrets Manager lists a version without a label no more and deletes it in its
own time. Until then whoever may read the secret and knows the version's id can still read it.
"""

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.operator import credentials

LABEL = "hpcstack-new-"
"""What labels of versions begin with that nobody fetched."""


def fetch(client: Any, arn: str, stack: str, project: Path) -> Path | None:
    """Store what is new as credentials/<stack>/<UTC time>.csv and take its labels away; None if there is nothing new.

    `client` is boto3's of Secrets Manager. Raises OperatorError; the secret then still has the passwords.
    """
    labels = _labels(client, arn)
    if not labels:
        return None
    contents = [client.get_secret_value(SecretId=arn, VersionId=name)["SecretString"] for name in labels]
    stored = credentials.keep(joined(contents), stack, project, f"the secret {arn}")
    for name, label in labels.items():
        client.update_secret_version_stage(SecretId=arn, VersionStage=label, RemoveFromVersionId=name)
    return stored


def waiting(client: Any, arn: str) -> int:
    """How many versions nobody fetched."""
    return len(_labels(client, arn))


def _labels(client: Any, arn: str) -> Mapping[str, str]:
    """Label by version, oldest first."""
    versions: list[dict[str, Any]] = []
    more: dict[str, str] = {}
    while True:
        page = client.list_secret_version_ids(SecretId=arn, **more)
        versions += page["Versions"]
        if not page.get("NextToken"):
            break
        more = {"NextToken": page["NextToken"]}
    versions.sort(key=lambda one: one["CreatedDate"])
    return {
        one["VersionId"]: label for one in versions for label in one.get("VersionStages", []) if label.startswith(LABEL)
    }


def joined(contents: list[str]) -> bytes:
    """One CSV of all; of a name that occurs twice, the newer row."""
    rows: dict[str, str] = {}
    for text in contents:
        rows |= json.loads(text)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([("name", "password"), *sorted(rows.items())])
    return out.getvalue().encode()
