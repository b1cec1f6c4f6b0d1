"""The texts that Samba and Kerberos read. Written anew at each start, so that a moved project folder still works."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from localcloud import paths
from localcloud.directory.layout import Layout, netbios_name
from localcloud.errors import LocalCloudError

SERVICES = ("ldap", "kdc")
REPLICATING = (*SERVICES, "rpc", "drepl", "kcc")
"""What a controller serves that is alone in its domain, and one of several."""

# Samba's sockets are <lock directory>/msg.sock/<pid> and /ncalrpc/np/protected_storage, and a Unix socket's path holds 107
# characters.
_LONGEST_LOCK_PATH = 75


def lock_directory(where: Layout) -> Path:
    """Samba's lock directory: inside the directory's home, or in the user's cache when the project's path is too long for a socket.

    Raises LocalCloudError if both are too long.
    """
    # By the folder that holds the directory: while it is made it has another name than afterwards.
    in_cache = paths.CACHE / "samba" / hashlib.sha256(f"{where.home.parent}/{where.server}".encode()).hexdigest()[:12]
    for folder in (where.run / "lock", in_cache):
        if len(str(folder).encode()) <= _LONGEST_LOCK_PATH:
            return folder
    raise LocalCloudError(
        f"the paths {where.run / 'lock'} and {in_cache} are too long for a socket (at most {_LONGEST_LOCK_PATH} characters): "
        "set XDG_CACHE_HOME to a shorter path"
    )


def smb_conf(
    where: Layout,
    domain: str,
    address: str,
    services: tuple[str, ...] = SERVICES,
    more: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Samba's configuration: the services on one loopback address, with TLS of our own authority. `more`: further lines.

    `acl_xattr:security_acl_name` keeps NT ACLs in a user attribute, so that no CAP_SYS_ADMIN is needed (containers).
    Strong authentication stays required (Samba's default): a simple bind needs TLS, a Kerberos bind its own seal.
    """
    return f"""[global]
    workgroup = {netbios_name(domain)}
    realm = {domain.upper()}
    netbios name = {where.server.upper()}
    server role = active directory domain controller
    server services = {", ".join(services)}
    prefork children = 2
    interfaces = {address}/8
    bind interfaces only = yes
    disable netbios = yes
    smb ports = 445
    load printers = no
    acl_xattr:security_acl_name = user.NTACL
    idmap_ldb:use rfc2307 = yes

    tls enabled = yes
    tls cafile = {where.ca_file}
    tls certfile = {where.tls / "server.pem"}
    tls keyfile = {where.tls / "server.key"}

    private dir = {where.samba / "private"}
    state directory = {where.samba / "state"}
    cache directory = {where.samba / "cache"}
    lock directory = {lock_directory(where)}
    pid directory = {where.run}
    ncalrpc dir = {lock_directory(where) / "ncalrpc"}
    winbindd socket directory = {where.run / "winbindd"}
    ntp signd socket directory = {where.run / "ntp_signd"}
    log level = 1
{"".join(f"    {key} = {value}{chr(10)}" for key, value in more.items())}
[sysvol]
    path = {where.samba / "state" / "sysvol"}

[netlogon]
    path = {where.samba / "state" / "sysvol" / domain / "scripts"}
"""


def krb5_conf(domain: str, address: str) -> str:
    """A Kerberos configuration that needs no DNS; used through KRB5_CONFIG, /etc stays untouched."""
    realm = domain.upper()
    return f"""[libdefaults]
    default_realm = {realm}
    dns_lookup_kdc = false
    dns_lookup_realm = false
    dns_canonicalize_hostname = false
    rdns = false
    udp_preference_limit = 1

[realms]
    {realm} = {{
        kdc = {address}
        kpasswd_server = {address}
    }}
"""
