"""Where the directory keeps its files, and what callers may know about it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from localcloud import paths
from localcloud.errors import LocalCloudError

SERVER = "dc1"
ADMIN = "Administrator"
READ_ONLY_USER = "ReadOnlyUser"

# LDAP, LDAPS and the global catalogue of both, Kerberos, Kerberos password change.
PORTS = (88, 389, 464, 636, 3268, 3269)

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"^{_LABEL}(\.{_LABEL})+$")


@dataclass(frozen=True)
class DirectoryInfo:
    """A directory that exists: names, address, and the files that hold its certificate and passwords."""

    domain: str
    realm: str
    base_dn: str
    address: str
    server_name: str
    ca_file: Path
    admin_name: str
    admin_password_file: Path
    read_only_user: str
    read_only_password_file: Path


@dataclass(frozen=True)
class Layout:
    """The files of one domain controller below `home`; `server` is its name within the domain."""

    home: Path
    server: str = SERVER

    @property
    def samba(self) -> Path:
        """What Samba itself keeps: `private/`, `state/`."""
        return self.home / "samba"

    @property
    def run(self) -> Path:
        return self.home / "run"

    @property
    def tls(self) -> Path:
        return self.home / "tls"

    @property
    def ca_file(self) -> Path:
        return self.tls / "ca.pem"

    @property
    def smb_conf(self) -> Path:
        return self.home / "smb.conf"

    @property
    def krb5_conf(self) -> Path:
        return self.home / "krb5.conf"

    @property
    def admin_password(self) -> Path:
        return self.home / "admin-password"

    @property
    def read_only_password(self) -> Path:
        return self.home / "read-only-password"

    @property
    def identity(self) -> Path:
        """`{"domain": ..., "address": ...}`: what start() must find again."""
        return self.home / "identity.json"

    def read_identity(self) -> dict[str, str] | None:
        """The remembered domain and address; None when there is no directory."""
        try:
            return json.loads(self.identity.read_text())
        except FileNotFoundError:
            return None

    def write_identity(self, domain: str, address: str) -> None:
        """Remember domain and address; replaced in one step, so that a cut-off write leaves the former file."""
        fresh = self.identity.with_suffix(".new")
        fresh.write_text(json.dumps({"domain": domain, "address": address}))
        fresh.replace(self.identity)


def layout() -> Layout:
    """The layout of this project's directory. Read at each call because tests move the state folder."""
    return Layout(paths.STATE / "directory")


def base_dn(domain: str) -> str:
    """`pwb.posit.co` -> `DC=pwb,DC=posit,DC=co`."""
    return ",".join(f"DC={label}" for label in domain.split("."))


def netbios_name(domain: str) -> str:
    """The domain's short name: its first label in capitals, 15 characters at most."""
    return domain.split(".", 1)[0].upper()[:15].rstrip("-")


def check_domain(domain: str) -> str:
    """The domain in lower case; LocalCloudError when it cannot name an Active Directory domain."""
    name = domain.lower()
    if not _DOMAIN.match(name) or len(name) > 64:
        raise LocalCloudError(
            f"domain {domain!r} cannot name a directory: at least two labels of letters, digits and hyphens "
            "are allowed, 64 characters in all, for example hpc.example.org"
        )
    if netbios_name(name) == SERVER.upper():
        raise LocalCloudError(
            f"domain {domain!r} begins with {SERVER}, the name of the domain controller; choose another"
        )
    return name


def describe(where: Layout, domain: str, address: str) -> DirectoryInfo:
    """The public face of the directory in `where`."""
    base = base_dn(domain)
    return DirectoryInfo(
        domain=domain,
        realm=domain.upper(),
        base_dn=base,
        address=address,
        server_name=f"{where.server}.{domain}",
        ca_file=where.ca_file,
        admin_name=ADMIN,
        admin_password_file=where.admin_password,
        # "cn" in lower case: ParallelCluster's cookbook looks for the literal.
        read_only_user=f"cn={READ_ONLY_USER},OU=Service,{base}",
        read_only_password_file=where.read_only_password,
    )
