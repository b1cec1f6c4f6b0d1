"""Secrets Manager: secrets and their versions."""

import time

from localcloud.plugins.aws.base import AwsType, given, picked
from localcloud.plugins.aws.client import Aws, tag_list, tag_map
from localcloud.plugins.aws.naming import names
from localcloud.plugins.resource import Autoname
from localcloud.plugins.rules import APPLY, Length, Needed, Within
from localcloud.plugins.values import Plain


class Secret(AwsType):
    token = "aws:secretsmanager/secret:Secret"
    inputs = frozenset({"name", "namePrefix", "description", "recoveryWindowInDays", "kmsKeyId", "tags"})
    replace, autoname = frozenset({"name", "namePrefix"}), Autoname()
    rules = (
        *names(512, r"[0-9A-Za-z/_+=.@-]+", "consist of letters, digits and / _ + = . @ -"),
        Within("recoveryWindowInDays", 7, 30, also=(0,)),
        Length("description", 0, 2048, stage=APPLY),
    )

    def normalise(self, inputs: Plain) -> Plain:
        return {"recoveryWindowInDays": 30, **inputs}

    def create(self, context: Aws, inputs: Plain) -> str:
        name = inputs.get("name") or f"{inputs['namePrefix']}{time.time_ns():026d}"
        arguments = given(inputs, Description="description", KmsKeyId="kmsKeyId")
        tags = tag_list(context.all_tags(inputs.get("tags")))
        return context.client("secretsmanager").create_secret(Name=name, Tags=tags, **arguments)["ARN"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        found = aws.client("secretsmanager").describe_secret(SecretId=resource_id)
        if found.get("DeletedDate"):
            return None
        state = picked(found, arn="ARN", name="Name", description="Description", kmsKeyId="KmsKeyId")
        return state | {"tagsAll": tag_map(found.get("Tags"))}

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        if changed & {"description", "kmsKeyId"}:
            arguments = given({"description": "", **new}, Description="description", KmsKeyId="kmsKeyId")
            aws.client("secretsmanager").update_secret(SecretId=resource_id, **arguments)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        days = state.get("recoveryWindowInDays", 30)
        how = {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
        # Forced deletion of an absent secret would be answered with success, and a scheduled one with an error.
        if self.fetch(aws, resource_id, state) is not None:
            aws.client("secretsmanager").delete_secret(SecretId=resource_id, **how)

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        if drop:
            aws.client("secretsmanager").untag_resource(SecretId=resource_id, TagKeys=drop)
        if add:
            aws.client("secretsmanager").tag_resource(SecretId=resource_id, Tags=tag_list(add))


class SecretVersion(AwsType):
    token = "aws:secretsmanager/secretVersion:SecretVersion"
    computed = frozenset({"versionStages"})
    inputs, secrets = frozenset({"secretId", "secretString", "versionStages"}), frozenset({"secretString"})
    replace, unordered = frozenset({"secretId", "secretString"}), frozenset({"versionStages"})
    rules = (
        Needed("secretString", ours="the stand-in stores text only"),
        Length("secretString", 1, 65536, "bytes", stage=APPLY),
    )

    def create(self, context: Aws, inputs: Plain) -> str:
        arguments = given(inputs, SecretId="secretId", SecretString="secretString", VersionStages="versionStages")
        made = context.client("secretsmanager").put_secret_value(**arguments)
        return f"{inputs['secretId']}|{made['VersionId']}"

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        secret, _, version = resource_id.partition("|")
        if Secret().fetch(aws, secret, {}) is None:
            return None
        found = aws.client("secretsmanager").get_secret_value(SecretId=secret, VersionId=version)
        state = picked(found, arn="ARN", secretArn="ARN", versionId="VersionId", secretString="SecretString")
        return state | {"secretId": secret, "versionStages": sorted(found.get("VersionStages", []))}

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        client, (secret, _, version) = aws.client("secretsmanager"), resource_id.partition("|")
        live = client.describe_secret(SecretId=secret).get("VersionIdsToStages", {})
        had = set(live.get(version, []))
        wanted = set(new["versionStages"]) if "versionStages" in new else had
        for stage in sorted(wanted - had):
            holder = next((one for one, stages in live.items() if stage in stages), None)
            moved = {"RemoveFromVersionId": holder} if holder else {}
            client.update_secret_version_stage(SecretId=secret, VersionStage=stage, MoveToVersionId=version, **moved)
        for stage in sorted(had - wanted - {"AWSCURRENT"}):
            client.update_secret_version_stage(SecretId=secret, VersionStage=stage, RemoveFromVersionId=version)

    def delete(self, context: Aws, resource_id: str, state: Plain) -> None:
        # A version goes when it has no stage; AWSCURRENT cannot be taken off, that version goes with its secret.
        live = self.read(context, resource_id, state)
        if live is not None:
            self.alter(context, resource_id, {"versionStages": []}, {"versionStages"})


ALL = (Secret, SecretVersion)
