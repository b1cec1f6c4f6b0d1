"""RDS: subnet groups and parameter groups."""

from localcloud.plugins.aws.base import AwsType, first, given, picked
from localcloud.plugins.aws.client import Aws, tag_list, tag_map
from localcloud.plugins.aws.naming import name
from localcloud.plugins.resource import Autoname
from localcloud.plugins.rules import OneOf
from localcloud.plugins.values import UNKNOWN, Plain

NAME_SAYS = "consist of lower-case letters, digits, . and single -, begin with a letter and not end with -"


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
    busy, patience = frozenset({"InvalidDBSubnetGroupStateFault"}), 300
    token, unordered = "aws:rds/subnetGroup:SubnetGroup", frozenset({"subnetIds"})
    inputs, replace = frozenset({"name", "description", "subnetIds", "tags"}), frozenset({"name"})
    autoname = Autoname(lower=True)
    rules = (
        *name(
            255,
            r"(?!default$)[0-9a-z_ .-]+",
            "consist of lower-case letters, digits, _ . - and spaces, and not be default",
        ),
    )

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
    busy, patience = frozenset({"InvalidDBParameterGroupState"}), 180
    token, autoname = "aws:rds/parameterGroup:ParameterGroup", Autoname(lower=True)
    inputs = frozenset({"name", "family", "description", "parameters", "tags"})
    replace = frozenset({"name", "family", "description"})
    rules = (
        *name(255, r"(?!.*--)[a-z](?:[0-9a-z.-]*[0-9a-z.])?", NAME_SAYS),
        OneOf("parameters[].applyMethod", ("immediate", "pending-reboot")),
    )

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


def _by_name(parameters: list[Plain]) -> dict[str, tuple[str, str]]:
    known = [one for one in parameters if one is not UNKNOWN]
    return {one["name"]: (one["value"], one.get("applyMethod", "immediate")) for one in known}


ALL = (SubnetGroup, ParameterGroup)
