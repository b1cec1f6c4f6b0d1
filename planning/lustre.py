"""What a Lustre file system shows of S3, with the older paths turned into data repository associations."""

from settings.lustre import DataRepositoryAssociation, Event, LustreFolder

_EVENTS: dict[str, tuple[Event, ...]] = {
    "NEW": ("NEW",),
    "NEW_CHANGED": ("NEW", "CHANGED"),
    "NEW_CHANGED_DELETED": ("NEW", "CHANGED", "DELETED"),
}


def has_older_paths(folder: LustreFolder) -> bool:
    """Whether the file system itself is made with ImportPath: SCRATCH_1 takes no associations."""
    return folder.deployment_type == "SCRATCH_1" and folder.import_path is not None


def associations(folder: LustreFolder) -> tuple[DataRepositoryAssociation, ...]:
    """Those that are given, or the one that says what the older paths say.

    ImportPath loads the listing of the bucket at once, and exports on command, so there is no automatic export.
    """
    if folder.import_path is None or has_older_paths(folder):
        return folder.data_repository_associations
    link: dict[str, object] = {
        "name": "import",
        "fileSystemPath": "/",
        "dataRepositoryPath": folder.import_path,
        "batchImportMetaDataOnCreate": True,
        "autoImportPolicy": _EVENTS[folder.auto_import_policy] if folder.auto_import_policy else (),
        "importedFileChunkSize": folder.imported_file_chunk_size or 1024,
    }
    return (DataRepositoryAssociation.model_validate(link),)


def backup_days(folder: LustreFolder, protected: bool) -> int | None:
    """Days that backups are kept; None where the type has none."""
    if folder.scratch:
        return None
    if folder.automatic_backup_retention_days is not None:
        return folder.automatic_backup_retention_days
    linked = folder.import_path or folder.data_repository_associations
    return PROTECTED_DAYS if protected and not linked else 0


PROTECTED_DAYS = 30
"""Of backups in `environment: prod`."""
