"""`customActions`: the team's own scripts on nodes, in ParallelCluster's words."""

import re
from typing import Annotated

from settings.base import Section, checked, refuse

_S3 = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[^\s?#]+")
_HTTPS = re.compile(r"https://[A-Za-z0-9.-]+(:\d+)?/[^\s]+")
_FILE = re.compile(r"(?!.*(^|/)\.\.?(/|$))[\w.-][\w./ -]*")


def _script(value: str) -> None:
    if value.startswith("s3://"):
        good = _S3.fullmatch(value)
    elif "://" in value:
        good = _HTTPS.fullmatch(value)
    else:
        good = _FILE.fullmatch(value)
    if not good:
        raise refuse(
            "script",
            "is no place of a script",
            allowed="s3://bucket/key, https://host/path, or a file below the project's folder, without ..",
            fix="write one of these, such as scripts/prepare-node.sh",
        )


Script = Annotated[str, checked(_script)]


class Action(Section):
    """One script, as root; it is made executable and run directly, so it begins with #!. An exit other than 0 ends the sequence."""

    script: Script
    """`s3://…`, `https://…`, or a file below the project's folder, which is put into the team's bucket by its content's hash."""
    args: tuple[str, ...] = ()
    """Arguments, each as it stands, no shell between. Every user of the node can read them: no secrets."""

    @property
    def file(self) -> str | None:
        """The path below the project's folder, if the script is such a file."""
        return None if "://" in self.script else self.script


class QueueActions(Section):
    """Scripts of compute nodes, each list in its order, after the platform's own.

    A failure ends the instance, and Slurm tries another.
    """

    on_node_start: tuple[Action, ...] = ()
    """Before the node is configured: no shared storage, users or Slurm yet."""
    on_node_configured: tuple[Action, ...] = ()
    """Once it is configured; slurmd has not been started yet."""


class NodeActions(QueueActions):
    """Scripts of the head node or of login nodes, each list in its order, after the platform's own.

    On the head node a failure ends the cluster's creation.
    """

    on_node_updated: tuple[Action, ...] = ()
    """After each update of the cluster."""


def actions(section: QueueActions) -> dict[str, tuple[Action, ...]]:
    """All lists by their ParallelCluster names."""
    found = {"OnNodeStart": section.on_node_start, "OnNodeConfigured": section.on_node_configured}
    return {**found, "OnNodeUpdated": section.on_node_updated} if isinstance(section, NodeActions) else found
