"""Dashboards, topics, budgets and cost allocation tags."""

import json

from tests.engine.acceptance.case import Case, Kept, No, Values
from tests.engine.acceptance.ground import Clients
from tests.engine.acceptance.table.common import TAGS_CHANGED, TAGS_FIRST, found, listed

_TAG = "acceptance:team"


def _dashboard(aws: Clients, it: Kept) -> Values:
    return {"dashboardBody": aws("cloudwatch").get_dashboard(DashboardName=it.id)["DashboardBody"]}


def _body(title: str) -> Values:
    return {"dashboardBody": json.dumps({"widgets": [{"type": "text", "properties": {"markdown": title}}]})}


def _redraw(aws: Clients, it: Kept) -> None:
    aws("cloudwatch").put_dashboard(DashboardName=it.id, DashboardBody=_body("by hand")["dashboardBody"])


def _topic(aws: Clients, it: Kept) -> Values:
    told = aws("sns").get_topic_attributes(TopicArn=it.id)["Attributes"]
    tags = aws("sns").list_tags_for_resource(ResourceArn=it.id)["Tags"]
    return {"displayName": told["DisplayName"], "tags": listed(tags)}


def _rename_topic(aws: Clients, it: Kept) -> None:
    aws("sns").set_topic_attributes(TopicArn=it.id, AttributeName="DisplayName", AttributeValue="by hand")


def _subscription(aws: Clients, it: Kept) -> Values:
    told = aws("sns").get_subscription_attributes(SubscriptionArn=it.id)["Attributes"]
    return found([told], topic="TopicArn", protocol="Protocol", endpoint="Endpoint")


def _place(it: Kept) -> dict[str, str]:
    return {"AccountId": it.outputs["accountId"], "BudgetName": it.outputs["name"]}


def _budget(aws: Clients, it: Kept) -> Values:
    budgets = aws("budgets")
    told = budgets.describe_budget(**_place(it))["Budget"]
    notices = budgets.describe_notifications_for_budget(**_place(it))["Notifications"]
    tags = budgets.list_tags_for_resource(ResourceARN=it.outputs["arn"])["ResourceTags"]
    return {
        "limitAmount": told["BudgetLimit"]["Amount"],
        "costFilters": [{"name": key, "values": values} for key, values in told["CostFilters"].items()],
        "notifications": [_notice(int(one["Threshold"]), *_readers(aws, it, one)) for one in notices],
        "tags": listed(tags),
    }


def _readers(aws: Clients, it: Kept, notice: Values) -> list[str]:
    told = aws("budgets").describe_subscribers_for_notification(**_place(it), Notification=notice)
    return [one["Address"] for one in told["Subscribers"]]


def _notice(percent: int, *addresses: str) -> Values:
    return {
        "comparisonOperator": "GREATER_THAN",
        "notificationType": "ACTUAL",
        "threshold": percent,
        "thresholdType": "PERCENTAGE",
        "subscriberEmailAddresses": [*addresses],
    }


def _spend_more(aws: Clients, it: Kept) -> None:
    told = aws("budgets").describe_budget(**_place(it))["Budget"]
    kept = {key: told[key] for key in ("BudgetName", "BudgetType", "TimeUnit", "CostFilters")}
    limit = {"Amount": "9000", "Unit": "USD"}
    aws("budgets").update_budget(AccountId=it.outputs["accountId"], NewBudget={**kept, "BudgetLimit": limit})


def _status(aws: Clients, it: Kept) -> Values:
    tags = aws("ce").list_cost_allocation_tags(TagKeys=[it.id])["CostAllocationTags"]
    return found(tags, tagKey="TagKey", status="Status")


def _set_status(status: str, aws: Clients, it: Kept) -> None:
    aws("ce").update_cost_allocation_tags_status(CostAllocationTagsStatus=[{"TagKey": it.id, "Status": status}])


CASES = [
    Case(
        token="aws:cloudwatch/dashboard:Dashboard",
        inputs=lambda g: {"dashboardName": "acceptance", **_body("first")},
        change=lambda g: _body("changed"),
        replace=lambda g: {"dashboardName": "acceptance-other"},
        look=_dashboard,
        drift=_redraw,
        vanish=lambda aws, it: aws("cloudwatch").delete_dashboards(DashboardNames=[it.id]),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:sns/topic:Topic",
        inputs=lambda g: {"displayName": "first", **TAGS_FIRST},
        change=lambda g: {"displayName": "changed", **TAGS_CHANGED},
        replace=lambda g: {"name": "another"},
        look=_topic,
        drift=_rename_topic,
        vanish=lambda aws, it: aws("sns").delete_topic(TopicArn=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:sns/topicSubscription:TopicSubscription",
        inputs=lambda g: {"topic": g.topics[0], "protocol": "email", "endpoint": "hpc@example.org"},
        change=No("every change is another subscription"),
        replace=lambda g: {"topic": g.topics[1]},
        look=_subscription,
        drift=No("a subscription has nothing that changes in place"),
        vanish=No("nobody but its reader can end one that is not confirmed"),
        import_id=lambda it: it.id,
        stays="one that is not confirmed cannot be ended; AWS forgets it after days, or with its topic",
    ),
    Case(
        token="aws:budgets/budget:Budget",
        inputs=lambda g: {
            "budgetType": "COST",
            "limitAmount": "500",
            "limitUnit": "USD",
            "timeUnit": "MONTHLY",
            "costFilters": [{"name": "TagKeyValue", "values": ["user:hpcstack:team$acceptance"]}],
            "notifications": [_notice(80, "hpc@example.org")],
            **TAGS_FIRST,
        },
        change=lambda g: {"limitAmount": "600", "notifications": [_notice(90, "other@example.org")], **TAGS_CHANGED},
        replace=lambda g: {"name": "another"},
        look=_budget,
        drift=_spend_more,
        vanish=lambda aws, it: aws("budgets").delete_budget(**_place(it)),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:costexplorer/costAllocationTag:CostAllocationTag",
        inputs=lambda g: {"tagKey": _TAG, "status": "Active"},
        change=lambda g: {"status": "Inactive"},
        replace=lambda g: {"tagKey": f"{_TAG}s", "status": "Active"},
        along=frozenset({"status"}),
        look=_status,
        drift=lambda aws, it: _set_status("Inactive", aws, it),
        vanish=No("AWS keeps a tag that costs bear; it is active or not"),
        import_id=lambda it: it.id,
        stays="AWS keeps the tag, and it is inactive",
    ),
]
