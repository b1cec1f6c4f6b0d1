"""Configures ParallelCluster's own node daemons, the real ones of aws-parallelcluster-node: files, wrappers, sudo, supervisord."""

from typing import Any

from localcloud.machines.node import facts
from localcloud.machines.node.facts import Node, setting
from localcloud.machines.node.slurm_conf import ETC, SCRIPTS
from localcloud.machines.node.system import folder, write

HEARTBEAT = f"{ETC}/pcluster/.slurm_plugin/clustermgtd_heartbeat"
_LOGS = (
    *("clustermgtd", "clustermgtd.events", "slurm_resume.log", "slurm_resume.events", "slurm_suspend.log"),
    *("slurm_fleet_status_manager.log", "compute_console_output.log"),
)
_RESUME = f"""#!/bin/bash
f=$(mktemp)
trap 'rm -f $f' EXIT
cp "$SLURM_RESUME_FILE" "$f"
chgrp pcluster-slurm-share "$f"
chmod g+r "$f"
sudo -u pcluster-admin SLURM_RESUME_FILE="$f" {facts.NODE}/slurm_resume "$@"
"""
_SUDO_ADMIN = (
    f"pcluster-admin ALL = (root) NOPASSWD: {facts.SLURM}/bin/scontrol, {facts.SLURM}/bin/sinfo, /usr/sbin/shutdown\n"
)
_SUDO_SLURM = "slurm ALL = (pcluster-admin) NOPASSWD:SETENV: " + ", ".join(
    f"{facts.NODE}/{name}" for name in ("slurm_suspend", "slurm_resume", "slurm_fleet_status_manager")
)
_SUPERVISOR = """[supervisord]
logfile = /var/log/supervisord.log
pidfile = /run/supervisord.pid
[unix_http_server]
file = /run/supervisor.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl = unix:///run/supervisor.sock
"""
_UNIT = f"""[Unit]
Description=Supervisor daemon
After=network-online.target
[Service]
ExecStart={facts.COOKBOOK}/supervisord -n -c /etc/supervisord.conf
KillMode=mixed
Restart=on-failure
[Install]
WantedBy=multi-user.target
"""


def on_head_node(node: Node, config: dict[str, Any]) -> None:
    """clustermgtd and the programs that Slurm calls; clusterstatusmgtd and cfn-hup beside them."""
    folder(f"{ETC}/pcluster/.slurm_plugin", owner="pcluster-admin")
    folder("/home/pcluster-admin", owner="pcluster-admin")
    for name, text in _files(node, config).items():
        write(f"{facts.PLUGIN}/parallelcluster_{name}.conf", text)
    table = node.dna["slurm_ddb_table"]
    computemgtd = (
        f"[computemgtd]\n{_common(node)}dynamodb_table = {table}\nclustermgtd_heartbeat_file_path = {HEARTBEAT}\n"
    )
    write(f"{ETC}/pcluster/.slurm_plugin/parallelcluster_computemgtd.conf", computemgtd)
    write(f"{SCRIPTS}/slurm_resume", _RESUME, 0o744, "slurm")
    for name, mode in (("slurm_suspend", 0o744), ("slurm_fleet_status_manager", 0o755)):
        write(f"{SCRIPTS}/{name}", f'#!/bin/bash\nsudo -u pcluster-admin {facts.NODE}/{name} "$@"\n', mode, "slurm")
    for name in _LOGS:
        write(f"{facts.LOGS}/{name}", "", owner="pcluster-admin")
    write("/etc/sudoers.d/99-parallelcluster-slurm", f"{_SUDO_ADMIN}{_SUDO_SLURM}\n", 0o440)
    hup = f"{facts.ENVIRONMENTS}/cfn_bootstrap_virtualenv/bin/cfn-hup -s {node.cluster} -r HeadNodeLaunchTemplate"
    _supervise(
        _program("clustermgtd", f"{facts.NODE}/clustermgtd", admin=True)
        + _program("clusterstatusmgtd", "/usr/local/sbin/clusterstatusmgtd")
        + _program("cfn-hup", f"{hup} --region {node.region} --interval {setting('update_seconds')}")
    )


def on_compute_node() -> None:
    """computemgtd, whose configuration lies in the head node's share."""
    write(f"{facts.LOGS}/computemgtd", "", owner="pcluster-admin")
    write("/etc/sudoers.d/99-parallelcluster-slurm", _SUDO_ADMIN, 0o440)
    _supervise(_program("computemgtd", f"{facts.NODE}/computemgtd", admin=True))


def _files(node: Node, config: dict[str, Any]) -> dict[str, str]:
    """Name -> text of a daemon's file, with the options that cookbook 3.12's templates give."""
    me = (
        f"dynamodb_table = {node.dna['slurm_ddb_table']}\nhosted_zone = {node.dna['hosted_zone']}\n"
        f"dns_domain = {node.dna['dns_domain']}\nuse_private_hostname = {node.dna['use_private_hostname']}\n"
        f"head_node_private_ip = {node.address}\nhead_node_hostname = {node.hostname}\ninstance_id = {node.instance}\n"
    )
    clustermgtd = {
        "heartbeat_file_path": HEARTBEAT,
        "node_replacement_timeout": node.dna["compute_node_bootstrap_timeout"],
        "insufficient_capacity_timeout": f"{setting('capacity_seconds'):.0f}",
        "compute_console_logging_enabled": "true",
        "compute_console_logging_max_sample_size": 1,
        "compute_console_wait_time": 300,
        # The local cloud's own.
        "loop_time": f"{setting('loop_seconds'):.0f}",
        "protected_failure_count": f"{setting('protected_failures'):.0f}",
    }
    options = "".join(f"{name} = {value}\n" for name, value in clustermgtd.items())
    strategy = config["Scheduling"].get("ScalingStrategy") or "all-or-nothing"
    heartbeat = f"clustermgtd_heartbeat_file_path = {HEARTBEAT}\n"
    return {
        "clustermgtd": f"[clustermgtd]\n{_common(node)}{me}{options}",
        "slurm_resume": f"[slurm_resume]\n{_common(node)}{me}{heartbeat}scaling_strategy = {strategy}\n",
        "slurm_suspend": f"[slurm_suspend]\n{heartbeat}",
        "slurm_fleet_status_manager": f"[slurm_fleet_status_manager]\n{_common(node)}",
    }


def _common(node: Node) -> str:
    return f"cluster_name = {node.cluster}\nregion = {node.region}\nproxy = NONE\n"


def _program(name: str, command: str, admin: bool = False) -> str:
    user = 'user = pcluster-admin\nenvironment = HOME="/home/pcluster-admin",USER="pcluster-admin"\n' if admin else ""
    log = f"redirect_stderr = true\nstdout_logfile = {facts.LOGS}/{name}\nstdout_logfile_maxbytes = 0\n"
    return f"\n[program:{name}]\ncommand = {command}\n{user}{log}"


def _supervise(programs: str) -> None:
    write("/etc/supervisord.conf", _SUPERVISOR + programs)
    write("/etc/systemd/system/supervisord.service", _UNIT)
