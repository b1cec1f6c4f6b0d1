"""Settings of the platform's programs that may change while the cluster stays: objects of the bucket, each under one key.

The argument that names the key is always the same. The head node's OnNodeUpdated names the content too, which makes a changed
one an update.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from planning.names import job_log_group
from settings import Settings
from settings.homes import shared_folders
from settings.job_environment import JobEnvironment


def node_settings(settings: Settings, stack: str) -> dict[str, str]:
    """JSON texts by program of scripts/node that the stack file asks for. `stack` is what the stack's parts are called."""
    cluster = settings.cluster
    found: dict[str, Mapping[str, Any]] = {}
    if cluster.job_environment:
        found["job_environment"] = _job_environment(settings, cluster.job_environment, stack)
    if cluster.sshd:
        found["sshd"] = {
            "acceptEnv": sorted(set(cluster.sshd.accept_env)),
            "allowAgentForwarding": cluster.sshd.allow_agent_forwarding,
        }
    if cluster.site_services:
        found["site_service"] = {
            "services": [service.model_dump(by_alias=True, exclude={"sources"}) for service in cluster.site_services]
        }
    return {name: json.dumps(document, indent=2, sort_keys=True) + "\n" for name, document in found.items()}


def key(program: str) -> str:
    """Of a program's settings in the bucket."""
    return f"scripts/settings/{program}.json"


def version(text: str) -> str:
    """What names a content."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _job_environment(settings: Settings, wanted: JobEnvironment, stack: str) -> dict[str, Any]:
    """As `job_environment` of scripts/node reads it."""
    mounted = next(folder.mount_dir for folder in shared_folders(settings) if folder.name == wanted.folder)
    base = f"{mounted}/{wanted.directory}".rstrip("/")
    logs = wanted.logs
    kept = list(wanted.kept)
    return {
        "sharedFolder": base,
        "localScratch": settings.cluster.head_node.ephemeral_mount_dir or "/scratch",
        "logs": f"{base}/slurm/logs" if kept or logs.dashboard_link else "",
        "keep": kept,
        "mostMebibytes": logs.max_size,
        "readableBy": logs.readable_by,
        "secretNames": list(logs.secret_names),
        "exports": dict(wanted.exports),
        "path": list(wanted.path),
        "stepLogs": dict(wanted.step_logs),
        "stepVariables": [
            {"name": one.name, "report": one.report, "where": list(one.where)} for one in wanted.step_variables
        ],
        "containerBinds": list(wanted.container_binds),
        "dashboard": logs.dashboard_link,
        "cleanUp": wanted.clean_up,
        "leastUid": 1000,
        "privateTmp": wanted.private_tmp,
        "logGroup": job_log_group(stack) if logs.cloud_watch and kept else "",
    }
