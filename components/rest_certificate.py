"""Looks at the certificate that the stack file has Slurm's REST API show, before any resource."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from components import aws_call
from planning import slurm_rest
from settings import Problem, Settings
from settings.problem import Path, dotted, weighed

_TLS: Path = ("cluster", "slurmRestApi", "tls")
_PLACE: Path = (*_TLS, "certificateSecretArn")
_AUTHORITY: Path = (*_TLS, "caCertificate")
_SOON = timedelta(days=30)
_WHOLE = (
    "the certificate of {name}, those that signed it in their order, and its private key without a password, all in PEM"
)


def problems(settings: Settings, warn: Callable[[str], None]) -> list[Problem]:
    """None, and no call, where the stack issues the certificate. One line of warning where the secret cannot be read."""
    tls, name = slurm_rest.tls(settings), slurm_rest.head_name(settings)
    arn = tls.certificate_secret_arn if tls else None
    if tls is None or arn is None or name is None:
        return []
    from components import x509  # late: a fifth of a second, and most stacks need no certificates

    try:
        trusted = x509.certificates_of(tls.ca_certificate) if tls.ca_certificate else []
    except ValueError:
        return [_unreadable(tls.ca_certificate)]
    try:
        text = _text(arn)
    except aws_call.errors() as error:
        warn(f"hpcstack:{dotted(_PLACE)}: {arn} was not checked: AWS did not answer: {str(error).splitlines()[0]}")
        return []
    fault = x509.unfit(text, name, trusted) if text else "does not exist, or holds no text"
    if fault:
        allowed = _WHOLE.format(name=name)
        return [
            weighed(
                "slurm-rest-certificate",
                _PLACE,
                arn,
                fault,
                allowed,
                "put them into the secret",
                ("cluster", "dnsZone"),
                _AUTHORITY,
            )
        ]
    end = x509.ends(text or "")
    if end - datetime.now(UTC) < _SOON:
        warn(f"the certificate of {name} ends on {end:%Y-%m-%d}: put a new one into secret {arn}")
    return []


def _unreadable(text: str | None) -> Problem:
    return weighed(
        "slurm-rest-authority",
        _AUTHORITY,
        text,
        "holds a certificate that cannot be read",
        "one certificate of an authority or several, whole, all in PEM",
        "paste them anew below `caCertificate: |`",
    )


def _text(arn: str) -> str | None:
    """What the secret holds; None if there is no such secret, or nothing in it."""
    client = aws_call.client("secretsmanager", arn.split(":")[3])
    answer: dict[str, Any] | None = aws_call.if_there(
        lambda: client.get_secret_value(SecretId=arn), "ResourceNotFoundException", "InvalidRequest"
    )
    return answer.get("SecretString") if answer else None
