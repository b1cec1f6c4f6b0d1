"""IAM: roles, policies, instance profiles."""

import json
from urllib.parse import unquote

from tests.engine.acceptance.case import Case, Gone, Kept, No, Values
from tests.engine.acceptance.ground import ASSUMED_BY_EC2, Clients, allow
from tests.engine.acceptance.table.common import TAGS_CHANGED, TAGS_FIRST, found, listed


def _text(document: object) -> str:
    """A policy document as IAM tells it: boto3 reads it, where it is not URL-encoded text."""
    return json.dumps(json.loads(unquote(document)) if isinstance(document, str) else document)


def _role(aws: Clients, it: Kept) -> Values:
    role = aws("iam").get_role(RoleName=it.id)["Role"]
    return {
        **found([role], path="Path", description="Description", maxSessionDuration="MaxSessionDuration"),
        "assumeRolePolicy": _text(role["AssumeRolePolicyDocument"]),
        "tags": listed(role["Tags"]),
    }


def _inline(aws: Clients, it: Kept) -> Values:
    role, _, name = it.id.partition(":")
    kept = aws("iam").get_role_policy(RoleName=role, PolicyName=name)
    return {"role": kept["RoleName"], "name": name, "policy": _text(kept["PolicyDocument"])}


def _attachment(aws: Clients, it: Kept) -> Values:
    role, arn = it.outputs["role"], it.outputs["policyArn"]
    attached = aws("iam").list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    if arn not in [one["PolicyArn"] for one in attached]:
        raise Gone(it.id)
    return {"role": role, "policyArn": arn}


def _profile(aws: Clients, it: Kept) -> Values:
    profile = aws("iam").get_instance_profile(InstanceProfileName=it.id)["InstanceProfile"]
    return {"path": profile["Path"], "role": profile["Roles"][0]["RoleName"], "tags": listed(profile["Tags"])}


def _other_role(aws: Clients, it: Kept) -> None:
    role = it.outputs["role"]
    aws("iam").remove_role_from_instance_profile(InstanceProfileName=it.id, RoleName=role)
    other = {"ground-0": "ground-1", "ground-1": "ground-0"}[role]
    aws("iam").add_role_to_instance_profile(InstanceProfileName=it.id, RoleName=other)


def _delete_profile(aws: Clients, it: Kept) -> None:
    aws("iam").remove_role_from_instance_profile(InstanceProfileName=it.id, RoleName=it.outputs["role"])
    aws("iam").delete_instance_profile(InstanceProfileName=it.id)


def _policy(aws: Clients, it: Kept) -> Values:
    policy = aws("iam").get_policy(PolicyArn=it.id)["Policy"]
    version = aws("iam").get_policy_version(PolicyArn=it.id, VersionId=policy["DefaultVersionId"])
    return {
        "description": policy["Description"],
        "policy": _text(version["PolicyVersion"]["Document"]),
        "tags": listed(policy["Tags"]),
    }


def _delete_policy(aws: Clients, it: Kept) -> None:
    for version in aws("iam").list_policy_versions(PolicyArn=it.id)["Versions"]:
        if not version["IsDefaultVersion"]:
            aws("iam").delete_policy_version(PolicyArn=it.id, VersionId=version["VersionId"])
    aws("iam").delete_policy(PolicyArn=it.id)


CASES = [
    Case(
        token="aws:iam/role:Role",
        inputs=lambda g: {
            "assumeRolePolicy": ASSUMED_BY_EC2,
            "path": "/",
            "description": "first",
            "maxSessionDuration": 3600,
            **TAGS_FIRST,
        },
        change=lambda g: {"description": "changed", "maxSessionDuration": 7200, **TAGS_CHANGED},
        replace=lambda g: {"path": "/hpc/"},
        look=_role,
        drift=lambda aws, it: aws("iam").update_role(RoleName=it.id, Description="by hand", MaxSessionDuration=7200),
        vanish=lambda aws, it: aws("iam").delete_role(RoleName=it.id),
        import_id=lambda it: it.id,
        named="name",
    ),
    Case(
        token="aws:iam/rolePolicy:RolePolicy",
        inputs=lambda g: {"role": g.roles[0], "name": "inline", "policy": allow("s3:GetObject")},
        change=lambda g: {"policy": allow("s3:PutObject")},
        replace=lambda g: {"role": g.roles[1]},
        look=_inline,
        drift=lambda aws, it: aws("iam").put_role_policy(
            RoleName=it.outputs["role"], PolicyName="inline", PolicyDocument=allow("s3:ListBucket")
        ),
        vanish=lambda aws, it: aws("iam").delete_role_policy(RoleName=it.outputs["role"], PolicyName="inline"),
        import_id=lambda it: f"{it.outputs['role']}:inline",
    ),
    Case(
        token="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        inputs=lambda g: {"role": g.roles[0], "policyArn": g.policies[0]},
        change=No("both of its inputs are fixed"),
        replace=lambda g: {"role": g.roles[1], "policyArn": g.policies[1]},
        look=_attachment,
        drift=No("it is there or it is not"),
        vanish=lambda aws, it: aws("iam").detach_role_policy(
            RoleName=it.outputs["role"], PolicyArn=it.outputs["policyArn"]
        ),
        import_id=lambda it: f"{it.outputs['role']}/{it.outputs['policyArn']}",
    ),
    Case(
        token="aws:iam/instanceProfile:InstanceProfile",
        inputs=lambda g: {"role": g.roles[0], "path": "/", **TAGS_FIRST},
        change=lambda g: {"role": g.roles[1], **TAGS_CHANGED},
        replace=lambda g: {"path": "/hpc/"},
        look=_profile,
        drift=_other_role,
        vanish=_delete_profile,
        import_id=lambda it: it.id,
        named="name",
    ),
    Case(
        token="aws:iam/policy:Policy",
        inputs=lambda g: {"policy": allow("s3:GetObject"), "description": "first", **TAGS_FIRST},
        change=lambda g: {"policy": allow("s3:PutObject"), **TAGS_CHANGED},
        replace=lambda g: {"description": "other"},
        look=_policy,
        drift=lambda aws, it: aws("iam").create_policy_version(
            PolicyArn=it.id, PolicyDocument=allow("s3:ListBucket"), SetAsDefault=True
        ),
        vanish=_delete_policy,
        import_id=lambda it: it.id,
        named="name",
    ),
]
