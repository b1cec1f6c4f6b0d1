"""Slurm on a cluster's head node, spoken to through Systems Manager's Run Command: what runs where, and partitions down or up."""

from collections.abc import Iterable

from provider.errors import ProviderError
from provider.values import Plain
from provider.worker_client import Caller, ParallelClusterError

_BIN = "/opt/slurm/bin"
"""Where ParallelCluster keeps Slurm's commands."""
_BUSY = "RUNNING,CONFIGURING,COMPLETING,SUSPENDED,STAGE_OUT,SIGNALING"
"""Job states that hold nodes (squeue --states)."""
_SECONDS = 60


class SchedulerUnreachable(ProviderError):
    """The head node cannot be asked."""


class Scheduler:
    """The scheduler of one cluster."""

    def __init__(self, worker: Caller, region: str, head_node: Plain | None) -> None:
        self._worker, self._region, self._head = worker, region, (head_node or {}).get("instanceId")

    def jobs(self) -> dict[str, int]:
        """Running jobs by partition; partitions without one are absent. Raises SchedulerUnreachable."""
        found: dict[str, int] = {}
        command = f"{_BIN}/squeue --noheader --states={_BUSY} --format=%P | sort | uniq -c"
        for line in self._run(command).splitlines():
            count, _, partition = line.strip().partition(" ")
            found[partition] = int(count)
        return found

    def partitions_up(self) -> list[str]:
        """The partitions that start jobs. Raises SchedulerUnreachable."""
        lines = self._run(f"{_BIN}/scontrol show partition --oneliner").splitlines()
        fields = [dict(word.split("=", 1) for word in line.split() if "=" in word) for line in lines]
        return sorted(item["PartitionName"] for item in fields if item.get("State") == "UP")

    def set_partitions(self, names: Iterable[str], state: str) -> None:
        """Bring partitions to UP or DOWN: one that is down keeps its running jobs and starts no other. Raises
        SchedulerUnreachable.
        """
        if commands := [f"{_BIN}/scontrol update PartitionName={name} State={state}" for name in names]:
            self._run("set -e\n" + "\n".join(commands))

    def _run(self, script: str) -> str:
        if not self._head:
            raise SchedulerUnreachable("the cluster has no head node that could be asked")
        try:
            done = self._worker.call(
                "run_on_head_node", self._region, instance_id=self._head, script=script, seconds=_SECONDS
            )
        except ParallelClusterError as error:
            raise SchedulerUnreachable(
                f"Systems Manager does not reach head node {self._head}: {error} (it needs the managed policy "
                "AmazonSSMManagedInstanceCore and a way to the service)"
            ) from error
        if done["status"] != "Success":
            said = (done["error"] or done["output"]).strip()[-300:]
            raise SchedulerUnreachable(f"the command on head node {self._head} ended with {done['status']}: {said}")
        return str(done["output"])
