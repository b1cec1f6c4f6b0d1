"""The way that the tool replaced, on a machine that knows the directory's people by sssd: reference.sh."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from benchmarks.directory.ground import Cost, Ground, assert_made, cost
from benchmarks.directory.runs import PREFIX
from planning.cluster import CA_FILE
from tests.directory.cluster_node import ClusterNode
from tests.directory.controllers import Controllers

_SCRIPT = Path(__file__).with_name("reference.sh")
_PASSWORD = "Plain-Passw0rd-7"


def reference(ground: Ground, count: int) -> Cost:
    """`count` users on one controller."""
    with ground.fresh(1) as one, _jump_host(ground.folder / "jump-host", one) as host:
        info = one.infos[0]
        given = {
            "DOMAIN": info.domain,
            "SERVER": info.server_name,
            "BASE_DN": info.base_dn,
            "ADMIN_PASSWORD": info.admin_password_file.read_text(),
            "USER_PASSWORD": _PASSWORD,
            "KRB5_CONFIG": str(one.layouts[0].krb5_conf),
        }
        found = cost(one, lambda: _run(host.inside("bash", str(_SCRIPT), str(count)), given))
        assert_made(one, PREFIX, count)
    return found


def _run(command: list[str], given: dict[str, str]) -> None:
    done = subprocess.run(command, env={**os.environ, **given}, capture_output=True, text=True, check=False)
    if done.returncode or done.stdout:
        raise SystemExit(f"the reference left out {done.stdout.split()}: {done.stderr}")


def _jump_host(home: Path, controllers: Controllers) -> ClusterNode:
    """sssd by LDAPS, which asks the controller for less than the original's Kerberos did: that favours the reference."""
    info = controllers.infos[0]
    section = {
        "DomainName": info.domain,
        "DomainAddr": f"ldaps://{info.server_name}",
        "DomainReadOnlyUser": info.read_only_user,
        "LdapTlsReqCert": "hard",
        "LdapTlsCaCert": CA_FILE,
    }
    return ClusterNode(
        home,
        section,
        info.read_only_password_file.read_text(),
        hosts={info.server_name: info.address},
        files={CA_FILE: info.ca_file.read_text()},
    )
