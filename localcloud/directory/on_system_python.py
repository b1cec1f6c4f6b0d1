"""What needs the operating system's own Python bindings of Samba and OpenLDAP; run as a program, never imported.

Requests come as one JSON object on stdin (passwords must not stand in argv):
`{"do": "provision", "smb_conf", "domain", "netbios", "address", "base_dn", "server_name", "admin", "admin_password",
"read_only_user", "read_only_password"}` makes a domain; `{"do": "probe", "address", "server_name", "ca_file"}` binds once with
the Kerberos ticket of KRB5CCNAME, and begins TLS with LDAPS. Exit 0 is success; else one line on stderr says why.
"""

import json
import logging
import socket
import ssl
import sys

NORMAL_NEVER_EXPIRES = "66048"
PROBE_SECONDS = 3


def provision(request):
    """Make the domain, its LDAP service name and the read-only user: all offline, before any server runs."""
    from samba.auth import system_session
    from samba.dsdb import DS_DOMAIN_FUNCTION_2008_R2
    from samba.provision import provision as make_domain

    made = make_domain(
        logging.getLogger("provision"),
        system_session(),
        smbconf=request["smb_conf"],
        realm=request["domain"].upper(),
        domain=request["netbios"],
        hostname=request["server_name"].split(".", 1)[0],
        hostip=request["address"],
        adminpass=request["admin_password"],
        serverrole="active directory domain controller",
        dom_for_fun_level=DS_DOMAIN_FUNCTION_2008_R2,
        dns_backend="NONE",
        use_rfc2307=True,
    )
    register_service(made.samdb, request)
    keep_password_valid(made.samdb, f"CN={request['admin']},CN=Users,{request['base_dn']}")
    add_read_only_user(made.samdb, request)


def register_service(database, request):
    """Without this name a GSSAPI bind is refused until Samba's own updater has run, which needs services left out here."""
    import ldb

    host = request["server_name"].split(".", 1)[0].upper()
    message = ldb.Message(ldb.Dn(database, f"CN={host},OU=Domain Controllers,{request['base_dn']}"))
    names = [f"ldap/{request['server_name']}", f"ldap/{host}"]
    present = database.search(base=message.dn, scope=ldb.SCOPE_BASE, attrs=["servicePrincipalName"])[0]
    held = {str(name).lower() for name in present.get("servicePrincipalName", [])}
    missing = [name for name in names if name.lower() not in held]
    if missing:
        message["names"] = ldb.MessageElement(missing, ldb.FLAG_MOD_ADD, "servicePrincipalName")
        database.modify(message)


def keep_password_valid(database, account):
    """The domain's passwords expire after 42 days; the administrator of a local cloud must not be locked out by that."""
    import ldb

    message = ldb.Message(ldb.Dn(database, account))
    message["control"] = ldb.MessageElement(NORMAL_NEVER_EXPIRES, ldb.FLAG_MOD_REPLACE, "userAccountControl")
    database.modify(message)


def add_read_only_user(database, request):
    """An ordinary user in an organisational unit of its own: it reads everything that sssd needs and changes nothing."""
    unit = f"OU=Service,{request['base_dn']}"
    name = request["read_only_user"]
    database.add({"dn": unit, "objectClass": "organizationalUnit"})
    database.add(
        {
            "dn": f"CN={name},{unit}",
            "objectClass": "user",
            "sAMAccountName": name,
            "userPrincipalName": f"{name}@{request['domain']}",
            "description": "reads users and groups for the cluster's nodes",
            "unicodePwd": f'"{request["read_only_password"]}"'.encode("utf-16-le"),
            "userAccountControl": NORMAL_NEVER_EXPIRES,
        }
    )


def probe(request):
    """One sealed bind: an open port or a ticket alone is too early a sign of readiness."""
    import ldap
    import ldap.sasl

    connection = socket.create_connection((request["address"], 389), timeout=PROBE_SECONDS)
    connection.settimeout(None)
    # An own socket needs no name service, and libldap closes it; the URI's name is the one that Kerberos asks for.
    server = ldap.initialize(f"ldap://{request['server_name']}", fileno=connection.detach())
    server.set_option(ldap.OPT_X_SASL_NOCANON, ldap.OPT_ON)
    server.set_option(ldap.OPT_TIMEOUT, PROBE_SECONDS)
    server.sasl_interactive_bind_s("", ldap.sasl.gssapi())
    server.unbind_s()
    # LDAPS may begin to answer a moment later.
    trusted = ssl.create_default_context(cafile=request["ca_file"])
    with (
        socket.create_connection((request["address"], 636), timeout=PROBE_SECONDS) as plain,
        trusted.wrap_socket(plain, server_hostname=request["server_name"]),
    ):
        pass


def main():
    request = json.load(sys.stdin)
    try:
        {"provision": provision, "probe": probe}[request.pop("do")](request)
    except Exception as error:  # noqa: BLE001 - any fault becomes one line for the caller
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
