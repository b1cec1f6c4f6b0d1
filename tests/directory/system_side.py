"""An independent look at the directory: libldap over LDAPS, run by the operating system's Python. JSON in, JSON out."""

import json
import os
import sys

import ldap


def connect(request):
    server = ldap.initialize(f"ldaps://{request['address']}")
    server.set_option(ldap.OPT_X_TLS_CACERTFILE, request["ca"])
    server.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND)
    server.set_option(ldap.OPT_REFERRALS, 0)
    server.set_option(ldap.OPT_X_TLS_NEWCTX, 0)
    return server


def accepts(server, name, password):
    try:
        server.simple_bind_s(name, password)
    except ldap.INVALID_CREDENTIALS:
        return False
    return True


def binds(request):
    """Which of `[[name, password], ...]` the directory accepts."""
    server = connect(request)
    return [accepts(server, *pair) for pair in request["pairs"]]


def search(request):
    """`{dn: {attribute: [text]}}` of what matches, as the account of `as`."""
    server = connect(request)
    server.simple_bind_s(*request["as"])
    found = server.search_s(request["base"], ldap.SCOPE_SUBTREE, request["filter"], request["attributes"])
    return {dn: {k: [v.decode() for v in many] for k, many in entry.items()} for dn, entry in found if dn}


def remove_value(request):
    server = connect(request)
    server.simple_bind_s(*request["as"])
    server.modify_s(request["dn"], [(ldap.MOD_DELETE, request["attribute"], [request["value"].encode()])])
    return True


def replace_value(request):
    server = connect(request)
    server.simple_bind_s(*request["as"])
    server.modify_s(request["dn"], [(ldap.MOD_REPLACE, request["attribute"], [request["value"].encode()])])
    return True


def add_user(request):
    """An attempt to make an account; the name of the error, or `made`."""
    server = connect(request)
    server.simple_bind_s(*request["as"])
    try:
        mark = [("adminDescription", [request["mark"].encode()])] if "mark" in request else []
        account = [("objectClass", [b"user"]), ("sAMAccountName", [request["name"].encode()]), *mark]
        server.add_s(request["dn"], account)
    except ldap.LDAPError as error:
        return type(error).__name__
    return "made"


def stuff(request):
    """Large accounts until the directory takes no more; what it says then."""
    server = connect(request)
    server.simple_bind_s(*request["as"])
    photo = os.urandom(request["size"])
    for number in range(request["most"]):
        name = f"stuff-{request['name']}-{number}"
        attributes = [("objectClass", [b"user"]), ("sAMAccountName", [name.encode()]), ("jpegPhoto", [photo])]
        try:
            server.add_s(f"CN={name},CN=Users,{request['base']}", attributes)
        except ldap.LDAPError as error:
            return str(error)
    return None


if __name__ == "__main__":
    request = json.load(sys.stdin)
    json.dump(globals()[request.pop("do")](request), sys.stdout)
