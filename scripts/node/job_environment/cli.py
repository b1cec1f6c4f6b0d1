"""`job_environment`: what it takes and does."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from ..library import arguments, cloud, program
from ..library.changes import Changes
from ..library.faults import Fault
from ..library.node import HEAD, Node
from . import agent, given, places, scripts

_PRIVATE_TMP = """# Written by hpcstack: each job has a /tmp and /dev/shm of its own.
AutoBasePath=true
BasePath=/var/spool/slurm.tmp
Dirs=/tmp,/dev/shm
"""


def main(argv: Sequence[str] | None = None) -> int:
    """The program; its exit code."""
    what = "Slurm's prolog, epilog, task prolog and task epilog, their settings, and job logs to CloudWatch; on the head node."
    return program.run("job_environment", what, _arguments, _work, argv)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--settings", metavar="s3://BUCKET/KEY", required=True, type=arguments.s3_uri, help="the settings, as JSON"
    )
    parser.add_argument("--version", help="of the settings; not read, a new one has the cluster updated")


def _work(options: argparse.Namespace, node: Node, changes: Changes) -> None:
    if node.kind != HEAD:
        changes.say(f"nothing to do on a {node.kind}: the head node's {places.ETC} is shared")
        return
    found = given.read(cloud.s3_object(options.settings), options.settings, node)
    shared = Path(found["sharedFolder"])
    if not shared.is_dir():
        if not any(os.path.ismount(one) for one in (shared, *shared.parents) if one != Path("/")):
            raise Fault(f"{shared} is not on this node; cluster.jobEnvironment.folder must be shared storage")
        changes.folder(shared)
    if found["privateTmp"]:
        changes.file(places.CONTAINER, _PRIVATE_TMP)
    else:
        changes.gone(places.CONTAINER)
    scripts.install(changes, found)
    agent.follow(changes, found)
