"""Each kind of directory takes its own keys."""

from collections.abc import Iterator

from settings.directory import CONTROLLERS
from settings.model import Settings
from settings.problem import Path, Problem, weighed

SIMPLE_AD_REGIONS = ("ap-northeast-1", "ap-southeast-1", "ap-southeast-2", "eu-west-1", "us-east-1", "us-west-2")
"""AWS Directory Service Administration Guide, "Region availability"."""
_EXISTING = {
    "servers": "servers",
    "serverName": "server_name",
    "adminSecretArn": "admin_secret_arn",
    "readOnlyUser": "read_only_user",
    "readOnlySecretArn": "read_only_secret_arn",
}
_JOINED = ("existing", "simple-ad", "managed-ad", "samba-ad")
"""Kinds that nodes join."""
_OWN = {
    "size": ("size", ("simple-ad",)),
    "edition": ("edition", ("managed-ad",)),
    "instanceType": ("instance_type", ("samba-ad",)),
    "backupRetentionDays": ("backup_retention_days", ("samba-ad",)),
    "maxPasswordAge": ("max_password_age", ("samba-ad",)),
    "minPasswordLength": ("min_password_length", ("samba-ad",)),
    "servers": ("servers", ("existing",)),
    "adminUser": ("admin_user", ("existing",)),
    "adminSecretArn": ("admin_secret_arn", ("existing",)),
    "readOnlyUser": ("read_only_user", ("existing",)),
    "readOnlySecretArn": ("read_only_secret_arn", ("existing",)),
    "serverName": ("server_name", ("existing", "simple-ad", "managed-ad")),
    "caCertificate": ("ca_certificate", ("existing", "simple-ad", "managed-ad")),
    "certificateEdition": ("certificate_edition", ("simple-ad", "managed-ad", "samba-ad")),
    "searchBase": ("search_base", ("existing",)),
    "allowedGroups": ("allowed_groups", _JOINED),
    "generateSshKeys": ("generate_ssh_keys", _JOINED),
    "resolution": ("resolution", _JOINED),
}
_KIND: Path = ("directory", "kind")


def an_existing_one_is_described(settings: Settings) -> Iterator[Problem]:
    directory = settings.directory
    if directory.kind != "existing":
        return
    for key, name in _EXISTING.items():
        if not getattr(directory, name):
            yield weighed(
                "directory-incomplete",
                ("directory", key),
                None,
                'stands there, and kind "existing" needs it',
                f"with kind existing: {', '.join(_EXISTING)}",
                f"set directory.{key} (docs/configuration.md says what it holds)",
                _KIND,
            )


def keys_fit_the_kind(settings: Settings) -> Iterator[Problem]:
    directory = settings.directory
    for key, (name, kinds) in _OWN.items():
        if name in directory.model_fields_set and directory.kind not in kinds:
            value: object = getattr(directory, name)
            yield weighed(
                "directory-other-kind",
                ("directory", key),
                value,
                f'is not for kind "{directory.kind}"',
                f"{key} with kind {' or '.join(kinds)}",
                f"remove {key}, or set directory.kind to {kinds[0]}",
                _KIND,
            )


def the_netbios_name_fits(settings: Settings) -> Iterator[Problem]:
    """AWS and samba-ad take the first label as the short name, and NetBIOS has 15 characters."""
    directory = settings.directory
    label = directory.domain_name.split(".")[0]
    if directory.kind in ("simple-ad", "managed-ad", "samba-ad") and len(label) > 15:
        yield weighed(
            "netbios",
            ("directory", "domainName"),
            directory.domain_name,
            f"has a first label of {len(label)} characters, which becomes the NetBIOS name",
            "15 characters at most before the first dot",
            f"shorten the first label, such as {label[:15].rstrip('-')}",
            _KIND,
        )


def the_domain_is_not_named_like_a_controller(settings: Settings) -> Iterator[Problem]:
    """The short names of a domain and of its controllers must differ (Samba refuses to make the domain)."""
    directory = settings.directory
    label = directory.domain_name.split(".")[0]
    if directory.kind == "samba-ad" and label in CONTROLLERS:
        yield weighed(
            "netbios-controller",
            ("directory", "domainName"),
            directory.domain_name,
            f"begins with {label}, which is a domain controller's own name",
            f"a first label other than {' and '.join(CONTROLLERS)}",
            "choose another first label, such as hpc",
            _KIND,
        )


def simple_ad_is_offered(settings: Settings) -> Iterator[Problem]:
    if settings.directory.kind == "simple-ad" and settings.region not in SIMPLE_AD_REGIONS:
        yield weighed(
            "simple-ad-region",
            _KIND,
            "simple-ad",
            f"is not offered in {settings.region}",
            f"Simple AD in {', '.join(SIMPLE_AD_REGIONS)}",
            "take managed-ad, or one of these regions",
            ("region",),
        )


def secrets_are_in_the_region(settings: Settings) -> Iterator[Problem]:
    directory = settings.directory
    for key, arn in (
        ("adminSecretArn", directory.admin_secret_arn),
        ("readOnlySecretArn", directory.read_only_secret_arn),
    ):
        if arn and arn.split(":")[3] != settings.region:
            yield weighed(
                "secret-region",
                ("directory", key),
                arn,
                f"is not in {settings.region}",
                f"a secret in the stack's region, {settings.region}",
                f"replicate it: aws secretsmanager replicate-secret-to-regions, then name the ARN in {settings.region}",
                ("region",),
            )


def nodes_do_not_bind_as_administrator(settings: Settings) -> Iterator[Problem]:
    directory = settings.directory
    first = (directory.read_only_user or "").split(",")[0].partition("=")[2]
    if first and first.lower() == directory.admin_user.lower():
        yield weighed(
            "bind-as-admin",
            ("directory", "readOnlyUser"),
            directory.read_only_user,
            "is the administrator, whose password every node would hold",
            "an account that can read only",
            "make such an account in the directory and name it here",
            ("directory", "adminUser"),
        )


def a_password_is_of_a_directory_that_is_made(settings: Settings) -> Iterator[Problem]:
    if settings.directory.kind == "existing" and settings.directory_admin_password:
        yield weighed(
            "password-unused",
            ("directoryAdminPassword",),
            None,
            'is set, and kind "existing" reads directory.adminSecretArn instead',
            "one of both",
            "run: pulumi config rm hpcstack:directoryAdminPassword",
            _KIND,
        )


def the_clusters_zone_is_another(settings: Settings) -> Iterator[Problem]:
    """In the VPC a zone of the directory's name would hide what the domain controllers answer for it."""
    directory, zone = settings.directory, settings.cluster.dns_zone
    if directory.kind != "none" and zone == directory.domain_name:
        yield weighed(
            "zone-of-directory",
            ("cluster", "dnsZone"),
            zone,
            "is the directory's domain, whose names it would hide",
            "a name of its own",
            f"take another one, such as cluster.{zone}",
            ("directory", "domainName"),
        )


RULES = (
    an_existing_one_is_described,
    keys_fit_the_kind,
    the_netbios_name_fits,
    the_domain_is_not_named_like_a_controller,
    simple_ad_is_offered,
    secrets_are_in_the_region,
    nodes_do_not_bind_as_administrator,
    a_password_is_of_a_directory_that_is_made,
    the_clusters_zone_is_another,
)
