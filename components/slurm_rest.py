"""What Slurm's REST API needs besides the cluster: the key that signs its tokens, and the head node's right to read it."""

import json
import secrets
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.secret import Secret, SecretArgs
from planning import policies
from settings.slurm_rest import SlurmRestApi

_BYTES = 32
"""Of a made key, which is their text in hexadecimal digits: HS256 is as strong as a key of 256 bits (RFC 7518, 3.2)."""


@dataclass(frozen=True, kw_only=True)
class SlurmRestArgs:
    settings: SlurmRestApi
    """Without a key set of an identity provider."""
    protected: bool


class SlurmRest(pulumi.ComponentResource):
    """A new value of the secret is the head node's key within `refreshMinutes`, and ends all tokens signed with the old one."""

    key_arn: pulumi.Output[str]
    """Of the secret."""
    policy_arn: pulumi.Output[str]
    """For the head node."""

    def __init__(self, name: str, args: SlurmRestArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:SlurmRest", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        given = args.settings.signing_key_secret_arn
        self.key_arn = pulumi.Output.from_input(given) if given else self._made(name, args, child)
        # A key of one's own may be under a KMS key of one's own; the account's own needs no statement.
        document = self.key_arn.apply(
            lambda arn: json.dumps(policies.read_encrypted_secret(arn) if given else policies.read_secrets([arn]))
        )
        policy = aws.iam.Policy(f"{name}-key", policy=document, opts=child)
        self.policy_arn = policy.arn
        self.register_outputs({"key_arn": self.key_arn, "policy_arn": self.policy_arn})

    def _made(self, name: str, args: SlurmRestArgs, child: pulumi.ResourceOptions) -> pulumi.Output[str]:
        secret_args = SecretArgs(
            secret_name=name,
            description="The key that signs tokens of Slurm's REST API (HS256)",
            given=None,
            protected=args.protected,
            made=secrets.token_hex(_BYTES),
        )
        return Secret(name, secret_args, child).arn
