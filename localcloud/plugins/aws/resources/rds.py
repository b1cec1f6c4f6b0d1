"""RDS: database instances, subnet groups, parameter groups."""

from collections.abc import Iterator
from typing import ClassVar

from localcloud.plugins.aws.base import AwsType, first, given, picked
from localcloud.plugins.aws.client import Aws, tag_list, tag_map
from localcloud.plugins.resource import Autoname, PluginError, wait_until
from localcloud.plugins.schema import Problem
from localcloud.plugins.values import UNKNOWN, Plain


class RdsType(AwsType):
    def normalise(self, inputs: Plain) -> Plain:
        lower = {key: inputs[key].lower() for key in ("name", "identifier") if isinstance(inputs.get(key), str)}
        return super().normalise(inputs) | lower

    def tags(self, aws: Aws, arn: str) -> dict[str, str]:
        """The live tags of an ARN."""
        return tag_map(aws.client("rds").list_tags_for_resource(ResourceName=arn).get("TagList"))

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        if drop:
            aws.client("rds").remove_tags_from_resource(ResourceName=state["arn"], TagKeys=drop)
        if add:
            aws.client("rds").add_tags_to_resource(ResourceName=state["arn"], Tags=tag_list(add))


class SubnetGroup(RdsType):
    token, unordered = "aws:rds/subnetGroup:SubnetGroup", frozenset({"subnetIds"})
    inputs, replace = frozenset({"name", "description", "subnetIds", "tags"}), frozenset({"name"})
    autoname = Autoname(lower=True)

    def normalise(self, inputs: Plain) -> Plain:
        return {"description": "Managed by Pulumi", **super().normalise(inputs)}

    def create(self, context: Aws, inputs: Plain) -> str:
        arguments = given(
            inputs, DBSubnetGroupName="name", DBSubnetGroupDescription="description", SubnetIds="subnetIds"
        )
        tags = tag_list(context.all_tags(inputs.get("tags")))
        context.client("rds").create_db_subnet_group(**arguments, Tags=tags)
        return inputs["name"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        group = first(aws.client("rds").describe_db_subnet_groups(DBSubnetGroupName=resource_id)["DBSubnetGroups"])
        arn = group.get("DBSubnetGroupArn") or aws.arn("rds", f"subgrp:{resource_id}")
        return picked(group, description="DBSubnetGroupDescription", vpcId="VpcId") | {
            "name": resource_id,
            "arn": arn,
            "subnetIds": [subnet["SubnetIdentifier"] for subnet in group["Subnets"]],
            "supportedNetworkTypes": group.get("SupportedNetworkTypes", ["IPV4"]),
            "tagsAll": self.tags(aws, arn),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        if changed:
            arguments = given(new, DBSubnetGroupDescription="description", SubnetIds="subnetIds")
            aws.client("rds").modify_db_subnet_group(DBSubnetGroupName=resource_id, **arguments)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("rds").delete_db_subnet_group(DBSubnetGroupName=resource_id)


class ParameterGroup(RdsType):
    token, autoname = "aws:rds/parameterGroup:ParameterGroup", Autoname(lower=True)
    inputs = frozenset({"name", "family", "description", "parameters", "tags"})
    replace = frozenset({"name", "family", "description"})

    def normalise(self, inputs: Plain) -> Plain:
        return {"description": "Managed by Pulumi", **super().normalise(inputs)}

    def same(self, key: str, old: object, new: object) -> bool:
        if key == "parameters" and isinstance(old, list) and isinstance(new, list):
            return _by_name(old) == _by_name(new) and UNKNOWN not in new
        return super().same(key, old, new)

    def create(self, context: Aws, inputs: Plain) -> str:
        arguments = given(
            inputs, DBParameterGroupName="name", DBParameterGroupFamily="family", Description="description"
        )
        tags = tag_list(context.all_tags(inputs.get("tags")))
        context.client("rds").create_db_parameter_group(**arguments, Tags=tags)
        return inputs["name"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        rds, wanted = context.client("rds"), _by_name(inputs.get("parameters", []))
        live = _by_name(self._user_set(context, resource_id))
        parameters = [
            {"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}
            for name, (value, method) in wanted.items()
            if live.get(name) != (value, method)
        ]
        reset = [{"ParameterName": name, "ApplyMethod": "pending-reboot"} for name in live if name not in wanted]
        # RDS takes twenty parameters a call.
        for start in range(0, len(parameters), 20):
            part = parameters[start : start + 20]
            rds.modify_db_parameter_group(DBParameterGroupName=resource_id, Parameters=part)
        if reset:
            rds.reset_db_parameter_group(DBParameterGroupName=resource_id, Parameters=reset)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        found = aws.client("rds").describe_db_parameter_groups(DBParameterGroupName=resource_id)
        group = first(found["DBParameterGroups"])
        arn = group.get("DBParameterGroupArn") or aws.arn("rds", f"pg:{resource_id}")
        state = picked(group, family="DBParameterGroupFamily", description="Description")
        parameters = self._user_set(aws, resource_id)
        return state | {"name": resource_id, "arn": arn, "parameters": parameters, "tagsAll": self.tags(aws, arn)}

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("rds").delete_db_parameter_group(DBParameterGroupName=resource_id)

    def _user_set(self, aws: Aws, resource_id: str) -> list[Plain]:
        pages = aws.client("rds").get_paginator("describe_db_parameters")
        found = [
            picked(one, name="ParameterName", value="ParameterValue", applyMethod="ApplyMethod")
            for page in pages.paginate(DBParameterGroupName=resource_id, Source="user")
            for one in page["Parameters"]
        ]
        return sorted(found, key=lambda parameter: parameter["name"])


class Instance(RdsType):
    token, secrets = "aws:rds/instance:Instance", frozenset({"password"})
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

    def rules(self, inputs: Plain) -> Iterator[Problem]:
        for key in ("engine", "allocatedStorage", "username", "password"):
            if key not in inputs:
                yield Problem(key, "required: the stand-in makes neither replicas nor instances of a snapshot")
        final = inputs.get("finalSnapshotIdentifier")
        if not inputs.get("skipFinalSnapshot") and final is None:
            yield Problem("finalSnapshotIdentifier", "required unless skipFinalSnapshot is true")
        password = inputs.get("password")
        if isinstance(password, str) and not 8 <= len(password) <= 128:
            yield Problem("password", "must have 8 to 128 characters")
        largest, storage = inputs.get("maxAllocatedStorage", 0), inputs.get("allocatedStorage", 0)
        if UNKNOWN not in (largest, storage) and 0 < largest < storage:
            yield Problem("maxAllocatedStorage", f"must be 0 or at least allocatedStorage ({storage})")

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


def _by_name(parameters: list[Plain]) -> dict[str, tuple[str, str]]:
    known = [one for one in parameters if one is not UNKNOWN]
    return {one["name"]: (one["value"], one.get("applyMethod", "immediate")) for one in known}


ALL = (SubnetGroup, ParameterGroup, Instance)
