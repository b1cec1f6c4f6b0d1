"""The command `service-user`: an ordinary account by which the cluster's nodes read the directory, and nothing more."""

from __future__ import annotations

import argparse
import time

import ldap

from ..faults import DONE, BadInput, Refused, Unreachable
from ..link import steady
from ..link.kerberos import Kerberos
from ..link.session import Server, reason
from ..passwords import given
from ..plan.found import ATTRIBUTES, SERVICE_MARK, from_entry
from ..report import Report
from ..wanted import checks as rules
from ..wanted.checks import Target

# A normal account whose password never expires: the domain's limit of 42 days would cut off every node.
_NEVER_EXPIRES = b"66048"
_PAUSE_SECONDS = 15


def ensure_service_user(options: argparse.Namespace, report: Report) -> int:
    """Unit, account, password and flags are as wanted afterwards; what is right already is left alone."""
    checks = rules.Checks(options)
    target = rules.target(options, checks)
    name = rules.service_name(options, checks)
    unit = rules.unit(options, checks, target.base_dn)
    seconds = checks.number("wait", 0, 3600) or 0
    secrets = given.take(options, checks, target, service_user=True)
    with Kerberos(target.realm, target.servers) as kerberos:
        for address in target.servers if seconds else ():
            _await(Server(address, target.base_dn, kerberos, target.admin, secrets.admin), seconds, report)
        server = Server(target.servers[0], target.base_dn, kerberos, target.admin, secrets.admin)
        steady.connect(server)
        try:
            done = _ensure(server, kerberos, target, name, unit, secrets.service_user)
        except ldap.LDAPError as error:
            raise BadInput([f"the directory refused the service user {name}: {reason(error)}"]) from error
        finally:
            server.close()
    # "cn" in lower case: ParallelCluster's cookbook looks for the literal.
    dn = f"cn={name},{unit}"
    values = {"service_user": dn, "changed": done, "seconds": round(report.seconds, 2)}
    report.summary(values, [f"{dn}: {', '.join(done) if done else 'nothing to do'}"])
    return DONE


def _await(server: Server, seconds: float, report: Report) -> None:
    """A controller that is only being made answers after minutes. A refused administrator is not waited for."""
    end = time.monotonic() + seconds
    while True:
        try:
            steady.connect(server)
            server.close()
            return
        except Refused:
            raise
        except Unreachable as error:
            if time.monotonic() >= end:
                raise
            report.note(f"waiting for {server.address}: {error}")
        time.sleep(_PAUSE_SECONDS)


def _ensure(server: Server, kerberos: Kerberos, target: Target, name: str, unit: str, password: str) -> list[str]:
    """What was done, in words."""
    done: list[str] = []
    if not server.exists(unit):
        server.ldap.add_ext_s(unit, [("objectClass", [b"organizationalUnit"])])
        done.append("unit made")
    found = [from_entry(*e) for e in server.search(f"(sAMAccountName={name})", ATTRIBUTES)]
    quoted = f'"{password}"'.encode("utf-16-le")
    dn = f"CN={name},{unit}"
    if not found:
        server.ldap.add_ext_s(
            dn,
            [
                ("objectClass", [b"user"]),
                ("sAMAccountName", [name.encode()]),
                ("userPrincipalName", [f"{name}@{target.domain}".encode()]),
                ("unicodePwd", [quoted]),
                ("userAccountControl", [_NEVER_EXPIRES]),
                ("adminDescription", [SERVICE_MARK.encode()]),
            ],
        )
        return [*done, "account made"]
    entry = found[0]
    if not entry.is_user or entry.dn.lower() != dn.lower():
        raise BadInput([f"--name {name!r} belongs to {entry.dn}; choose another name or the --ou in which it is"])
    if entry.control != int(_NEVER_EXPIRES):
        server.ldap.modify_ext_s(entry.dn, [(ldap.MOD_REPLACE, "userAccountControl", [_NEVER_EXPIRES])])
        done.append("flags set")
    if kerberos.check(name, password, server.address):
        server.ldap.modify_ext_s(entry.dn, [(ldap.MOD_REPLACE, "unicodePwd", [quoted])])
        done.append("password set")
    return done
