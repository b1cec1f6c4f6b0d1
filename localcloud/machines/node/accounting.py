"""Slurm's accounting as the cookbook's recipe `config_slurm_accounting` sets it up (3.12), for a section `Database`."""

from pathlib import Path
from typing import Any

from localcloud.machines.node import aws, facts
from localcloud.machines.node.facts import Node
from localcloud.machines.node.slurm_conf import ETC
from localcloud.machines.node.system import run, services, wait_for, write

_PORT = 6819
_ANSWER_SECONDS = 180
_SACCTMGR = f"{facts.SLURM}/bin/sacctmgr"
_DAEMON = f"""AuthType=auth/munge
LogFile=/var/log/slurmdbd.log
DbdPort={_PORT}
SlurmUser=slurm
StorageType=accounting_storage/mysql
include slurm_parallelcluster_slurmdbd.conf
"""


def section(configuration: dict[str, Any]) -> dict[str, Any] | None:
    """The cluster's `Database`, or None."""
    found = configuration["Scheduling"]["SlurmSettings"].get("Database") or {}
    return found if found.get("Uri") else None


def lines(configuration: dict[str, Any], controller: str) -> list[str]:
    """What slurm_parallelcluster.conf says of it. ParallelCluster gathers by control groups, which are off here."""
    if section(configuration) is None:
        return []
    return [
        "AccountingStorageType=accounting_storage/slurmdbd",
        f"AccountingStorageHost={controller}",
        f"AccountingStoragePort={_PORT}",
        "AccountingStorageUser=slurm",
        "JobAcctGatherType=jobacct_gather/linux",
        "JobAcctGatherFrequency=30",
    ]


def storage(database: dict[str, Any], cluster: str, controller: str, password: str) -> str:
    """slurm_parallelcluster_slurmdbd.conf.

    The last line is the local cloud's: Debian's client of MariaDB asks for TLS only if it is told an authority.
    """
    host, _, port = database["Uri"].partition(":")
    return (
        f"DbdHost={controller}\nStorageHost={host}\nStoragePort={port or 3306}\n"
        f"StorageLoc={database.get('DatabaseName') or cluster.replace('-', '_')}\n"
        f"StorageUser={database['UserName']}\nStoragePass={password}\n"
        "StorageParameters=SSL_CA=/etc/ssl/certs/ca-certificates.crt\n"
    )


def start(node: Node, configuration: dict[str, Any]) -> None:
    """slurmdbd, the cluster, its account and its administrators: before slurmctld starts."""
    database = section(configuration)
    if database is None:
        return
    secrets = aws.client("secretsmanager", node.region)
    password = secrets.get_secret_value(SecretId=database["PasswordSecretArn"])["SecretString"]
    controller = node.hostname.split(".")[0]
    if not Path(ETC, "slurmdbd.conf").exists():
        write(f"{ETC}/slurmdbd.conf", _DAEMON, 0o600, "slurm")
    text = storage(database, node.cluster, controller, password)
    write(f"{ETC}/slurm_parallelcluster_slurmdbd.conf", text, 0o600, "slurm")
    services(["enable", "--quiet", "--now"], "munge", "slurmdbd")
    wait_for(_clusters, "slurmdbd and its database", _ANSWER_SECONDS)
    _add("cluster", node.cluster)
    _add(
        "account",
        "pcdefault",
        f"Cluster={node.cluster}",
        "Description=ParallelCluster default account",
        "Organization=none",
    )
    for user in ("slurm", node.dna["cluster_user"]):
        _add("user", user, "Account=pcdefault", "AdminLevel=Admin")


def _clusters() -> str | None:
    """What sacctmgr says, once it says anything: it waits for slurmdbd by itself only for a moment."""
    done = run(_SACCTMGR, "show", "clusters", "-Pn", "format=cluster", check=False)
    return None if "error" in done or "refused" in done else done


def _add(kind: str, name: str, *more: str) -> None:
    """Nothing for what is there already, which is an error of sacctmgr's."""
    if name not in run(_SACCTMGR, "show", kind, "-Pn", f"format={kind}").splitlines():
        run(_SACCTMGR, "-iQ", "add", kind, name, *more)
