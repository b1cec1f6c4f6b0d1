"""What FSx for Lustre shows of S3: data repository associations."""

from typing import Any

from localcloud.plugins.aws.base import AwsType, first, given, picked
from localcloud.plugins.aws.client import Aws, tag_list, tag_map
from localcloud.plugins.aws.resources.fsx_systems import tag_fsx
from localcloud.plugins.resource import wait_until
from localcloud.plugins.rules import Items, Length, Matches, OneOf, Within
from localcloud.plugins.values import Plain


class DataRepositoryAssociation(AwsType):
    token = "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation"
    inputs = frozenset(
        {
            *("fileSystemId", "fileSystemPath", "dataRepositoryPath", "batchImportMetaDataOnCreate"),
            *("importedFileChunkSize", "s3", "deleteDataInFilesystem", "tags"),
        }
    )
    computed = frozenset({"importedFileChunkSize", "s3"})
    replace = frozenset({"fileSystemId", "fileSystemPath", "dataRepositoryPath", "batchImportMetaDataOnCreate"})
    rules = (
        Length("fileSystemPath", 1, 4096),
        Matches("fileSystemPath", r"/.*", "begin with /"),
        Length("dataRepositoryPath", 3, 900),
        Matches("dataRepositoryPath", r"s3://.*", "begin with s3://"),
        Within("importedFileChunkSize", 1, 512_000),
        *(
            rule
            for way in ("autoImportPolicy", "autoExportPolicy")
            for rule in (
                Items(f"s3.{way}.events", 0, 3),
                OneOf(f"s3.{way}.events[]", ("NEW", "CHANGED", "DELETED")),
            )
        ),
    )

    def normalise(self, inputs: Plain) -> Plain:
        return {"batchImportMetaDataOnCreate": False, "deleteDataInFilesystem": False, **super().normalise(inputs)}

    def same(self, key: str, old: Any, new: Any) -> bool:
        if key == "s3" and isinstance(old, dict) and isinstance(new, dict):
            return all(_events(old, way) == _events(new, way) for way in ("autoImportPolicy", "autoExportPolicy"))
        return super().same(key, old, new)

    def create(self, context: Aws, inputs: Plain) -> str:
        arguments = given(
            inputs,
            FileSystemId="fileSystemId",
            FileSystemPath="fileSystemPath",
            DataRepositoryPath="dataRepositoryPath",
            BatchImportMetaDataOnCreate="batchImportMetaDataOnCreate",
            ImportedFileChunkSize="importedFileChunkSize",
        )
        if "s3" in inputs:
            arguments["S3"] = _policies(inputs["s3"])
        tags = tag_list(context.all_tags(inputs.get("tags")))
        made = context.client("fsx").create_data_repository_association(Tags=tags, **arguments)
        return made["Association"]["AssociationId"]

    def settle(self, context: Aws, resource_id: str, inputs: Plain) -> None:
        def available() -> bool:
            return self._describe(context, resource_id)["Lifecycle"] == "AVAILABLE"

        wait_until(available, f"association {resource_id} is available", context.stopping)

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        one = self._describe(aws, resource_id)
        policies = one.get("S3", {})
        told = {
            way: {"events": policies[api]["Events"]}
            for way, api in (("autoImportPolicy", "AutoImportPolicy"), ("autoExportPolicy", "AutoExportPolicy"))
            if api in policies
        }
        state = picked(
            one,
            arn="ResourceARN",
            associationId="AssociationId",
            fileSystemId="FileSystemId",
            fileSystemPath="FileSystemPath",
            dataRepositoryPath="DataRepositoryPath",
            batchImportMetaDataOnCreate="BatchImportMetaDataOnCreate",
            importedFileChunkSize="ImportedFileChunkSize",
        )
        return state | {
            "s3": told,
            "deleteDataInFilesystem": inputs.get("deleteDataInFilesystem", False),
            "tagsAll": tag_map(one.get("Tags")),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        arguments: dict[str, Any] = {}
        if "importedFileChunkSize" in changed and "importedFileChunkSize" in new:
            arguments["ImportedFileChunkSize"] = new["importedFileChunkSize"]
        if "s3" in changed:
            arguments["S3"] = _policies(new.get("s3", {}))
        if arguments:
            aws.client("fsx").update_data_repository_association(AssociationId=resource_id, **arguments)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("fsx").delete_data_repository_association(
            AssociationId=resource_id, DeleteDataInFileSystem=state.get("deleteDataInFilesystem", False)
        )

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        tag_fsx(aws, state["arn"], add, drop)

    def _describe(self, aws: Aws, resource_id: str) -> dict[str, Any]:
        fsx = aws.client("fsx")
        return first(fsx.describe_data_repository_associations(AssociationIds=[resource_id])["Associations"])


def _policies(s3: Plain) -> dict[str, Any]:
    """Both, so that one that is gone is taken back."""
    return {
        api: {"Events": _events(s3, way)}
        for way, api in (("autoImportPolicy", "AutoImportPolicy"), ("autoExportPolicy", "AutoExportPolicy"))
    }


def _events(s3: Plain, way: str) -> list[str]:
    return sorted((s3.get(way) or {}).get("events") or [])


ALL = (DataRepositoryAssociation,)
