"""What Slurm's REST API needs besides the cluster: the key that signs its tokens, its certificate, and the right to read them."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.certificate_authority import CertificateAuthority, CertificateAuthorityArgs
from components.secret import Secret, SecretArgs
from planning import policies
from settings.slurm_rest import SlurmRestApi

_BYTES = 32
"""Of a made key, which is their text in hexadecimal digits: HS256 is as strong as a key of 256 bits (RFC 7518, 3.2)."""


@dataclass(frozen=True, kw_only=True)
class SlurmRestArgs:
    settings: SlurmRestApi
    """Without a key set of an identity provider, or with TLS, or both: else it needs nothing."""
    team: str
    head_name: str | None
    """That the certificate bears."""
    protected: bool


class SlurmRest(pulumi.ComponentResource):
    """A new value of a secret is the head node's key or certificate within `refreshMinutes`. A new key ends all former tokens."""

    key_arn: pulumi.Output[str] | None
    """Of the secret; None where an identity provider signs tokens."""
    certificate_arn: pulumi.Output[str] | None
    """Of the secret; None without TLS."""
    ca_certificate: pulumi.Output[str] | None
    """PEM of the authority that clients have to be told of."""
    policy_arn: pulumi.Output[str]
    """For the head node."""

    def __init__(self, name: str, args: SlurmRestArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:SlurmRest", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.key_arn = None if args.settings.jwks else self._key(name, args, child)
        self.certificate_arn, self.ca_certificate = self._certificate(name, args, child)
        given = [args.settings.signing_key_secret_arn, args.settings.tls and args.settings.tls.certificate_secret_arn]
        arns = [arn for arn in (self.key_arn, self.certificate_arn) if arn is not None]
        document = pulumi.Output.all(*arns).apply(
            lambda found: json.dumps(_rights(found, [one for one in given if one]))
        )
        policy = aws.iam.Policy(f"{name}-key", policy=document, opts=child)
        self.policy_arn = policy.arn
        self.register_outputs(
            {
                "key_arn": self.key_arn,
                "certificate_arn": self.certificate_arn,
                "ca_certificate": self.ca_certificate,
                "policy_arn": self.policy_arn,
            }
        )

    def _key(self, name: str, args: SlurmRestArgs, child: pulumi.ResourceOptions) -> pulumi.Output[str]:
        given = args.settings.signing_key_secret_arn
        return pulumi.Output.from_input(given) if given else self._made(name, args, child)

    def _certificate(
        self, name: str, args: SlurmRestArgs, child: pulumi.ResourceOptions
    ) -> tuple[pulumi.Output[str] | None, pulumi.Output[str] | None]:
        """(secret, authority that clients have to be told of)."""
        tls = args.settings.tls
        if tls is None:
            return None, None
        if tls.certificate_secret_arn:
            told = pulumi.Output.from_input(tls.ca_certificate) if tls.ca_certificate else None
            return pulumi.Output.from_input(tls.certificate_secret_arn), told
        assert args.head_name
        authority_args = CertificateAuthorityArgs(
            common_name=f"Slurm REST API of {args.team}",
            protected=args.protected,
            edition=tls.certificate_edition,
            edition_key="cluster.slurmRestApi.tls.certificateEdition",
        )
        authority = CertificateAuthority(f"{name}-ca", authority_args, child)
        return authority.issue("head", dns_names=[args.head_name]).secret_arn, authority.certificate

    def _made(self, name: str, args: SlurmRestArgs, child: pulumi.ResourceOptions) -> pulumi.Output[str]:
        secret_args = SecretArgs(
            secret_name=name,
            description="The key that signs tokens of Slurm's REST API (HS256)",
            given=None,
            protected=args.protected,
            made=secrets.token_hex(_BYTES),
        )
        return Secret(name, secret_args, child).arn


def _rights(arns: Sequence[str], given: Sequence[str]) -> policies.Policy:
    """A secret of one's own may be under a KMS key of one's own; the account's own needs no statement."""
    made = [arn for arn in arns if arn not in given]
    own = [policies.read_encrypted_secret(arn) for arn in arns if arn in given]
    return policies.joined(*([policies.read_secrets(made)] if made else []), *own)
