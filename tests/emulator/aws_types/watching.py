"""Dashboards, topics, budgets and cost allocation tags."""

import json

from tests.emulator.aws_types.world import Life


def _notice(percent: int, kind: str = "ACTUAL") -> dict[str, object]:
    return {
        "comparisonOperator": "GREATER_THAN",
        "notificationType": kind,
        "threshold": percent,
        "thresholdType": "PERCENTAGE",
        "subscriberEmailAddresses": ["hpc@example.org"],
    }


LIVES = [
    Life(
        "aws:cloudwatch/dashboard:Dashboard",
        lambda w: {"dashboardName": "team", "dashboardBody": json.dumps({"widgets": []})},
        lambda w: {"dashboardBody": json.dumps({"start": "-PT3H", "widgets": []})},
        lambda w: {"dashboardName": "another"},
        "team",
        ("dashboardArn",),
    ),
    Life(
        "aws:sns/topic:Topic",
        lambda w: {"displayName": "alarms"},
        lambda w: {"displayName": "other"},
        lambda w: {"name": "another"},
        "arn:aws:sns:",
        ("arn", "owner", "policy"),
        more=(lambda w: {"displayName": None},),
    ),
    Life(
        "aws:sns/topicSubscription:TopicSubscription",
        lambda w: {"topic": w.topic, "protocol": "email", "endpoint": "hpc@example.org"},
        None,
        lambda w: {"endpoint": "admins@example.org"},
        "arn:aws:sns:",
        ("arn", "ownerId", "pendingConfirmation"),
        stays=True,
    ),
    Life(
        "aws:budgets/budget:Budget",
        lambda w: {
            "budgetType": "COST",
            "limitAmount": "500",
            "limitUnit": "USD",
            "timeUnit": "MONTHLY",
            "costFilters": [{"name": "TagKeyValue", "values": ["user:hpcstack:team$a"]}],
            "notifications": [_notice(80)],
        },
        lambda w: {"limitAmount": "600", "notifications": [_notice(90), _notice(100, "FORECASTED")]},
        lambda w: {"name": "another"},
        "123456789012:",
        ("arn", "accountId", "timePeriodStart"),
        more=(lambda w: {"costFilters": None}, lambda w: {"notifications": None}),
    ),
    Life(
        "aws:costexplorer/costAllocationTag:CostAllocationTag",
        lambda w: {"tagKey": "hpcstack:team", "status": "Active"},
        lambda w: {"status": "Inactive"},
        lambda w: {"tagKey": "hpcstack:stack"},
        "hpcstack:team",
        ("type",),
        stays=True,
    ),
]
