"""Where in S3 a stack writes, as far as its stack file says it. Made buckets have names that only AWS knows, and one writer."""

from collections.abc import Iterator

from settings import Settings
from settings.lustre import LustreFolder
from settings.nodes import NodeIamS3
from settings.problem import Path
from settings.rules.links import whole


def written(settings: Settings) -> Iterator[tuple[Path, str]]:
    """`s3://bucket/prefix/` with the place that says it: writable prefixes of existing buckets and nodes, exports of Lustre."""
    for index, bucket in enumerate(settings.storage.buckets):
        path = ("storage", "buckets", index)
        if bucket.bucket_name and bucket.access == "write":
            yield from _of_bucket(path, bucket.bucket_name, bucket.prefixes)
    yield from _of_nodes(("cluster", "headNode"), settings.cluster.head_node.iam)
    for index, queue in enumerate(settings.cluster.queues):
        yield from _of_nodes(("cluster", "queues", index), queue.iam)
    for index, folder in enumerate(settings.storage.folders):
        if isinstance(folder, LustreFolder):
            yield from _of_folder(("storage", "folders", index), folder, settings)


def _of_nodes(path: Path, iam: NodeIamS3) -> Iterator[tuple[Path, str]]:
    for index, one in enumerate(iam.s3_access):
        if one.enable_write_access:
            place = (*path, "iam", "s3Access", index, "keyName" if one.key_name else "bucketName")
            yield place, f"s3://{one.bucket_name}/{(one.key_name or '').removesuffix('*')}"


def _of_bucket(path: Path, name: str, prefixes: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    if not prefixes:
        yield (*path, "bucketName"), f"s3://{name}/"
    for number, prefix in enumerate(prefixes):
        yield (*path, "prefixes", number), f"s3://{name}/{prefix}"


def _of_folder(path: Path, folder: LustreFolder, settings: Settings) -> Iterator[tuple[Path, str]]:
    existing = {one.name: one.bucket_name for one in settings.storage.buckets if one.bucket_name}
    if folder.export_path:
        yield (*path, "exportPath"), whole(folder.export_path)
    for number, link in enumerate(folder.data_repository_associations):
        place = (*path, "dataRepositoryAssociations", number)
        if not link.auto_export_policy:
            continue
        if link.data_repository_path:
            yield (*place, "dataRepositoryPath"), whole(link.data_repository_path)
        elif name := existing.get(link.bucket or ""):
            yield (*place, "bucket"), f"s3://{name}/{link.prefix or ''}"
