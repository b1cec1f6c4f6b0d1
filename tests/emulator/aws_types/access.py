"""Roles, policies and profiles."""

from tests.emulator.aws_types.world import ASSUME, Life, policy

LIVES = [
    Life(
        "aws:iam/role:Role",
        lambda w: {"assumeRolePolicy": ASSUME, "description": "x"},
        lambda w: {"description": "y", "maxSessionDuration": 7200},
        lambda w: {"path": "/hpc/"},
        "role-",
        ("arn", "uniqueId", "createDate"),
        more=(
            lambda w: {"assumeRolePolicy": {**ASSUME, "Id": "changed"}},
            lambda w: {"permissionsBoundary": w.policy},
            lambda w: {"permissionsBoundary": None},
        ),
    ),
    Life(
        "aws:iam/rolePolicy:RolePolicy",
        lambda w: {"role": w.roles[0], "name": "inline", "policy": policy("s3:GetObject")},
        lambda w: {"policy": policy("s3:PutObject")},
        lambda w: {"role": w.roles[1]},
        "role0-",
    ),
    Life(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        lambda w: {"role": w.roles[0], "policyArn": w.policy},
        None,
        lambda w: {"role": w.roles[1]},
        "role0-",
    ),
    Life(
        "aws:iam/instanceProfile:InstanceProfile",
        lambda w: {"role": w.roles[0]},
        lambda w: {"role": w.roles[1]},
        lambda w: {"path": "/hpc/"},
        "instanceprofile-",
        ("arn", "uniqueId"),
    ),
    Life(
        "aws:iam/policy:Policy",
        lambda w: {"policy": policy("s3:GetObject")},
        lambda w: {"policy": policy("s3:PutObject")},
        lambda w: {"description": "other"},
        "arn:aws:iam::123456789012:policy/policy-",
        ("arn", "policyId"),
    ),
]
