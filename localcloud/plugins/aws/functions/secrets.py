"""Secrets and parameters."""

from localcloud.plugins.aws.base import picked
from localcloud.plugins.aws.client import Aws
from localcloud.plugins.resource import Function, PluginError
from localcloud.plugins.values import Plain


class GetSecretVersion(Function[Aws]):
    token = "aws:secretsmanager/getSecretVersion:getSecretVersion"
    inputs, secrets = frozenset({"secretId", "versionId", "versionStage"}), frozenset({"secretString"})

    def call(self, context: Aws, arguments: Plain) -> Plain:
        if "secretId" not in arguments:
            raise PluginError("getSecretVersion: secretId is required")
        which = {"VersionId": arguments["versionId"]} if "versionId" in arguments else {}
        if not which:
            which = {"VersionStage": arguments.get("versionStage", "AWSCURRENT")}
        found = context.client("secretsmanager").get_secret_value(SecretId=arguments["secretId"], **which)
        state = picked(found, arn="ARN", secretArn="ARN", secretString="SecretString", versionId="VersionId")
        return {**arguments, **state} | {
            "id": f"{arguments['secretId']}|{found['VersionId']}",
            "createdDate": found["CreatedDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "versionStages": found.get("VersionStages", []),
            "region": context.region,
        }


class GetParameter(Function[Aws]):
    token, secrets = "aws:ssm/getParameter:getParameter", frozenset({"value"})
    inputs = frozenset({"name", "withDecryption"})

    def call(self, context: Aws, arguments: Plain) -> Plain:
        if "name" not in arguments:
            raise PluginError("getParameter: name is required")
        decrypt = arguments.get("withDecryption", True)
        found = context.client("ssm").get_parameter(Name=arguments["name"], WithDecryption=decrypt)["Parameter"]
        state = picked(found, arn="ARN", type="Type", value="Value", version="Version")
        clear = {} if found["Type"] == "SecureString" else {"insecureValue": found["Value"]}
        return {"id": found["Name"], "region": context.region, **arguments, **state, **clear}


ALL = (GetSecretVersion, GetParameter)
