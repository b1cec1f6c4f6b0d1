"""A secret of the platform: generated once, kept in Secrets Manager, passed on by ARN."""

import secrets
import string
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pydantic import SecretStr

_LENGTH = 24


@dataclass(frozen=True, kw_only=True)
class SecretArgs:
    secret_name: str
    description: str
    given: SecretStr | None
    """From the stack file; None has one made."""
    protected: bool
    made: pulumi.Input[str] | None = None
    """What to keep instead of a generated password."""
    edition: str = ""
    """Part of the value's name in the state: with another one the value is made anew."""


class Secret(pulumi.ComponentResource):
    """A plain-string secret (ParallelCluster takes no JSON for its database and directory passwords).

    `value` is for the services that must be told the password when they are made; it is a secret output. A value that is not
    given is made anew by each run of the program, and the engine keeps the first one (`ignore_changes`): nothing readable is
    stored anywhere.
    """

    arn: pulumi.Output[str]
    value: pulumi.Output[str]

    def __init__(self, name: str, args: SecretArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:Secret", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        secret = aws.secretsmanager.Secret(
            name,
            name_prefix=f"{args.secret_name}-",
            description=args.description,
            recovery_window_in_days=30 if args.protected else 0,
            opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(protect=args.protected)),
        )
        value = args.given.get_secret_value() if args.given else args.made or generate()
        # A given value may change; a generated one never does.
        keep = pulumi.ResourceOptions(ignore_changes=[] if args.given else ["secretString"])
        version = aws.secretsmanager.SecretVersion(
            f"{name}-{args.edition}" if args.edition else name,
            secret_id=secret.id,
            secret_string=pulumi.Output.secret(value),
            opts=pulumi.ResourceOptions.merge(child, keep),
        )
        self.arn = secret.arn
        self.value = pulumi.Output.secret(version.secret_string).apply(_present)
        self.register_outputs({"arn": self.arn, "value": self.value})


def _present(value: str | None) -> str:
    if value is None:
        raise ValueError(
            "the secret has no value in Secrets Manager: give it one there, or replace the secret's version"
        )
    return value


def generate() -> str:
    """A random password of 24 letters and digits with at least one of each of three classes, as Active Directory's policy asks.

    No other signs: MySQL's and RDS's rules exclude several of them (Amazon RDS, "Settings for DB instances")."""
    classes = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    while True:
        password = "".join(secrets.choice("".join(classes)) for _ in range(_LENGTH))
        if all(any(sign in group for sign in password) for group in classes):
            return password
