"""`cluster.slurmRestApi`: Slurm's REST API on the head node, and who signs its tokens."""

import re
from typing import Annotated

from pydantic import Field

from settings.base import SecretArn, Section, checked, form, refuse
from settings.directory import Certificate

_URL = re.compile(r"https://[A-Za-z0-9.-]+(:\d+)?/[^\s#]*")


def _https(value: str) -> None:
    if not _URL.fullmatch(value):
        raise refuse(
            "jwks-url",
            "is no address of a key set",
            allowed="https://host/path",
            fix="take the value of jwks_uri in the provider's /.well-known/openid-configuration",
        )


class Jwks(Section):
    """The key set of an identity provider, which signs the tokens in place of the cluster."""

    url: Annotated[str, checked(_https)]
    """Where the head node fetches the set (RFC 7517). Slurm takes RSA keys for RS256."""
    user_claim: Annotated[
        str, form(r"[A-Za-z0-9_:./-]+", "a claim's name of letters, digits and _ : . / -", longest=128)
    ] = "preferred_username"
    """The claim that holds the name of the user as whom a token's bearer acts."""


class SlurmRestTls(Section):
    """HTTPS in place of HTTP, under the name head.<cluster.dnsZone>. Empty (`tls: {}`): with a certificate of the stack's own."""

    certificate_secret_arn: SecretArn | None = None
    """A secret with a certificate for that name, those that signed it in their order, and its private key without a password:
    one text of PEM. Without it the stack's own authority issues one."""
    ca_certificate: Certificate | None = None
    """PEM text of the authority that signed it, or of several, where clients know none of them: for the API host, and an output."""
    certificate_edition: Annotated[int, Field(ge=1, le=999)] = 1
    """Of the certificate that the stack's own authority issues: another number has it issued anew, and replaces nothing else."""


class SlurmRestApi(Section):
    """Slurm's REST API (slurmrestd) on the head node. A changed value updates the cluster; `tls` added or taken out, and another
    kind of key, replace it."""

    port: Annotated[int, Field(ge=1024, le=65_535)] = 8082
    """TCP port, on the head node's private address."""
    signing_key_secret_arn: SecretArn | None = None
    """A secret with the key that signs tokens (HS256): text of 32 random characters or more. Made by the stack without it."""
    jwks: Jwks | None = None
    """An identity provider in place of a signing key."""
    max_token_lifespan: Annotated[int, Field(ge=60, le=31_536_000)] = 86_400
    """Seconds that a token of `scontrol token` or `just token` lives at most. Who holds the key signs what he likes."""
    refresh_minutes: Annotated[int, Field(ge=1, le=10_080)] = 60
    """How often the head node looks for a changed key or key set, and for a changed certificate."""
    tls: SlurmRestTls | None = None
    """HTTPS on the same port; HTTP without it."""
