"""Budgets of costs."""

from decimal import Decimal
from typing import Any

from localcloud.plugins.aws.base import AwsType, given, picked
from localcloud.plugins.aws.client import Aws, tag_list, tag_map
from localcloud.plugins.aws.naming import name
from localcloud.plugins.resource import Autoname
from localcloud.plugins.rules import APPLY, Items, Matches, Needed, OneOf
from localcloud.plugins.values import Plain, has_unknown

_OURS = "the stand-in knows budgets of costs with a fixed limit only"
_NOTICE = {
    "ComparisonOperator": "comparisonOperator",
    "NotificationType": "notificationType",
    "Threshold": "threshold",
    "ThresholdType": "thresholdType",
}
_SUBSCRIBERS = {"EMAIL": "subscriberEmailAddresses", "SNS": "subscriberSnsTopicArns"}


class Budget(AwsType):
    token = "aws:budgets/budget:Budget"
    inputs = frozenset(
        {"name", "budgetType", "limitAmount", "limitUnit", "timeUnit", "costFilters", "notifications", "tags"}
    )
    replace, autoname = frozenset({"name"}), Autoname(limit=100)
    rules = (
        *name(100, r"[^:\\]+", "have no : and no \\"),
        OneOf("budgetType", ("COST",), ours=_OURS),
        Needed("limitAmount", ours=_OURS),
        Matches("limitAmount", r"\d+(\.\d+)?", "be a decimal number as text", stage=APPLY),
        Needed("limitUnit", ours=_OURS),
        OneOf("timeUnit", ("DAILY", "MONTHLY", "QUARTERLY", "ANNUALLY")),
        Items("notifications", 0, 10, stage=APPLY),
        OneOf("notifications[].comparisonOperator", ("GREATER_THAN", "LESS_THAN", "EQUAL_TO")),
        OneOf("notifications[].notificationType", ("ACTUAL", "FORECASTED")),
        OneOf("notifications[].thresholdType", ("PERCENTAGE", "ABSOLUTE_VALUE")),
        Items("notifications[].subscriberEmailAddresses", 0, 10, stage=APPLY),
        Items("notifications[].subscriberSnsTopicArns", 0, 1, stage=APPLY),
    )

    def same(self, key: str, old: Any, new: Any) -> bool:
        if key == "limitAmount" and isinstance(old, str) and isinstance(new, str):
            return Decimal(old) == Decimal(new)
        both = isinstance(old, list) and isinstance(new, list) and not has_unknown([old, new])
        order = {"notifications": _order, "costFilters": lambda one: one["name"]}.get(key)
        if both and order:
            return super().same(key, sorted(old, key=order), sorted(new, key=order))
        return super().same(key, old, new)

    def create(self, context: Aws, inputs: Plain) -> str:
        tags = context.all_tags(inputs.get("tags"))
        context.client("budgets").create_budget(
            AccountId=context.account,
            Budget=_budget(inputs),
            NotificationsWithSubscribers=[_notice(one) for one in inputs.get("notifications", [])],
            **({"ResourceTags": tag_list(tags)} if tags else {}),
        )
        return f"{context.account}:{inputs['name']}"

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        budgets, place = aws.client("budgets"), _place(resource_id)
        told = budgets.describe_budget(**place)["Budget"]
        notices = budgets.describe_notifications_for_budget(**place)["Notifications"]
        arn = f"arn:{aws.partition}:budgets::{place['AccountId']}:budget/{place['BudgetName']}"
        return {
            **picked(told, name="BudgetName", budgetType="BudgetType", timeUnit="TimeUnit"),
            "accountId": place["AccountId"],
            "arn": arn,
            "limitAmount": told["BudgetLimit"]["Amount"],
            "limitUnit": told["BudgetLimit"]["Unit"],
            "costFilters": [{"name": key, "values": found} for key, found in told.get("CostFilters", {}).items()],
            "costTypes": {key[0].lower() + key[1:]: value for key, value in told["CostTypes"].items()},
            "timePeriodStart": f"{told['TimePeriod']['Start']:%Y-%m-%d_%H:%M}",
            "notifications": [self._told(budgets, place, one) for one in notices],
            "tagsAll": tag_map(budgets.list_tags_for_resource(ResourceARN=arn)["ResourceTags"]),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        budgets, place = aws.client("budgets"), _place(resource_id)
        if changed - {"notifications"}:
            budgets.update_budget(AccountId=place["AccountId"], NewBudget=_budget(new))
        if "notifications" in changed:
            for one in budgets.describe_notifications_for_budget(**place)["Notifications"]:
                budgets.delete_notification(**place, Notification={key: one[key] for key in _NOTICE})
            for one in new.get("notifications", []):
                budgets.create_notification(**place, **_notice(one))

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("budgets").delete_budget(**_place(resource_id))

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        budgets = aws.client("budgets")
        if drop:
            budgets.untag_resource(ResourceARN=state["arn"], ResourceTagKeys=drop)
        if add:
            budgets.tag_resource(ResourceARN=state["arn"], ResourceTags=tag_list(add))

    def _told(self, budgets: Any, place: dict[str, str], notice: Plain) -> Plain:
        plain = {key: notice[key] for key in _NOTICE}
        people = budgets.describe_subscribers_for_notification(**place, Notification=plain)["Subscribers"]
        addresses = {
            ours: [one["Address"] for one in people if one["SubscriptionType"] == kind]
            for kind, ours in _SUBSCRIBERS.items()
        }
        return picked(notice, **{ours: api for api, ours in _NOTICE.items()}) | {
            key: value for key, value in addresses.items() if value
        }


def _order(notice: Plain) -> tuple[str, str, str, float]:
    """AWS keeps them in no order."""
    kind, comparison = notice["notificationType"], notice["comparisonOperator"]
    return kind, comparison, notice["thresholdType"], float(notice["threshold"])


def _place(resource_id: str) -> dict[str, str]:
    account, _, budget = resource_id.partition(":")
    return {"AccountId": account, "BudgetName": budget}


def _budget(inputs: Plain) -> dict[str, Any]:
    filters = {one["name"]: one["values"] for one in inputs.get("costFilters", [])}
    return {
        **given(inputs, BudgetName="name", BudgetType="budgetType", TimeUnit="timeUnit"),
        "BudgetLimit": {"Amount": inputs["limitAmount"], "Unit": inputs["limitUnit"]},
        **({"CostFilters": filters} if filters else {}),
    }


def _notice(inputs: Plain) -> dict[str, Any]:
    people = [
        {"SubscriptionType": kind, "Address": address}
        for kind, key in _SUBSCRIBERS.items()
        for address in inputs.get(key, [])
    ]
    return {"Notification": {api: inputs[ours] for api, ours in _NOTICE.items()}, "Subscribers": people}


ALL = (Budget,)
