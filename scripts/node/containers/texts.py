"""Files of containers on a node."""

from __future__ import annotations

from pathlib import PurePosixPath

_HEAD = "# Written by hpcstack; changes here are lost."
LOGIN = f"""{_HEAD}
[Service]
ExecStartPost=-/usr/local/sbin/hpcstack-container-user %i
"""
PROLOG = f"""#!/bin/bash
{_HEAD}
# A failing prolog would drain the node: who gets no ids still gets his job.
[[ -x /usr/local/sbin/hpcstack-container-user ]] || exit 0
/usr/local/sbin/hpcstack-container-user "$SLURM_JOB_UID" || true
exit 0
"""


def storage(place: PurePosixPath, *, one_root: bool) -> str:
    """storage.conf. Where users keep temporary state is local anyway.

    Podman 5 takes `graphroot` for root's own containers only, and does not run them without. Podman 6 takes it for users too, and
    knows what is the default.
    """
    roots = 'runroot = "/run/containers/storage"\ngraphroot = "/var/lib/containers/storage"\n'
    return f"""{_HEAD}
[storage]
driver = "overlay"
{"" if one_root else roots}rootless_storage_path = "{place}/$UID/storage"
"""


ENGINE = f"""{_HEAD}
# A container stays in the control group that it is started in, and so within the bounds of its job and in its accounts.
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
"""


def apptainer(place: PurePosixPath) -> str:
    """For shells: homes are shared, and what Apptainer keeps and unpacks need not be."""
    return f"""{_HEAD}
if [ -w "{place}/$(id -u)" ]; then
    export APPTAINER_CACHEDIR="{place}/$(id -u)/cache" APPTAINER_TMPDIR="{place}/$(id -u)/tmp"
    mkdir -p "$APPTAINER_CACHEDIR" "$APPTAINER_TMPDIR"
fi
"""
