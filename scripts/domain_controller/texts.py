"""The texts that Samba, Kerberos, the resolver, chrony, apt and systemd read."""

from __future__ import annotations

from .configuration import Configuration

_MADE = "# Made by hpcstack; changed by the stack file only."
_COPY_SECONDS = 10
"""How often each asks the other for changes. Samba would ask every five minutes and else trust to be told, which a replaced
controller is not always."""
TLS = "/etc/hpcstack/tls"
PROGRAM = "/usr/local/lib/hpcstack/controller.pyz"


def smb_conf(found: Configuration, netbios_name: str) -> str:
    """Samba's own defaults for files; names outside the domain go to the VPC's resolver.

    Every bind is sealed or inside TLS. No NetBIOS, no printers. User and group ids come from the directory where it has them.
    """
    return f"""{_MADE}
[global]
    workgroup = {found.short_domain}
    realm = {found.realm}
    netbios name = {netbios_name.upper()}
    server role = active directory domain controller
    idmap_ldb:use rfc2307 = yes
    dns forwarder = {found.forwarder}
    ldap server require strong auth = yes
    dreplsrv:periodic_interval = {_COPY_SECONDS}
    disable netbios = yes
    smb ports = 445
    server min protocol = SMB3_00
    load printers = no
    printing = bsd
    printcap name = /dev/null

    tls enabled = yes
    tls certfile = {TLS}/server.pem
    tls keyfile = {TLS}/server.key
    tls cafile = {TLS}/ca.pem
    tls priority = NORMAL:-VERS-TLS1.0:-VERS-TLS1.1

[sysvol]
    path = /var/lib/samba/sysvol
    read only = no

[netlogon]
    path = /var/lib/samba/sysvol/{found.domain}/scripts
    read only = no
"""


def krb5_conf(found: Configuration) -> str:
    return f"""{_MADE}
[libdefaults]
    default_realm = {found.realm}
    dns_lookup_realm = false
    dns_lookup_kdc = true
    rdns = false
    dns_canonicalize_hostname = false
"""


def hosts(found: Configuration) -> str:
    """Both controllers, also by the names under which they serve after a restore."""
    lines = [
        f"{address} {name}.{found.domain} {name} {temporary(name)}.{found.domain} {temporary(name)}"
        for name, address in ((found.name, found.address), (found.peer_name, found.peer_address))
    ]
    return "\n".join([_MADE, "127.0.0.1 localhost", *lines]) + "\n"


def temporary(name: str) -> str:
    """The name of a controller whose domain was restored on that machine."""
    return f"{name}r"


def resolv_conf(found: Configuration, servers: list[str]) -> str:
    """In this order. Three at most are asked (glibc, resolv.conf(5))."""
    lines = "\n".join(f"nameserver {server}" for server in servers)
    return f"{_MADE}\nsearch {found.domain}\noptions timeout:2 attempts:2\n{lines}\n"


def chrony_source(found: Configuration) -> str:
    return f"{_MADE}\nserver {found.time_server} prefer iburst minpoll 4 maxpoll 4\n"


def apt_periodic(found: Configuration) -> str:
    """Security updates by themselves, a reboot at this controller's own time when one needs it."""
    return f"""// Made by hpcstack; changed by the stack file only.
APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
Unattended-Upgrade::Automatic-Reboot "true";
Unattended-Upgrade::Automatic-Reboot-Time "{found.reboot_time}";
"""


CLOUD_INIT = f"{_MADE}\npreserve_hostname: true\nmanage_etc_hosts: false\n"


def service(command: str, description: str) -> str:
    return f"""{_MADE}
[Unit]
Description={description}
Wants=network-online.target
After=network-online.target samba-ad-dc.service

[Service]
Type=oneshot
ExecStart=/usr/bin/python3 {PROGRAM} {command}
TimeoutStartSec=3600
PrivateTmp=yes
"""


def timer(description: str, when: str) -> str:
    return f"""{_MADE}
[Unit]
Description={description}

[Timer]
{when}
Persistent=true

[Install]
WantedBy=timers.target
"""
