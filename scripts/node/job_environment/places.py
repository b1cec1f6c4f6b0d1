"""Where the program puts things. ParallelCluster runs every file of `prolog.d` and `epilog.d`; its own begin with 90."""

from __future__ import annotations

ETC = "/opt/slurm/etc"
"""Shared: the head node's, mounted on all others."""
SCRIPTS = f"{ETC}/scripts"
CONTAINER = f"{ETC}/job_container.conf"
LAUNCHERS = {
    "prolog": f"{SCRIPTS}/prolog.d/80_job_environment",
    "epilog": f"{SCRIPTS}/epilog.d/80_job_environment",
    "task_epilog": f"{SCRIPTS}/task_epilog",
}
TASK_PROLOG = f"{SCRIPTS}/task_prolog"
FORMER_SETTINGS = f"{ETC}/job_environment.json"
"""Read by versions that have no settings beside them."""
VERSIONS = f"{SCRIPTS}/job_environment"
AGENT = "/opt/aws/amazon-cloudwatch-agent"
FRAGMENT = "/etc/hpcstack/hpcstack-job-logs.json"
