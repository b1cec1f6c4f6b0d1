"""IAM roles, policies, instance profiles."""

import json
import time
from typing import Any
from urllib.parse import unquote

from localcloud.plugins.aws.base import AwsType, given, picked
from localcloud.plugins.aws.client import Aws, tag_list, tag_map
from localcloud.plugins.aws.naming import name, names
from localcloud.plugins.resource import Autoname
from localcloud.plugins.rules import APPLY, Arn, Length, Matches, Within
from localcloud.plugins.values import Plain

NAME, NAME_SAYS = r"[\w+=,.@-]+", "consist of letters, digits and _ + = , . @ -"
PATH = (Length("path", 0, 512), Matches("path", r"/|/.*/", "begin and end with /", stage=APPLY))


class IamType(AwsType):
    def named(self, inputs: Plain) -> str:
        """The name, or one made of the prefix as the official provider makes it."""
        return inputs["name"] if "name" in inputs else f"{inputs['namePrefix']}{time.time_ns():026d}"

    def tags_at_creation(self, aws: Aws, inputs: Plain) -> dict[str, Any]:
        return {"Tags": tag_list(aws.all_tags(inputs.get("tags")))}


class Role(IamType):
    token, documents = "aws:iam/role:Role", frozenset({"assumeRolePolicy"})
    inputs = frozenset(
        {
            "name",
            "namePrefix",
            "path",
            "description",
            "assumeRolePolicy",
            "permissionsBoundary",
            "maxSessionDuration",
            "tags",
        }
    )
    replace, autoname = frozenset({"name", "namePrefix", "path"}), Autoname(limit=64)
    rules = (
        *names(64, NAME, NAME_SAYS),
        *PATH,
        Length("description", 0, 1000),
        Within("maxSessionDuration", 3600, 43200),
        Arn("permissionsBoundary"),
    )

    def normalise(self, inputs: Plain) -> Plain:
        return {"path": "/", "maxSessionDuration": 3600, **super().normalise(inputs)}

    def create(self, context: Aws, inputs: Plain) -> str:
        arguments = given(
            inputs,
            Path="path",
            Description="description",
            AssumeRolePolicyDocument="assumeRolePolicy",
            PermissionsBoundary="permissionsBoundary",
            MaxSessionDuration="maxSessionDuration",
        )
        tags = self.tags_at_creation(context, inputs)
        return context.client("iam").create_role(RoleName=self.named(inputs), **arguments, **tags)["Role"]["RoleName"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        role = aws.client("iam").get_role(RoleName=resource_id)["Role"]
        state = picked(role, arn="Arn", name="RoleName", path="Path", description="Description", uniqueId="RoleId")
        return state | {
            "assumeRolePolicy": _text(role["AssumeRolePolicyDocument"]),
            "maxSessionDuration": role.get("MaxSessionDuration", 3600),
            "permissionsBoundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
            "createDate": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "tagsAll": tag_map(role.get("Tags")),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        iam = aws.client("iam")
        if "assumeRolePolicy" in changed:
            iam.update_assume_role_policy(RoleName=resource_id, PolicyDocument=new["assumeRolePolicy"])
        if changed & {"description", "maxSessionDuration"}:
            duration = new.get("maxSessionDuration", 3600)
            iam.update_role(RoleName=resource_id, Description=new.get("description", ""), MaxSessionDuration=duration)
        if "permissionsBoundary" in changed and "permissionsBoundary" in new:
            iam.put_role_permissions_boundary(RoleName=resource_id, PermissionsBoundary=new["permissionsBoundary"])
        elif "permissionsBoundary" in changed:
            iam.delete_role_permissions_boundary(RoleName=resource_id)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("iam").delete_role(RoleName=resource_id)

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        if drop:
            aws.client("iam").untag_role(RoleName=resource_id, TagKeys=drop)
        if add:
            aws.client("iam").tag_role(RoleName=resource_id, Tags=tag_list(add))


class RolePolicy(IamType):
    token, documents = "aws:iam/rolePolicy:RolePolicy", frozenset({"policy"})
    inputs = frozenset({"name", "role", "policy"})
    replace, autoname = frozenset({"name", "role"}), Autoname(limit=128)
    rules = (
        *name(128, NAME, NAME_SAYS),
        Arn("role", but=True),
    )

    def create(self, context: Aws, inputs: Plain) -> str:
        self._put(context, inputs)
        return f"{inputs['role']}:{inputs['name']}"

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        role, _, name = resource_id.partition(":")
        found = aws.client("iam").get_role_policy(RoleName=role, PolicyName=name)
        return {"role": role, "name": name, "policy": _text(found["PolicyDocument"])}

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        self._put(aws, new)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        role, _, name = resource_id.partition(":")
        aws.client("iam").delete_role_policy(RoleName=role, PolicyName=name)

    def _put(self, aws: Aws, inputs: Plain) -> None:
        arguments = given(inputs, RoleName="role", PolicyName="name", PolicyDocument="policy")
        aws.client("iam").put_role_policy(**arguments)


class RolePolicyAttachment(IamType):
    token = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    inputs = replace = frozenset({"role", "policyArn"})
    rules = (
        Arn("policyArn"),
        Arn("role", but=True, stage=APPLY),
    )

    def create(self, context: Aws, inputs: Plain) -> str:
        context.client("iam").attach_role_policy(RoleName=inputs["role"], PolicyArn=inputs["policyArn"])
        return f"{inputs['role']}/{inputs['policyArn']}"

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        role, _, arn = resource_id.partition("/")
        pages = aws.client("iam").get_paginator("list_attached_role_policies").paginate(RoleName=role)
        attached = {policy["PolicyArn"] for page in pages for policy in page["AttachedPolicies"]}
        return {"role": role, "policyArn": arn} if arn in attached else None

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        role, _, arn = resource_id.partition("/")
        aws.client("iam").detach_role_policy(RoleName=role, PolicyArn=arn)


class InstanceProfile(IamType):
    token = "aws:iam/instanceProfile:InstanceProfile"
    inputs = frozenset({"name", "namePrefix", "role", "path", "tags"})
    replace, autoname = frozenset({"name", "namePrefix", "path"}), Autoname(limit=128)
    rules = (
        *names(128, NAME, NAME_SAYS),
        *PATH,
    )

    def normalise(self, inputs: Plain) -> Plain:
        return {"path": "/", **super().normalise(inputs)}

    def create(self, context: Aws, inputs: Plain) -> str:
        name, tags = self.named(inputs), self.tags_at_creation(context, inputs)
        arguments = given(inputs, Path="path") | tags
        context.client("iam").create_instance_profile(InstanceProfileName=name, **arguments)
        return name

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        iam, wanted = context.client("iam"), inputs.get("role")
        current = (self.fetch(context, resource_id, inputs) or {}).get("role")
        if current and current != wanted:
            iam.remove_role_from_instance_profile(InstanceProfileName=resource_id, RoleName=current)
        if wanted and current != wanted:
            iam.add_role_to_instance_profile(InstanceProfileName=resource_id, RoleName=wanted)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        profile = aws.client("iam").get_instance_profile(InstanceProfileName=resource_id)["InstanceProfile"]
        state = picked(profile, arn="Arn", name="InstanceProfileName", path="Path", uniqueId="InstanceProfileId")
        return state | {
            "role": profile["Roles"][0]["RoleName"] if profile["Roles"] else None,
            "createDate": profile["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "tagsAll": tag_map(profile.get("Tags")),
        }

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        self.settle(aws, resource_id, {})
        aws.client("iam").delete_instance_profile(InstanceProfileName=resource_id)

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        if drop:
            aws.client("iam").untag_instance_profile(InstanceProfileName=resource_id, TagKeys=drop)
        if add:
            aws.client("iam").tag_instance_profile(InstanceProfileName=resource_id, Tags=tag_list(add))


class Policy(IamType):
    token, documents = "aws:iam/policy:Policy", frozenset({"policy"})
    inputs = frozenset({"name", "namePrefix", "path", "description", "policy", "tags"})
    replace, autoname = frozenset({"name", "namePrefix", "path", "description"}), Autoname(limit=128)
    rules = (
        *names(128, NAME, NAME_SAYS),
        *PATH,
        Length("description", 0, 1000, stage=APPLY),
    )

    def normalise(self, inputs: Plain) -> Plain:
        return {"path": "/", **super().normalise(inputs)}

    def create(self, context: Aws, inputs: Plain) -> str:
        arguments = given(inputs, Path="path", Description="description", PolicyDocument="policy")
        tags = self.tags_at_creation(context, inputs)
        return context.client("iam").create_policy(PolicyName=self.named(inputs), **arguments, **tags)["Policy"]["Arn"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        iam = aws.client("iam")
        policy = iam.get_policy(PolicyArn=resource_id)["Policy"]
        version = iam.get_policy_version(PolicyArn=resource_id, VersionId=policy["DefaultVersionId"])
        state = picked(policy, arn="Arn", name="PolicyName", path="Path", description="Description")
        state |= picked(policy, policyId="PolicyId", attachmentCount="AttachmentCount")
        document = _text(version["PolicyVersion"]["Document"])
        return state | {"policy": document, "tagsAll": tag_map(policy.get("Tags"))}

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        if "policy" not in changed:
            return
        iam = aws.client("iam")
        versions = iam.list_policy_versions(PolicyArn=resource_id)["Versions"]
        # IAM keeps five versions of a policy: room for a new one is made at the oldest one's cost.
        if len(versions) >= 5:
            oldest = min((v for v in versions if not v["IsDefaultVersion"]), key=lambda version: version["CreateDate"])
            iam.delete_policy_version(PolicyArn=resource_id, VersionId=oldest["VersionId"])
        iam.create_policy_version(PolicyArn=resource_id, PolicyDocument=new["policy"], SetAsDefault=True)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        iam = aws.client("iam")
        for version in iam.list_policy_versions(PolicyArn=resource_id)["Versions"]:
            if not version["IsDefaultVersion"]:
                iam.delete_policy_version(PolicyArn=resource_id, VersionId=version["VersionId"])
        iam.delete_policy(PolicyArn=resource_id)

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        if drop:
            aws.client("iam").untag_policy(PolicyArn=resource_id, TagKeys=drop)
        if add:
            aws.client("iam").tag_policy(PolicyArn=resource_id, Tags=tag_list(add))


def _text(document: Any) -> str:
    """A policy document as JSON text; IAM sends it URL-encoded, boto3 mostly decodes it."""
    return unquote(document) if isinstance(document, str) else json.dumps(document)


ALL = (Role, RolePolicy, RolePolicyAttachment, InstanceProfile, Policy)
