"""RDS: database instances."""

from typing import ClassVar

from localcloud.plugins.aws.base import first, given, picked
from localcloud.plugins.aws.client import Aws, tag_list
from localcloud.plugins.aws.resources.rds_groups import RdsType
from localcloud.plugins.resource import Autoname, PluginError, wait_until
from localcloud.plugins.rules import APPLY, DELETE, Least, Length, Matches, Needed, OneOf, Within
from localcloud.plugins.values import Plain

NAME_SAYS = "consist of lower-case letters, digits and single -, begin with a letter and not end with -"
SNAPSHOT_SAYS = "consist of letters, digits and single -, begin with a letter and not end with -"
PASSWORD_SAYS = 'consist of ASCII characters other than / " @'
TIME, DAY = r"([01]\d|2[0-3]):[0-5]\d", "(mon|tue|wed|thu|fri|sat|sun)"
WINDOW = f"{DAY}:{TIME}-{DAY}:{TIME}"


class Instance(RdsType):
    token, secrets = "aws:rds/instance:Instance", frozenset({"password"})
    computed = frozenset(
        {
            "allocatedStorage",
            "backupRetentionPeriod",
            "backupWindow",
            "caCertIdentifier",
            "dbName",
            "dbSubnetGroupName",
            "engineVersion",
            "maintenanceWindow",
            "multiAz",
            "parameterGroupName",
            "storageType",
            "username",
            "vpcSecurityGroupIds",
        }
    )
    unordered = frozenset({"vpcSecurityGroupIds"})
    plain: ClassVar[dict[str, str]] = {
        "engineVersion": "EngineVersion",
        "instanceClass": "DBInstanceClass",
        "allocatedStorage": "AllocatedStorage",
        "maxAllocatedStorage": "MaxAllocatedStorage",
        "storageType": "StorageType",
        "password": "MasterUserPassword",
        "vpcSecurityGroupIds": "VpcSecurityGroupIds",
        "parameterGroupName": "DBParameterGroupName",
        "multiAz": "MultiAZ",
        "publiclyAccessible": "PubliclyAccessible",
        "backupRetentionPeriod": "BackupRetentionPeriod",
        "backupWindow": "PreferredBackupWindow",
        "maintenanceWindow": "PreferredMaintenanceWindow",
        "deletionProtection": "DeletionProtection",
        "copyTagsToSnapshot": "CopyTagsToSnapshot",
        "autoMinorVersionUpgrade": "AutoMinorVersionUpgrade",
        "caCertIdentifier": "CACertificateIdentifier",
    }
    """Inputs that RDS takes under these names, both to create and to modify."""
    fixed: ClassVar[dict[str, str]] = {
        "identifier": "DBInstanceIdentifier",
        "engine": "Engine",
        "dbName": "DBName",
        "username": "MasterUsername",
        "storageEncrypted": "StorageEncrypted",
        "dbSubnetGroupName": "DBSubnetGroupName",
    }
    own: ClassVar[frozenset[str]] = frozenset(
        {"skipFinalSnapshot", "finalSnapshotIdentifier", "applyImmediately", "performanceInsightsEnabled", "tags"}
    )
    inputs = frozenset({*plain, *fixed, *own})
    replace = frozenset({"engine", "dbName", "username", "storageEncrypted", "identifier", "dbSubnetGroupName"})
    autoname = Autoname("identifier", ("identifierPrefix",), 63, lower=True)
    rules = (
        Matches("identifier", r"(?!.*--)[a-z](?:[0-9a-z-]*[0-9a-z])?", NAME_SAYS),
        Length("identifier", 1, 63, stage=APPLY),
        *(Needed(key, stage=APPLY) for key in ("engine", "allocatedStorage", "username", "password")),
        Matches("username", r"[A-Za-z]\w{0,15}", "be 1 to 16 letters, digits or _, a letter first", stage=APPLY),
        Matches("dbName", r"[A-Za-z]\w{0,63}", "be 1 to 64 letters, digits or _, a letter first", stage=APPLY),
        Length("password", 8, 128, stage=APPLY),
        Length("password", 8, 41, when="engine", has=("mysql", "mariadb"), stage=APPLY),
        Matches("password", r"[ !#-.0-?A-~]*", PASSWORD_SAYS, stage=APPLY),
        OneOf("storageType", ("standard", "gp2", "gp3", "io1", "io2")),
        Within("allocatedStorage", 20, 65536, when="storageType", has=(None, "gp2", "gp3"), stage=APPLY),
        Within("allocatedStorage", 5, 3072, when="storageType", has=("standard",), stage=APPLY),
        Within("allocatedStorage", 100, 65536, when="storageType", has=("io1", "io2"), stage=APPLY),
        Least("maxAllocatedStorage", "allocatedStorage", stage=APPLY),
        Within("backupRetentionPeriod", 0, 35, stage=APPLY),
        Matches("backupWindow", f"{TIME}-{TIME}", "be a window of a day in UTC, such as 09:46-10:16"),
        Matches(
            "maintenanceWindow",
            f"(?i:{DAY}:{TIME}-{DAY}:{TIME})",
            "be a window of a week in UTC, such as sun:05:00-sun:06:00",
        ),
        Matches("finalSnapshotIdentifier", r"(?!.*--)[A-Za-z](?:[0-9A-Za-z-]*[0-9A-Za-z])?", SNAPSHOT_SAYS),
        Length("finalSnapshotIdentifier", 1, 255, stage=DELETE),
        Needed("finalSnapshotIdentifier", when="skipFinalSnapshot", has=(None, False), stage=DELETE),
    )

    def normalise(self, inputs: Plain) -> Plain:
        return {"autoMinorVersionUpgrade": True, **super().normalise(inputs)}

    def same(self, key: str, old: object, new: object) -> bool:
        # 16 asks for any 16.x; RDS answers with the one it took.
        if key == "engineVersion" and isinstance(old, str) and isinstance(new, str):
            return old == new or old.startswith(f"{new}.") or new.startswith(f"{old}.")
        return super().same(key, old, new)

    def create(self, context: Aws, inputs: Plain) -> str:
        insights = {"EnablePerformanceInsights": True} if inputs.get("performanceInsightsEnabled") else {}
        arguments = given(inputs, **{api: key for key, api in {**self.plain, **self.fixed}.items()})
        tags = tag_list(context.all_tags(inputs.get("tags")))
        made = context.client("rds").create_db_instance(**arguments, **insights, Tags=tags)["DBInstance"]
        return made["DbiResourceId"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        def available() -> bool:
            status = self._describe(context, inputs["identifier"])["DBInstanceStatus"]
            if status in ("failed", "incompatible-parameters", "incompatible-network", "storage-full"):
                raise PluginError(f"database instance {inputs['identifier']} is {status}")
            return status == "available"

        wait_until(available, f"database instance {inputs['identifier']} is available", context.stopping, 5400)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        # To import, the id is the identifier, as with the official provider.
        found = self._describe(aws, inputs.get("identifier", resource_id))
        if found["DBInstanceStatus"] == "deleted":
            return None
        names = {key: api for key, api in {**self.plain, **self.fixed}.items() if key != "password"}
        state = picked(found, **names)
        state |= picked(found, arn="DBInstanceArn", resourceId="DbiResourceId", status="DBInstanceStatus")
        state |= picked(found, performanceInsightsEnabled="PerformanceInsightsEnabled", kmsKeyId="KmsKeyId")
        state |= picked(found, availabilityZone="AvailabilityZone", licenseModel="LicenseModel")
        state |= picked(found, iops="Iops", storageThroughput="StorageThroughput", networkType="NetworkType")
        endpoint = found.get("Endpoint", {})
        address, port = endpoint.get("Address"), endpoint.get("Port")
        version, wanted = found.get("EngineVersion", ""), inputs.get("engineVersion")
        parameters = found.get("DBParameterGroups") or [{}]
        return state | {
            "address": address,
            "port": port,
            "endpoint": f"{address}:{port}" if address else None,
            "hostedZoneId": endpoint.get("HostedZoneId"),
            "engineVersion": wanted if wanted and self.same("engineVersion", version, wanted) else version,
            "engineVersionActual": version,
            "dbSubnetGroupName": found.get("DBSubnetGroup", {}).get("DBSubnetGroupName"),
            "parameterGroupName": parameters[0].get("DBParameterGroupName"),
            "vpcSecurityGroupIds": [group["VpcSecurityGroupId"] for group in found.get("VpcSecurityGroups", [])],
            "tagsAll": self.tags(aws, found["DBInstanceArn"]),
        }

    def identity(self, context: Aws, resource_id: str, state: Plain) -> str:
        return state.get("resourceId", resource_id)

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        arguments = given({k: v for k, v in new.items() if k in changed}, **{a: k for k, a in self.plain.items()})
        if "performanceInsightsEnabled" in changed:
            arguments["EnablePerformanceInsights"] = new.get("performanceInsightsEnabled", False)
        if "deletionProtection" in changed:
            arguments["DeletionProtection"] = new.get("deletionProtection", False)
        if arguments:
            # Without applyImmediately RDS waits for the maintenance window, as the official provider does.
            at_once = new.get("applyImmediately", False)
            identifier = new["identifier"]
            aws.client("rds").modify_db_instance(DBInstanceIdentifier=identifier, ApplyImmediately=at_once, **arguments)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        final = state.get("finalSnapshotIdentifier")
        if not state.get("skipFinalSnapshot") and not final:
            raise PluginError(
                f"{self.token} {state['identifier']}: finalSnapshotIdentifier is required "
                "when skipFinalSnapshot is not true"
            )
        how = {"SkipFinalSnapshot": True} if state.get("skipFinalSnapshot") else {"FinalDBSnapshotIdentifier": final}
        aws.client("rds").delete_db_instance(DBInstanceIdentifier=state["identifier"], **how)

    def _describe(self, aws: Aws, identifier: str) -> Plain:
        return first(aws.client("rds").describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"])


ALL = (Instance,)
