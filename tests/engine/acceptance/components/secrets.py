"""Secrets, keys, and the stack's own certificate authority."""

import hashlib
from typing import Any

from tests.engine.acceptance.case import No
from tests.engine.acceptance.component import Component, Parts
from tests.engine.acceptance.components.common import statements, widen
from tests.engine.acceptance.ground import Clients, Ground

_KEY_POLICY = "Policy::slurmrest-key"


def _key_arn(name: str) -> str:
    return f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{name}-AbCdEf"


def _slurm_rest(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.slurm_rest import SlurmRest, SlurmRestArgs
    from settings.slurm_rest import SlurmRestApi

    settings = SlurmRestApi.model_validate({"signingKeySecretArn": _key_arn(arguments["secret"])})
    args = SlurmRestArgs(settings=settings, team="acceptance", head_name=None, protected=False)
    return SlurmRest(name, args, opts)


def _readable_key(aws: Clients, parts: Parts) -> object:
    return statements(aws, parts[_KEY_POLICY].id)[0]["Resource"]


def _delete_key_policy(aws: Clients, parts: Parts) -> None:
    arn = parts[_KEY_POLICY].id
    for version in aws("iam").list_policy_versions(PolicyArn=arn)["Versions"]:
        if not version["IsDefaultVersion"]:
            aws("iam").delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
    aws("iam").delete_policy(PolicyArn=arn)


def _secret(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from pydantic import SecretStr

    from components.secret import Secret, SecretArgs

    return Secret(
        name,
        SecretArgs(
            secret_name="acceptance",
            description=arguments["description"],
            given=SecretStr(arguments["value"]),
            protected=False,
        ),
        opts,
    )


def _secret_value(aws: Clients, parts: Parts) -> dict[str, str]:
    arn = parts["Secret::secret"].id
    manager = aws("secretsmanager")
    described = manager.describe_secret(SecretId=arn)["Description"]
    return {"description": described, "value": manager.get_secret_value(SecretId=arn)["SecretString"]}


def _delete_secret(aws: Clients, arn: str) -> None:
    aws("secretsmanager").delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)


def _authority(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.certificate_authority import CertificateAuthority, CertificateAuthorityArgs

    edition = arguments["edition"]
    args = CertificateAuthorityArgs(common_name="acceptance", protected=False, edition=edition)
    made = CertificateAuthority(name, args, opts)
    made.issue("server", dns_names=[_SERVER])
    return made


def _issued(aws: Clients, parts: Parts) -> int:
    """The edition of the certificate in force, which is one of this authority."""
    from components import x509

    server, authority = (_current(aws, parts[f"Secret::{name}"].id) for name in (_LEAF, "certificateauthority"))
    assert x509.misfit(server["SecretString"], authority["SecretString"], [_SERVER], []) == ""
    editions = {parts[name].outputs["versionId"]: edition for edition, name in _EDITIONS.items() if name in parts}
    return editions[server["VersionId"]]


def _current(aws: Clients, arn: str) -> dict[str, Any]:
    return aws("secretsmanager").get_secret_value(SecretId=arn)


_SERVER, _LEAF = "ldaps.acceptance.internal", "certificateauthority-server"
_EDITIONS = {
    edition: f"SecretVersion::{_LEAF}-{edition}-{hashlib.sha256(_SERVER.encode()).hexdigest()[:8]}"
    for edition in (1, 2)
}

ROWS = [
    Component(
        token="hpcstack:index:Secret",
        make=_secret,
        first=lambda g: {"description": "first", "value": "correct-horse"},
        change=lambda g: {"description": "changed"},
        changed={"Secret::secret": frozenset({"description"})},
        replace=lambda g: {"value": "battery-staple"},
        replaced=frozenset({"SecretVersion::secret"}),
        look=_secret_value,
        looks=lambda a: a,
        drift=lambda aws, parts: aws("secretsmanager").update_secret(
            SecretId=parts["Secret::secret"].id, Description="by hand"
        ),
        drifted="Secret::secret",
        vanish=lambda aws, parts: _delete_secret(aws, parts["Secret::secret"].id),
        vanished=frozenset({"Secret::secret", "SecretVersion::secret"}),
    ),
    Component(
        token="hpcstack:index:SlurmRest",
        make=_slurm_rest,
        first=lambda g: {"secret": "one"},
        change=lambda g: {"secret": "two"},
        changed={_KEY_POLICY: frozenset({"policy"})},
        replace=No("nothing of it has to be made anew"),
        look=_readable_key,
        looks=lambda a: [_key_arn(a["secret"])],
        drift=lambda aws, parts: widen(aws, parts[_KEY_POLICY].id),
        drifted=_KEY_POLICY,
        vanish=_delete_key_policy,
        vanished=frozenset({_KEY_POLICY}),
    ),
    Component(
        token="hpcstack:index:CertificateAuthority",
        make=_authority,
        first=lambda g: {"edition": 1},
        change=No("nothing of it changes in place"),
        replace=lambda g: {"edition": 2},
        replaced=frozenset(),  # another edition is another version of the secret, beside the first
        look=_issued,
        looks=lambda a: a["edition"],
        drift=No("its secrets are the component Secret's"),
        vanish=lambda aws, parts: _delete_secret(aws, parts[f"Secret::{_LEAF}"].id),
        vanished=frozenset({f"Secret::{_LEAF}", _EDITIONS[2]}),
    ),
]
