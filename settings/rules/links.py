"""What Lustre shows of S3: data repository associations (FSx API Reference, CreateDataRepositoryAssociation), and older paths."""

from collections.abc import Iterator
from itertools import combinations

from settings.lustre import DataRepositoryAssociation, LustreFolder
from settings.model import Settings
from settings.problem import Path, Problem, weighed
from settings.rules.folders import alias, plain
from settings.rules.lustre import lustre_folders

_KEY = "dataRepositoryAssociations"


def links_fit_the_type(settings: Settings) -> Iterator[Problem]:
    for path, folder in lustre_folders(settings):
        links = folder.data_repository_associations
        if links and folder.deployment_type == "SCRATCH_1":
            yield weighed(
                "link-scratch-1",
                (*path, _KEY),
                plain(links),
                "are not for SCRATCH_1",
                f"{_KEY} with SCRATCH_2, PERSISTENT_1 or PERSISTENT_2",
                "take SCRATCH_2, or importPath and exportPath",
                (*path, "deploymentType"),
            )
        older = [key for key in ("import_path", "export_path") if getattr(folder, key)]
        if links and older:
            yield weighed(
                "link-both",
                (*path, alias(folder, older[0])),
                getattr(folder, older[0]),
                f"does not go with {_KEY} on one file system",
                f"{_KEY}, or the older paths",
                f"write it as one of the {_KEY}",
                (*path, _KEY),
            )


def older_paths_fit(settings: Settings) -> Iterator[Problem]:
    """ParallelCluster 3.16, FsxS3Validator; the export's bucket: FSx API Reference, CreateFileSystemLustreConfiguration."""
    for path, folder in lustre_folders(settings):
        for key in ("export_path", "imported_file_chunk_size", "auto_import_policy"):
            if getattr(folder, key) is not None and folder.import_path is None:
                yield weighed(
                    "import-path",
                    (*path, alias(folder, key)),
                    getattr(folder, key),
                    "needs importPath",
                    f"{alias(folder, key)} with importPath",
                    "add importPath, or remove it",
                    (*path, "importPath"),
                )
        yield from _export(path, folder)


def _export(path: Path, folder: LustreFolder) -> Iterator[Problem]:
    source, target = folder.import_path, folder.export_path
    if not source or not target:
        return
    if bucket(source) != bucket(target):
        fault, allowed = f"lies in another bucket than importPath, {source}", "a path in the bucket of importPath"
        fix = "export to that bucket"
    elif folder.deployment_type != "SCRATCH_1" and whole(source) != whole(target):
        fault = f"is not importPath, {source}, and a data repository association has one path for both ways"
        allowed, fix = "the value of importPath", f"take two {_KEY} with a directory each, or set it to importPath"
    elif folder.deployment_type == "SCRATCH_1" and whole(source) != whole(target) and inside(source, target):
        # The source lies in the export: results would stand beside the tree that was read.
        fault = f"holds importPath, {source}, so that results would lie beside the source's tree"
        allowed, fix = "importPath itself, or a prefix beside or below it", "export to a prefix of its own"
    else:
        return
    places = ((*path, "importPath"), (*path, "deploymentType"))
    yield weighed("export-path", (*path, "exportPath"), target, fault, allowed, fix, *places)


def links_name_their_data(settings: Settings) -> Iterator[Problem]:
    known = [one.name for one in settings.storage.buckets]
    for path, link in _links(settings):
        if (link.data_repository_path is None) == (link.bucket is None):
            yield weighed(
                "link-data",
                path,
                plain(link),
                "names no data" if link.bucket is None else "names its data twice",
                "either dataRepositoryPath or bucket",
                "give one of them",
            )
        if link.prefix and link.bucket is None:
            yield weighed(
                "link-prefix",
                (*path, "prefix"),
                link.prefix,
                "is a prefix of a bucket that is not named",
                "prefix with bucket",
                "write it behind dataRepositoryPath, or name the bucket",
                (*path, "bucket"),
            )
        if link.bucket is not None and link.bucket not in known:
            yield weighed(
                "link-bucket",
                (*path, "bucket"),
                link.bucket,
                "is no bucket of storage.buckets",
                ", ".join(known) or "a name of storage.buckets, where none stands",
                "add it to storage.buckets, or take dataRepositoryPath",
                ("storage", "buckets"),
            )
        for key in ("auto_import_policy", "auto_export_policy"):
            events = getattr(link, key)
            if len(set(events)) < len(events):
                yield weighed(
                    "link-events",
                    (*path, alias(link, key)),
                    list(events),
                    "names a change twice",
                    "each of NEW, CHANGED, DELETED once",
                    "remove the second",
                )


def links_are_apart(settings: Settings) -> Iterator[Problem]:
    for path, folder in lustre_folders(settings):
        links = list(enumerate(folder.data_repository_associations))
        for (one, first), (two, second) in combinations(links, 2):
            here, there = (*path, _KEY, one), (*path, _KEY, two)
            if first.name == second.name:
                text = "a name that no other link of the folder has"
                yield weighed("link-twice", (*there, "name"), second.name, "stands twice", text, "rename it")
            left, right = first.file_system_path, second.file_system_path
            if inside(left, right) or inside(right, left):
                yield weighed(
                    "link-overlap",
                    (*there, "fileSystemPath"),
                    right,
                    f"overlaps with {left} of {first.name}",
                    "directories of which none lies in another",
                    "give each link a directory of its own",
                    (*here, "fileSystemPath"),
                )
            data, other = data_of(first), data_of(second)
            if data and other and (inside(data, other) or inside(other, data)):
                yield weighed(
                    "link-data-overlap",
                    there,
                    other,
                    f"overlaps with {data} of {first.name}",
                    "prefixes of which none lies in another",
                    "give each link a prefix of its own, or remove one",
                    here,
                )


def _links(settings: Settings) -> Iterator[tuple[Path, DataRepositoryAssociation]]:
    for path, folder in lustre_folders(settings):
        for index, link in enumerate(folder.data_repository_associations):
            yield (*path, _KEY, index), link


def data_of(link: DataRepositoryAssociation) -> str | None:
    """`s3://bucket/prefix/`, or `bucket:name/prefix/` of a bucket of storage.buckets."""
    if link.data_repository_path:
        return whole(link.data_repository_path)
    return f"bucket:{link.bucket}/{link.prefix or ''}" if link.bucket else None


def bucket(path: str) -> str:
    return path.removeprefix("s3://").partition("/")[0]


def whole(path: str) -> str:
    """With a slash at the end."""
    return path if path.endswith("/") else f"{path}/"


def inside(one: str, other: str) -> bool:
    """Whether `one` lies in `other`, or is it."""
    return whole(one).startswith(whole(other))


RULES = (links_fit_the_type, older_paths_fit, links_name_their_data, links_are_apart)
