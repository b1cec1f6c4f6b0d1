"""sssd as the cookbook's recipe `directory_service` configures it (3.16): the head node reads the password once, by its ARN, and
shares the whole file; the others take it from there."""

from pathlib import Path
from typing import Any

from localcloud.machines.node import aws, facts
from localcloud.machines.node.facts import Node
from localcloud.machines.node.system import folder, run, services, wait_for, write

_FILE = "/etc/sssd/sssd.conf"
_ANSWER_SECONDS = 120
_SHARED = "directory_service/sssd.conf"
_REST = """
[domain/local]
id_provider = files
enumerate = True

[sssd]
config_file_version = 2
services = nss, pam, ssh
domains = default, local
full_name_format = %1$s

[nss]
filter_users = nobody,root
filter_groups = nobody,root

[pam]
offline_credentials_expiration = 7
"""


def configure(node: Node, configuration: dict[str, Any] | None) -> None:
    """Nothing for a cluster without a directory. `configuration` is the cluster's, which only the head node needs."""
    if str((node.dna.get("directory_service") or {}).get("enabled")).lower() != "true":
        return
    if node.kind == facts.HEAD:
        section = (configuration or {})["DirectoryService"]
        secrets = aws.client("secretsmanager", node.region)
        password = secrets.get_secret_value(SecretId=section["PasswordSecretArn"])["SecretString"]
        for shared in (facts.SHARED, facts.SHARED_LOGIN):
            folder(f"{shared}/directory_service", 0o700)
            write(f"{shared}/{_SHARED}", sssd_conf(section, password), 0o600)
    shared = facts.SHARED_LOGIN if node.kind == facts.LOGIN else facts.SHARED
    write(_FILE, Path(shared, _SHARED).read_text(), 0o600)
    # A user's home is made at the first logon.
    run("env", "DEBIAN_FRONTEND=noninteractive", "pam-auth-update", "--enable", "mkhomedir")
    services(["enable", "--quiet", "--now"], "sssd")
    _await_directory(Path(_FILE).read_text())


def _await_directory(configuration: str) -> None:
    """Until the directory answers about the user as whom sssd reads it: the first questions after its start find nobody, and a job
    that starts then has a user without a name."""
    name = reader(configuration)

    def known() -> bool | None:
        return True if run("getent", "passwd", name, check=False) else None

    wait_for(known, f"the directory's user {name}", _ANSWER_SECONDS)


def reader(configuration: str) -> str:
    """The name of the user in sssd.conf's bind DN, which stands first in it."""
    line = next(one for one in configuration.splitlines() if one.startswith("ldap_default_bind_dn"))
    return line.partition("=")[2].partition("=")[2].partition(",")[0].strip()


def sssd_conf(section: dict[str, Any], password: str) -> str:
    """The file for a section `DirectoryService`."""
    domain: dict[str, Any] = {
        "id_provider": "ldap",
        "ldap_schema": "AD",
        "ldap_uri": section["DomainAddr"],
        "ldap_search_base": _base(section["DomainName"]),
        "ldap_default_bind_dn": section["DomainReadOnlyUser"],
        "ldap_default_authtok": password,
        "ldap_tls_reqcert": section.get("LdapTlsReqCert") or "hard",
        "cache_credentials": "True",
        "default_shell": "/bin/bash",
        "fallback_homedir": "/home/%u",
        "ldap_id_mapping": "True",
        "ldap_referrals": "False",
        "use_fully_qualified_names": "False",
    }
    if authority := section.get("LdapTlsCaCert"):
        domain["ldap_tls_cacert"] = authority
    if allowed := section.get("LdapAccessFilter"):
        domain |= {"access_provider": "ldap", "ldap_access_filter": allowed}
    domain |= section.get("AdditionalSssdConfigs") or {}
    return "[domain/default]\n" + "".join(f"{key} = {value}\n" for key, value in sorted(domain.items())) + _REST


def _base(name: str) -> str:
    """A domain's name may be given as one, or as the distinguished name itself."""
    return name if "=" in name else ",".join(f"DC={label}" for label in name.split("."))
