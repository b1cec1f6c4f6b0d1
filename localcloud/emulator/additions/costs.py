"""Budgets that change, are tagged and tell their readers; cost allocation tags.

Adds UpdateBudget, DescribeSubscribersForNotification and the three calls about tags to moto's budgets, and the calls about cost
allocation tags to its Cost Explorer. Every key counts as seen: AWS knows a key only hours after a resource bears it.
"""

import json
from collections import defaultdict
from typing import Any

from moto.budgets.exceptions import NotFoundException
from moto.budgets.models import Budget
from moto.budgets.responses import BudgetsResponse
from moto.ce.responses import CostExplorerResponse

_TAGS: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
"""Of budgets, by account and ARN."""
_STATUS: dict[str, dict[str, str]] = defaultdict(dict)
"""Of cost allocation tags: account -> key -> Active or Inactive."""


def install() -> None:
    original = BudgetsResponse.create_budget

    def create_with_tags(self: Any) -> str:
        answer = original(self)
        _tags_of(self, _arn(self, self._get_param("Budget")["BudgetName"])).update(_listed(self))
        return answer

    def delete_with_tags(self: Any) -> str:
        _TAGS.pop((self.current_account, _arn(self, self._get_param("BudgetName"))), None)
        return delete(self)

    delete = BudgetsResponse.delete_budget
    BudgetsResponse.create_budget = create_with_tags
    BudgetsResponse.delete_budget = delete_with_tags
    BudgetsResponse.update_budget = _update_budget
    BudgetsResponse.describe_subscribers_for_notification = _subscribers
    BudgetsResponse.list_tags_for_resource = _list_tags
    BudgetsResponse.tag_resource = _tag
    BudgetsResponse.untag_resource = _untag
    CostExplorerResponse.update_cost_allocation_tags_status = _update_status
    CostExplorerResponse.list_cost_allocation_tags = _list_status


def _budget(self: Any, name: str) -> Budget:
    found = self.backend.budgets[self._get_param("AccountId")].get(name)
    if found is None:
        raise NotFoundException(f"Unable to get budget: {name} - the budget doesn't exist.")
    return found


def _update_budget(self: Any) -> str:
    new = self._get_param("NewBudget")
    budget = _budget(self, new["BudgetName"])
    budget.budget = {"TimePeriod": budget.budget["TimePeriod"], **new}
    return json.dumps({})


def _subscribers(self: Any) -> str:
    wanted = self._get_param("Notification")
    for one in _budget(self, self._get_param("BudgetName")).notifications:
        if all(one.details.get(key) == value for key, value in wanted.items()):
            return json.dumps({"Subscribers": one.subscribers})
    raise NotFoundException("Unable to get subscribers - the notification doesn't exist.")


def _arn(self: Any, name: str) -> str:
    return f"arn:{self.partition}:budgets::{self.current_account}:budget/{name}"


def _tags_of(self: Any, arn: str) -> dict[str, str]:
    return _TAGS[(self.current_account, arn)]


def _listed(self: Any) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in self._get_param("ResourceTags") or []}


def _list_tags(self: Any) -> str:
    tags = _tags_of(self, self._get_param("ResourceARN"))
    return json.dumps({"ResourceTags": [{"Key": key, "Value": value} for key, value in tags.items()]})


def _tag(self: Any) -> str:
    _tags_of(self, self._get_param("ResourceARN")).update(_listed(self))
    return json.dumps({})


def _untag(self: Any) -> str:
    tags = _tags_of(self, self._get_param("ResourceARN"))
    for key in self._get_param("ResourceTagKeys"):
        tags.pop(key, None)
    return json.dumps({})


def _update_status(self: Any) -> str:
    for one in json.loads(self.body)["CostAllocationTagsStatus"]:
        _STATUS[self.current_account][one["TagKey"]] = one["Status"]
    return json.dumps({"Errors": []})


def _list_status(self: Any) -> str:
    asked = json.loads(self.body)
    found = [
        {"TagKey": key, "Type": "UserDefined", "Status": status}
        for key, status in _STATUS[self.current_account].items()
        if key in (asked.get("TagKeys") or [key]) and status == asked.get("Status", status)
    ]
    return json.dumps({"CostAllocationTags": found})
