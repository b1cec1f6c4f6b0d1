"""What needs Samba's own Python bindings; run by the operating system's Python, never imported.

One JSON object on stdin: `{"do": "join", "smb_conf", "domain", "primary", "name", "admin", "admin_password"}` joins a second
controller to the running first; `{"do": "identity", "smb_conf"}` prints the id by which other controllers look for this one;
`{"do": "replicate", "smb_conf", "target", "source", "base_dn", "admin", "admin_password"}` makes the target fetch from the
controller with the id `source`, now; `{"do": "deafen", "smb_conf", "target", "deaf", "admin", "admin_password"}` makes the
target refuse to fetch anything, until it is sent again with `deaf` empty.
"""

import json
import logging
import sys
import time

LOGON_SECONDS = 240


def loaded(path):
    from samba.param import LoadParm

    settings = LoadParm()
    settings.load(path)
    return settings


def administrator(settings, request):
    from samba.credentials import MUST_USE_KERBEROS, Credentials

    who = Credentials()
    who.guess(settings)
    who.set_username(request["admin"])
    who.set_password(request["admin_password"])
    who.set_realm(settings.get("realm"))
    who.set_kerberos_state(MUST_USE_KERBEROS)
    return who


def await_logon(request, settings, who):
    """Samba's own Kerberos asks by UDP and gives up soon; on a busy machine the first answers may come too late for it."""
    from samba.samdb import SamDB

    deadline = time.monotonic() + LOGON_SECONDS
    while True:
        try:
            return SamDB(f"ldap://{request['primary']}", credentials=who, lp=settings)
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def join(request):
    from samba.join import join_DC

    settings = loaded(request["smb_conf"])
    await_logon(request, settings, administrator(settings, request))
    join_DC(
        logger=logging.getLogger("join"),
        server=request["primary"],
        creds=administrator(settings, request),
        lp=settings,
        # Named, because asking for it needs CLDAP.
        site="Default-First-Site-Name",
        netbios_name=request["name"].upper(),
        domain=request["domain"],
        dns_backend="NONE",
    )


def replicate(request):
    from samba.dcerpc import drsuapi
    from samba.drs_utils import drsuapi_connect, sendDsReplicaSync

    settings = loaded(request["smb_conf"])
    interface, handle, _ = drsuapi_connect(request["target"], settings, administrator(settings, request))
    sendDsReplicaSync(interface, handle, request["source"], request["base_dn"], drsuapi.DRSUAPI_DRS_WRIT_REP)


def deafen(request):
    import ldb
    from samba.dsdb import DS_NTDSDSA_OPT_DISABLE_INBOUND_REPL
    from samba.samdb import SamDB

    settings = loaded(request["smb_conf"])
    database = SamDB(f"ldap://{request['target']}", credentials=administrator(settings, request), lp=settings)
    options = str(DS_NTDSDSA_OPT_DISABLE_INBOUND_REPL) if request["deaf"] else "0"
    change = ldb.Message(ldb.Dn(database, database.get_dsServiceName()))
    change["options"] = ldb.MessageElement(options, ldb.FLAG_MOD_REPLACE, "options")
    database.modify(change)


def identity(request):
    from samba.auth import system_session
    from samba.samdb import SamDB

    settings = loaded(request["smb_conf"])
    database = SamDB(session_info=system_session(), lp=settings)
    print(database.get_ntds_GUID())


if __name__ == "__main__":
    request = json.load(sys.stdin)
    globals()[request.pop("do")](request)
