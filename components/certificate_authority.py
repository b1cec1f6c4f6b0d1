"""Certificate authorities of the stack's own, for names inside the VPC that no public authority signs: one for each use."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

import pulumi
from pulumi.output import UNKNOWN

from components.secret import Secret, SecretArgs

WARNED = timedelta(days=365)
"""How long before a certificate's end `pulumi preview` and `up` begin to say so."""


@dataclass(frozen=True, kw_only=True)
class CertificateAuthorityArgs:
    common_name: str
    protected: bool
    edition: int = 1
    """Of the certificates that it issues: another number has all of them issued anew."""
    edition_key: str = "directory.certificateEdition"
    """Where the stack file says it."""


class CertificateAuthority(pulumi.ComponentResource):
    """Made once by the program's process and kept, as generated passwords are (components/secret.py).

    Its private key and its certificate are one secret of Secrets Manager, in PEM, which no machine of the platform may read.
    """

    certificate: pulumi.Output[str]
    """PEM, public."""
    key_secret_arn: pulumi.Output[str]

    def __init__(self, name: str, args: CertificateAuthorityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:CertificateAuthority", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        kept = Secret(
            name,
            SecretArgs(
                secret_name=name,
                description="Private key and certificate of the stack's own authority (PEM)",
                given=None,
                protected=args.protected,
                made=_made(lambda: _x509().new_authority(args.common_name)),
            ),
            self._child,
        )
        self.bundle, self.key_secret_arn = kept.value, kept.arn
        self.certificate = _public(kept.value)
        self.register_outputs({"certificate": self.certificate, "key_secret_arn": self.key_secret_arn})

    def issue(
        self, name: str, *, dns_names: Sequence[str], ip_addresses: Sequence[pulumi.Input[str]] = ()
    ) -> "IssuedCertificate":
        """One server's certificate. Other names, or another edition, have it issued anew; addresses that are outputs do not."""
        args = IssuedCertificateArgs(
            authority=self.bundle,
            dns_names=tuple(dns_names),
            ip_addresses=tuple(ip_addresses),
            protected=self._args.protected,
            edition=self._args.edition,
            edition_key=self._args.edition_key,
        )
        return IssuedCertificate(f"{self._name}-{name}", args, self._child)


@dataclass(frozen=True, kw_only=True)
class IssuedCertificateArgs:
    authority: pulumi.Output[str]
    """Its private key and certificate."""
    dns_names: tuple[str, ...]
    ip_addresses: tuple[pulumi.Input[str], ...]
    protected: bool
    edition: int
    edition_key: str


class IssuedCertificate(pulumi.ComponentResource):
    """A server's certificate of the stack's authority, kept until its names or the edition change."""

    certificate: pulumi.Output[str]
    """PEM, public."""
    private_key: pulumi.Output[str]
    """PEM, a secret output."""
    secret_arn: pulumi.Output[str]
    """Of a secret with private key and certificate in PEM, one text; for the machine that serves with it."""

    def __init__(self, name: str, args: IssuedCertificateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:IssuedCertificate", name, None, opts)
        addresses = pulumi.Output.all(*args.ip_addresses)
        # An authority that is made in this very run is not known in a preview, and then nothing is signed.
        made = pulumi.Output.all(args.authority, addresses).apply(
            lambda found: _x509().issue(found[0], args.dns_names, found[1])
        )
        kept = Secret(
            name,
            SecretArgs(
                secret_name=name,
                description=f"Private key and certificate of {args.dns_names[0]} (PEM)",
                given=None,
                protected=args.protected,
                made=made,
                edition=_edition(args),
            ),
            pulumi.ResourceOptions(parent=self),
        )
        checked = pulumi.Output.all(kept.value, args.authority, addresses).apply(
            lambda found: serving(
                *found, dns_names=args.dns_names, remedy=f"set {args.edition_key} to {args.edition + 1}"
            )
        )
        self.certificate, self.secret_arn = _public(checked), kept.arn
        self.private_key = pulumi.Output.secret(checked.apply(lambda bundle: _x509().key_text(bundle)))
        self.register_outputs(
            {"certificate": self.certificate, "private_key": self.private_key, "secret_arn": self.secret_arn}
        )


def serving(bundle: str, authority: str, addresses: list[str], *, dns_names: tuple[str, ...], remedy: str) -> str:
    """The bundle that was kept, if it still serves; ValueError if not. Warns when it is about to end."""
    fault = _x509().misfit(bundle, authority, dns_names, addresses)
    if fault:
        raise ValueError(f"the kept certificate of {dns_names[0]} {fault}: have it issued anew, {remedy}")
    end, now = _x509().ends(bundle), datetime.now(UTC)
    if end <= now:
        raise ValueError(
            f"the kept certificate of {dns_names[0]} ended on {end:%Y-%m-%d}: have it issued anew, {remedy}"
        )
    if end - now < WARNED:
        pulumi.warn(f"the certificate of {dns_names[0]} ends on {end:%Y-%m-%d}: have it issued anew before, {remedy}")
    return bundle


def _edition(args: IssuedCertificateArgs) -> str:
    """Names the kept value after all that is known of the certificate when the program starts."""
    known = [*args.dns_names, *(one for one in args.ip_addresses if isinstance(one, str))]
    return f"{args.edition}-{hashlib.sha256(' '.join(known).encode()).hexdigest()[:8]}"


def _made(make: Callable[[], str]) -> pulumi.Input[str]:
    """In a preview nothing is made; what is kept already, the engine puts in its place."""
    return cast(pulumi.Output[str], pulumi.Output.from_input(UNKNOWN)) if pulumi.runtime.is_dry_run() else make()


def _public(bundle: pulumi.Output[str]) -> pulumi.Output[str]:
    return pulumi.Output.unsecret(bundle.apply(lambda text: _x509().certificate_text(text)))


def _x509():
    """Late, because its library takes a fifth of a second, and most stacks need no certificates."""
    from components import x509

    return x509
