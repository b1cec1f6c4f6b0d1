"""The step `config`: file systems, munge, Slurm's files; on the head node slurmctld runs at its end."""

import json
import pwd
from pathlib import Path
from typing import Any

import yaml

from localcloud.machines.node import (
    accounting,
    aws,
    directory,
    facts,
    fleet,
    job_start,
    node_daemons,
    slurm_conf,
    slurm_nodes,
    storage,
)
from localcloud.machines.node.facts import Node, setting
from localcloud.machines.node.slurm_conf import ETC
from localcloud.machines.node.system import folder, run, services, wait_for, write

_KEY = "/etc/munge/munge.key"
_CONTROLLER_SECONDS = 240


def config(node: Node) -> None:
    storage.external(node)
    _cluster_user(node)
    if node.kind == facts.HEAD:
        _head_node(node)
        return
    directory.configure(node, None)
    shared = facts.SHARED_LOGIN if node.kind == facts.LOGIN else facts.SHARED
    run("install", "-o", "munge", "-g", "munge", "-m", "0600", f"{shared}/.munge/.munge.key", _KEY)
    services(["enable", "--quiet", "--now"], "munge")
    if node.kind == facts.COMPUTE:
        folder("/var/spool/slurmd", 0o700, "slurm")
        node_daemons.on_compute_node()


def write_slurm_files(node: Node) -> None:
    """What follows from the cluster's configuration, at its start and at each update."""
    document = configuration()
    types = json.loads(Path(f"{facts.SHARED}/instance-types-data.json").read_text())
    most = slurm_nodes.Most(*(int(setting(f"most_{name}")) for name in ("processors", "memory_mib", "nodes")))
    queues = slurm_nodes.queues(document, types, most)
    for queue in queues:
        write(f"{ETC}/{slurm_conf.partition_file(queue)}", queue.text)
    timeout = int(node.dna["compute_node_bootstrap_timeout"])
    controller = node.hostname.split(".")[0]
    more, idle = accounting.lines(document, controller), setting("suspend_seconds")
    included = slurm_conf.included(document, queues, controller, node.address, timeout, idle, more)
    write(f"{ETC}/slurm_parallelcluster.conf", included)
    custom = slurm_conf.custom(document, lambda address: aws.text(address, node.region))
    write(f"{ETC}/pcluster/custom_slurm_settings_include_file_slurm.conf", custom)
    mapping = {queue.name: queue.nodes for queue in queues}
    write(f"{ETC}/pcluster/parallelcluster_partition_nodelist_mapping.json", json.dumps(mapping))
    write(f"{facts.PLUGIN}/fleet-config.json", json.dumps({queue.name: queue.fleet for queue in queues}, indent=1))


def configuration() -> dict[str, Any]:
    """The cluster's, on the head node."""
    return dict(yaml.safe_load(Path(f"{facts.SHARED}/cluster-config.yaml").read_text()))


def await_controller() -> None:
    def answers() -> bool | None:
        return True if "is UP" in run(f"{facts.SLURM}/bin/scontrol", "ping", check=False) else None

    wait_for(answers, "slurmctld", _CONTROLLER_SECONDS, 0.2)


def _head_node(node: Node) -> None:
    _munge_key()
    if not Path(f"{ETC}/slurm.conf").exists():
        pause = setting("start_seconds")
        write(f"{ETC}/slurm.conf", slurm_conf.main_file(node, setting("power_save_seconds"), pause))
        write(job_start.PROGRAM, job_start.text(pause), 0o755)
        write(f"{ETC}/cgroup.conf", "CgroupPlugin=disabled\n")
        write(f"{ETC}/gres.conf", "# no generic resources\n")
        for kind in ("prolog", "epilog"):
            write(f"{ETC}/scripts/{kind}.d/90_pcluster_noop", "#!/bin/bash\nexit 0\n", 0o755)
    write_slurm_files(node)
    directory.configure(node, configuration())
    accounting.start(node, configuration())
    folder("/var/spool/slurm.state", 0o700, "slurm")
    node_daemons.on_head_node(node, configuration())
    fleet.put("RUNNING")
    services(["enable", "--quiet", "--now"], "munge", "slurmctld")
    await_controller()


def _munge_key() -> None:
    run("dd", "if=/dev/urandom", f"of={_KEY}", "bs=1024", "count=1", "status=none")
    run("chown", "munge:munge", _KEY)
    run("chmod", "0600", _KEY)
    for shared in (facts.SHARED, facts.SHARED_LOGIN):
        folder(f"{shared}/.munge", 0o700)
        run("cp", "--preserve=mode", _KEY, f"{shared}/.munge/.munge.key")


def _cluster_user(node: Node) -> None:
    """The user that images have from the start, whose home is shared; the instance's key lets it in."""
    user = node.dna["cluster_user"]
    try:
        pwd.getpwnam(user)
    except KeyError:
        run("useradd", "-m", "-s", "/bin/bash", user)
    write(f"/etc/sudoers.d/90-{user}", f"{user} ALL=(ALL) NOPASSWD:ALL\n", 0o440)
    # A login pool has a key only if its section says one; its users' homes are the head node's anyway.
    if key := facts.own_key():
        folder(f"/home/{user}/.ssh", 0o700, user)
        write(f"/home/{user}/.ssh/authorized_keys", f"{key}\n", 0o600, user)
