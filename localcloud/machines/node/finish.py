"""The step `finalize`: the daemons of ParallelCluster, slurmd on compute nodes; the head node waits for its static nodes."""

from pathlib import Path

from localcloud.machines.node import facts, fleet, node_daemons
from localcloud.machines.node.facts import Node
from localcloud.machines.node.system import Failed, run, services, wait_for, write

_HEARTBEAT_SECONDS = 300
_STATIC_SECONDS = 1800
_READY = {"idle", "alloc", "mix", "maint"}
_PROTECTED = "Cluster has been set to PROTECTED mode due to failures detected in static node provisioning"
"""ParallelCluster derives StaticNodeBootstrapFailure from it."""


def finalize(node: Node) -> None:
    if node.kind == facts.LOGIN:
        return
    services(["daemon-reload"])
    services(["enable", "--quiet", "--now"], "supervisord")
    if node.kind == facts.HEAD:
        _await_static_nodes()
    else:
        _start_slurmd(node)


def _await_static_nodes() -> None:
    heartbeat = Path(node_daemons.HEARTBEAT)
    wait_for(lambda: heartbeat.exists() or None, "clustermgtd's heartbeat", _HEARTBEAT_SECONDS)
    wait_for(_static_nodes_ready, "the static nodes", _STATIC_SECONDS, 1)


def _static_nodes_ready() -> bool | None:
    if fleet.get()["status"] == "PROTECTED":
        write(facts.ERROR_FILE, f"{_PROTECTED}\n")
        raise Failed(_PROTECTED)
    states = run(f"{facts.SLURM}/bin/sinfo", "-h", "-N", "-o", "%N %t", check=False).splitlines()
    if any(line.startswith(("sinfo:", "slurm_")) for line in states):  # slurmctld did not answer
        return None
    static = [line.split() for line in states if "-st-" in line]
    return True if all(state in _READY for _, state in static) else None


def _start_slurmd(node: Node) -> None:
    name = Path(facts.PLUGIN, "slurm_nodename").read_text().strip()
    # A container has this machine's time of boot; without -b the controller takes the node for one that booted before it was asked
    # for. Without --instance-id the registration empties the node's InstanceId, and clustermgtd replaces the node.
    options = f"-N {name} -b --instance-id={node.instance} --instance-type={node.instance_type}"
    write("/etc/sysconfig/slurmd", f"SLURMD_OPTIONS='{options}'\n")
    services(["enable", "--quiet", "--now"], "slurmd")
    if "-st-" in name:
        scontrol = f"{facts.SLURM}/bin/scontrol"
        run(scontrol, "update", f"nodename={name}", "state=resume", "reason=Node start up", check=False)
