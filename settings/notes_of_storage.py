"""Warnings about shared folders."""

from collections.abc import Iterator

from settings.homes import below_home, made_home, written_home
from settings.model import Settings
from settings.problem import NAMESPACE, dotted
from settings.rules.folders import managed_by_cluster, places
from settings.rules.lustre import lustre_folders


def managed_folders_go_with_the_cluster(settings: Settings) -> Iterator[str]:
    for path, folder in places(settings):
        if not managed_by_cluster(folder):
            continue
        policy = getattr(folder, "deletion_policy", "Delete")
        fate = (
            "is deleted with all its files when the cluster is deleted or replaced"
            if policy == "Delete"
            else "stays when the cluster goes, and the next cluster does not mount it"
        )
        yield (
            f"{_place(path, 'managedByCluster')}: folder {folder.name} {fate} (deletionPolicy {policy}); "
            "without managedByCluster the stack keeps it for every cluster"
        )


def scratch_loses_files(settings: Settings) -> Iterator[str]:
    for path, folder in lustre_folders(settings):
        if not folder.scratch:
            continue
        exported = folder.export_path or any(link.auto_export_policy for link in folder.data_repository_associations)
        if below_home(folder.mount_dir):
            yield (
                f"{_place(path, 'homeOnScratch')}: {folder.mount_dir} lies on {folder.deployment_type}: a failed "
                "file server takes homes with it, and there is no backup"
            )
        if not exported:
            yield (
                f"{_place(path, 'deploymentType')}: {folder.deployment_type} keeps one copy of each file, and nothing "
                "exports them; add dataRepositoryAssociations with autoExportPolicy, or copy results elsewhere"
            )


def homes_go_with_the_cluster(settings: Settings) -> Iterator[str]:
    """Of a protected stack, where a replaced cluster would surprise most."""
    users = settings.local_users
    if not settings.protected or written_home(settings) or made_home(settings):
        return
    if users is None or below_home(users.home_root):
        yield (
            f"{NAMESPACE}:storage.home: homes lie with the head node and go when the cluster is replaced; remove it, so that "
            "the stack makes a file system at /home (docs/storage.md says how homes move)"
        )


def older_paths_become_associations(settings: Settings) -> Iterator[str]:
    for path, folder in lustre_folders(settings):
        if folder.import_path and folder.deployment_type != "SCRATCH_1":
            yield (
                f"{_place(path, 'importPath')}: becomes a data repository association of / with {folder.import_path}; "
                "export stays on command (hsm_archive), unless you write it as dataRepositoryAssociations with "
                "autoExportPolicy"
            )


def _place(path: tuple[str | int, ...], key: str) -> str:
    return f"{NAMESPACE}:{dotted((*path, key))}"


NOTES = (
    managed_folders_go_with_the_cluster,
    scratch_loses_files,
    homes_go_with_the_cluster,
    older_paths_become_associations,
)
