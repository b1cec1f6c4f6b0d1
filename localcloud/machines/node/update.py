"""The step `update` on the head node: the new configuration reaches Slurm."""

from localcloud.machines.node.configure import await_controller, write_slurm_files
from localcloud.machines.node.facts import Node
from localcloud.machines.node.start import fetch_configuration
from localcloud.machines.node.system import services


def update(node: Node) -> None:
    fetch_configuration(node)
    write_slurm_files(node)
    services(["restart"], "slurmctld")
    await_controller()
