"""Slurm's configuration as the cookbook's templates (slurm.conf.erb, slurm_parallelcluster.conf) give it, from the cluster's.

Four lines are the local cloud's: a machine has this machine's size whatever its type is (config_overrides), Slurm's groups of
control groups do not work beside version 1 ("Hybrid mode is not supported"), power saving looks as often as it is told, and
PrologSlurmctld has a job start as soon as its nodes are up (job_start.py).
"""

from collections.abc import Callable
from typing import Any

from localcloud.machines.node import job_start
from localcloud.machines.node.facts import Node
from localcloud.machines.node.slurm_nodes import Queue

SCRIPTS = "/opt/parallelcluster/scripts/slurm"
ETC = "/opt/slurm/etc"

_MAIN = """ClusterName={cluster}
SlurmUser=slurm
SlurmctldPort=6820-6829
SlurmdPort=6818
AuthType=auth/munge
StateSaveLocation=/var/spool/slurm.state
SlurmdSpoolDir=/var/spool/slurmd
SlurmctldPidFile=/var/run/slurmctld.pid
SlurmdPidFile=/var/run/slurmd.pid
ReconfigFlags=KeepPartState
{start}SlurmctldParameters=idle_on_node_suspend,power_save_min_interval={power_save:.0f},node_reg_mem_percent=75
TreeWidth={tree}
SuspendProgram={scripts}/slurm_suspend
ResumeProgram={scripts}/slurm_resume
ResumeFailProgram={scripts}/slurm_suspend
RebootProgram=/sbin/reboot
SuspendTimeout=120
PrivateData=cloud
ResumeRate=0
SuspendRate=0
Prolog={etc}/scripts/prolog.d/*
Epilog={etc}/scripts/epilog.d/*
SchedulerParameters=nohold_on_prolog_fail
BatchStartTimeout=180
SlurmctldTimeout=300
SlurmdTimeout=180
UnkillableStepTimeout=180
InactiveLimit=0
MinJobAge=300
KillWait=30
Waittime=0
MessageTimeout=60
AuthInfo=cred_expire=70
EnforcePartLimits=ALL
SchedulerType=sched/backfill
ProctrackType=proctrack/linuxproc
SlurmdParameters=config_overrides
MpiDefault=none
ReturnToService=1
TaskPlugin=task/affinity
GresTypes=gpu
SelectType=select/cons_tres
SlurmctldDebug=verbose
SlurmctldLogFile=/var/log/slurmctld.log
SlurmdDebug=info
SlurmdLogFile=/var/log/slurmd.log
DebugFlags=Power
JobCompType=jobcomp/none
include slurm_parallelcluster.conf
include pcluster/custom_slurm_settings_include_file_slurm.conf
"""


_FIRST = {"nodename", "partitionname", "nodeset", "downnodes"}


def main_file(node: Node, power_save_seconds: float, start_seconds: float) -> str:
    """slurm.conf: made once; ParallelCluster does not write it again. With `start_seconds` 0 there is no PrologSlurmctld."""
    # By names of its own a node is reached through others; without, the controller reaches each itself.
    tree = 30 if node.domain and node.dna["use_private_hostname"] != "true" else 65533
    start = f"PrologSlurmctld={job_start.PROGRAM}\n" if start_seconds else ""
    return _MAIN.format(
        cluster=node.cluster, power_save=power_save_seconds, start=start, tree=tree, scripts=SCRIPTS, etc=ETC
    )


def included(
    config: dict[str, Any],
    queues: list[Queue],
    controller: str,
    address: str,
    timeout: int,
    idle: float,
    more: list[str],
) -> str:
    """slurm_parallelcluster.conf; `idle` seconds 0 is the configuration's ScaledownIdletime. `more` are further lines."""
    settings = config["Scheduling"]["SlurmSettings"]
    memory = settings.get("EnableMemoryBasedScheduling")
    lines = [
        f"SlurmctldHost={controller}({address})",
        f"SuspendTime={idle or settings['ScaledownIdletime'] * 60:.0f}",
        f"ResumeTimeout={timeout}",
        f"SelectTypeParameters={'CR_CPU_Memory' if memory else 'CR_CPU'}",
        *(f"include {ETC}/{partition_file(queue)}" for queue in queues),
    ]
    if static := [nodes for queue in queues for nodes in queue.static]:
        lines.append(f"SuspendExcNodes={','.join(static)}")
    return "\n".join([*lines, *more, ""])


def custom(config: dict[str, Any], fetch: Callable[[str], str]) -> str:
    """custom_slurm_settings_include_file_slurm.conf: the file of CustomSlurmSettingsIncludeFile, else a line for each entry.

    `fetch` answers with the text at an address. An empty included file is an error of every command.
    """
    settings = config["Scheduling"]["SlurmSettings"]
    if address := settings.get("CustomSlurmSettingsIncludeFile"):
        return fetch(address)
    rows = settings.get("CustomSlurmSettings") or []
    return "# CustomSlurmSettings\n" + "".join(f"{_line(row)}\n" for row in rows)


def _line(row: dict[str, Any]) -> str:
    """What names a node or a partition comes first in its line, as Slurm wants it."""
    keys = sorted(row, key=lambda key: key.lower() not in _FIRST)
    return " ".join(f"{key}={row[key]}" for key in keys)


def partition_file(queue: Queue) -> str:
    """Below ETC."""
    return f"pcluster/slurm_parallelcluster_{queue.name}_partition.conf"
