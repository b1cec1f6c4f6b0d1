"""What goes and what stays when a cluster is replaced or deleted, in words for the user."""

from provider.values import Plain, as_list, as_map

_EXISTING = ("FileSystemId", "VolumeId", "VolumeIds", "FileCacheId")
"""Settings that name storage which exists apart from the cluster."""
_SETTINGS = {
    "Ebs": "EbsSettings",
    "Efs": "EfsSettings",
    "FsxLustre": "FsxLustreSettings",
    "FsxOntap": "FsxOntapSettings",
    "FsxOpenZfs": "FsxOpenZfsSettings",
    "FileCache": "FileCacheSettings",
}
_HOME = ("/home", "home")
"""As ParallelCluster's update policy knows it (3.16, `is_home_change`)."""
_LOGS_KEPT = "Retain"
"""The default of Monitoring/Logs/CloudWatch/DeletionPolicy (ParallelCluster's schema, 3.16)."""


def storage(document: Plain) -> dict[str, list[str]]:
    """The cluster's own shared storage by its DeletionPolicy: Delete, Retain, Snapshot; storage of others is not in it."""
    found: dict[str, list[str]] = {}
    for item in as_list(document.get("SharedStorage")):
        settings = as_map(as_map(item).get(_SETTINGS.get(str(as_map(item).get("StorageType")), "")))
        if any(settings.get(key) for key in _EXISTING):
            continue
        policy = str(settings.get("DeletionPolicy") or "Delete")
        found.setdefault(policy, []).append(f"{item.get('Name')} ({item.get('StorageType')}, {item.get('MountDir')})")
    return found


def homes_go(document: Plain) -> bool:
    """Whether /home is the head node's own, or a file system of ParallelCluster's that goes with the cluster."""
    mounted = [item for item in as_list(document.get("SharedStorage")) if as_map(item).get("MountDir") in _HOME]
    return not mounted or "Delete" in storage({"SharedStorage": mounted})


def lost_homes(name: str, old: Plain, new: Plain) -> str | None:
    """Why a change of what is mounted at /home is refused: ParallelCluster changes it on no cluster that exists, and a replacement
    deletes what lies there. None where nothing of it is lost, or /home is as it was.
    """
    if not homes_go(old) or homes_go(new):
        return None
    return (
        f"update refused, nothing was changed: /home of cluster {name} goes with the cluster (it lies with the head node, or on a "
        "file system that ParallelCluster made), and the new configuration mounts another, empty file system there, which no "
        "running cluster takes: the cluster would be replaced, and its homes deleted. To keep them as they are, mount nothing at "
        "/home (`storage.home: cluster` in a stack file). To move them, copy them first, as docs/storage.md says; then set "
        "updates.home to replace"
    )


def replacement(name: str, document: Plain, causes: list[str], *, first: bool) -> list[str]:
    """What a replacement means: beside the old cluster, or after it where both would have the same name."""
    because = f"because of {', '.join(causes)}"
    if first:
        order = (
            f"cluster {name} has a fixed name, so it is deleted BEFORE the new one is made ({because}): running jobs, queued "
            "jobs and local disks of all nodes are lost, and there is no cluster meanwhile; leave clusterName out for one "
            "that is made beside the old"
        )
    else:
        order = (
            f"cluster {name} is replaced ({because}): the new one is made first, then what depends on it follows, then the "
            "old one is deleted with its running and queued jobs and the local disks of its nodes"
        )
    lost = storage(document).get("Delete", [])
    goes = f"; shared storage that goes with the old cluster: {', '.join(lost)}" if lost else ""
    goes += "; so does what lies in /home: it is on no storage of its own that stays" if homes_go(document) else ""
    stays = "an accounting database and storage that the cluster did not make stay"
    return [f"{order}{goes}; {stays}"]


def kept(name: str, region: str, document: Plain) -> list[str]:
    """What a deletion leaves, and why."""
    lines: list[str] = []
    policies = storage(document)
    for policy, word in (("Retain", "kept"), ("Snapshot", "kept as a snapshot")):
        if policies.get(policy):
            lines.append(f"{word}: shared storage {', '.join(policies[policy])} (DeletionPolicy {policy})")
    logs = as_map(as_map(as_map(document.get("Monitoring")).get("Logs")).get("CloudWatch"))
    if logs.get("Enabled", True) and logs.get("DeletionPolicy", _LOGS_KEPT) == _LOGS_KEPT:
        where = f"/aws/parallelcluster/{name}-*"
        lines.append(f"kept: log group {where} in {region} (Monitoring/Logs/CloudWatch/DeletionPolicy Retain)")
    return lines
