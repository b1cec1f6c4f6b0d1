"""Roles, policies and secrets."""

from tests.unit.aws_rule_cases.form import POLICY, Case, Inputs, name, names, one
from tests.unit.aws_standin_rig import secret

PATH: list[Case] = [one("path", "/" * 513, "/" * 512), one("path", "hpc/", "/hpc/")]
ROLE_ARN = "arn:aws:iam::123456789012:role/x"

CASES: dict[str, list[Case]] = {
    "aws:iam/instanceProfile:InstanceProfile": [*names(128, "a b"), *PATH],
    "aws:iam/policy:Policy": [
        *names(128, "a b"),
        *PATH,
        one("description", "a" * 1001, "a" * 1000),
        one("policy", "[]", POLICY),
    ],
    "aws:iam/role:Role": [
        *names(64, "a b"),
        *PATH,
        one("description", "a" * 1001, "a" * 1000),
        one("maxSessionDuration", 43201, 43200),
        one("permissionsBoundary", "boundary", ROLE_ARN),
        one("assumeRolePolicy", "no json", POLICY),
    ],
    "aws:iam/rolePolicy:RolePolicy": [*name(128, "a b"), one("role", ROLE_ARN, "x"), one("policy", "{", POLICY)],
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": [
        one("policyArn", "AmazonSSMManagedInstanceCore", "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"),
        one("role", ROLE_ARN, "x"),
    ],
    "aws:secretsmanager/secret:Secret": [
        *names(512, "a b"),
        one("recoveryWindowInDays", 6, 0),
        one("description", "a" * 2049, "a" * 2048),
    ],
    "aws:secretsmanager/secretVersion:SecretVersion": [
        one("secretString", None, "x"),
        one("secretString", secret("é" * 32769), secret("é" * 32768)),
    ],
}

GOOD: dict[str, Inputs] = {
    "aws:iam/policy:Policy": {"policy": POLICY},
    "aws:iam/role:Role": {"assumeRolePolicy": POLICY},
    "aws:iam/rolePolicy:RolePolicy": {"role": "x", "policy": POLICY},
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {"role": "x", "policyArn": "arn:aws:iam::aws:policy/x"},
    "aws:secretsmanager/secretVersion:SecretVersion": {"secretId": "s", "secretString": "x"},
}
