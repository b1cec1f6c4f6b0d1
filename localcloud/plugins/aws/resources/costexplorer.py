"""Tags by which Cost Explorer and budgets tell costs apart."""

from localcloud.plugins.aws.base import AwsType, first, picked
from localcloud.plugins.aws.client import Aws
from localcloud.plugins.resource import PluginError
from localcloud.plugins.rules import APPLY, Length, OneOf
from localcloud.plugins.values import Plain


class CostAllocationTag(AwsType):
    """Of the whole account. Its deletion makes it inactive again."""

    token = "aws:costexplorer/costAllocationTag:CostAllocationTag"
    inputs, replace = frozenset({"tagKey", "status"}), frozenset({"tagKey"})
    rules = (Length("tagKey", 1, 1024, stage=APPLY), OneOf("status", ("Active", "Inactive")))

    def create(self, context: Aws, inputs: Plain) -> str:
        self._set(context, inputs["tagKey"], inputs["status"])
        return inputs["tagKey"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        tags = aws.client("ce").list_cost_allocation_tags(TagKeys=[resource_id], MaxResults=1)["CostAllocationTags"]
        return picked(first(tags), tagKey="TagKey", status="Status", type="Type")

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        self._set(aws, resource_id, new["status"])

    def delete(self, context: Aws, resource_id: str, state: Plain) -> None:
        self._set(context, resource_id, "Inactive")

    def _set(self, aws: Aws, key: str, status: str) -> None:
        wanted = [{"TagKey": key, "Status": status}]
        for error in aws.client("ce").update_cost_allocation_tags_status(CostAllocationTagsStatus=wanted)["Errors"]:
            raise PluginError(f"cost allocation tag {key}: {error['Code']}: {error['Message']}")


ALL = (CostAllocationTag,)
