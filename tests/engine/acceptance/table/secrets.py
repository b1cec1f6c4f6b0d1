"""Secrets Manager."""

from tests.engine.acceptance.case import Case, Kept, No, Values
from tests.engine.acceptance.ground import Clients
from tests.engine.acceptance.table.common import TAGS_CHANGED, TAGS_FIRST, listed


def _secret(aws: Clients, it: Kept) -> Values:
    secret = aws("secretsmanager").describe_secret(SecretId=it.id)
    return {"description": secret["Description"], "tags": listed(secret["Tags"])}


def _version(aws: Clients, it: Kept) -> Values:
    secret, version = it.outputs["secretId"], it.outputs["versionId"]
    value = aws("secretsmanager").get_secret_value(SecretId=secret, VersionId=version)
    return {"secretString": value["SecretString"], "versionStages": sorted(value["VersionStages"])}


def _unstage(aws: Clients, it: Kept) -> None:
    secret, version = it.outputs["secretId"], it.outputs["versionId"]
    stage = {"VersionStage": "two", "RemoveFromVersionId": version}
    aws("secretsmanager").update_secret_version_stage(SecretId=secret, **stage)


CASES = [
    Case(
        token="aws:secretsmanager/secret:Secret",
        inputs=lambda g: {"description": "first", "recoveryWindowInDays": 0, **TAGS_FIRST},
        change=lambda g: {"description": "changed", **TAGS_CHANGED},
        replace=lambda g: {"name": "acceptance/other"},
        look=_secret,
        drift=lambda aws, it: aws("secretsmanager").update_secret(SecretId=it.id, Description="by hand"),
        vanish=lambda aws, it: aws("secretsmanager").delete_secret(SecretId=it.id, ForceDeleteWithoutRecovery=True),
        import_id=lambda it: it.id,
        unread=frozenset({"recoveryWindowInDays"}),
    ),
    Case(
        token="aws:secretsmanager/secretVersion:SecretVersion",
        inputs=lambda g: {"secretId": g.secrets[0], "secretString": "hush", "versionStages": ["AWSCURRENT", "one"]},
        change=lambda g: {"versionStages": ["AWSCURRENT", "two"]},
        replace=lambda g: {"secretString": "hush-hush"},
        look=_version,
        drift=_unstage,
        vanish=No("nobody deletes a version: Secrets Manager drops those without a stage by and by"),
        import_id=lambda it: f"{it.outputs['secretId']}|{it.outputs['versionId']}",
        stays="a version cannot be deleted, it goes with its secret",
    ),
]
