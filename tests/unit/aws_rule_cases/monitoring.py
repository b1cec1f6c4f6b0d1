"""Logs, alarms, dashboards, topics; budgets and tags of costs."""

from tests.unit.aws_rule_cases.form import Case, Inputs, name, one

NOTICE = {
    "comparisonOperator": "GREATER_THAN",
    "notificationType": "ACTUAL",
    "threshold": 80,
    "thresholdType": "PERCENTAGE",
    "subscriberEmailAddresses": ["a@b.example"],
}
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:a"

CASES: dict[str, list[Case]] = {
    "aws:budgets/budget:Budget": [
        *name(100, "a:b"),
        one("budgetType", "USAGE", "COST"),
        one("limitAmount", None, "500"),
        one("limitAmount", "five", "500.5"),
        one("limitUnit", None, "USD"),
        one("timeUnit", "WEEKLY", "MONTHLY"),
        one("notifications", [NOTICE] * 11, [NOTICE] * 10),
        one("notifications", [{**NOTICE, "comparisonOperator": "ABOVE"}], [NOTICE]),
        one("notifications", [{**NOTICE, "notificationType": "GUESSED"}], [NOTICE]),
        one("notifications", [{**NOTICE, "thresholdType": "SHARE"}], [NOTICE]),
        one("notifications", [{**NOTICE, "subscriberEmailAddresses": ["a@b.example"] * 11}], [NOTICE]),
        one("notifications", [{**NOTICE, "subscriberSnsTopicArns": [TOPIC] * 2}], [NOTICE]),
    ],
    "aws:cloudwatch/dashboard:Dashboard": [
        one("dashboardName", "a" * 256, "a" * 255),
        one("dashboardName", "a b", "a-b"),
        one("dashboardBody", "[]", "{}"),
    ],
    "aws:costexplorer/costAllocationTag:CostAllocationTag": [
        one("tagKey", "a" * 1025, "a" * 1024),
        one("status", "On", "Active"),
    ],
    "aws:sns/topic:Topic": [*name(256, "a b"), one("displayName", "a" * 101, "a" * 100)],
    "aws:sns/topicSubscription:TopicSubscription": [
        one("protocol", "sms", "email"),
        one("topic", "alarms", TOPIC),
        one("endpoint", "a-b.example", "a@b.example"),
    ],
    "aws:cloudwatch/logGroup:LogGroup": [
        *name(512, "a b"),
        one("retentionInDays", 15, 14),
        one("kmsKeyId", "alias/logs", KEY),
    ],
    "aws:cloudwatch/metricAlarm:MetricAlarm": [
        *name(255, ""),
        one("comparisonOperator", None, "GreaterThanThreshold"),
        one("comparisonOperator", "Greater", "GreaterThanThreshold"),
        one("metricName", None, "StatusCheckFailed"),
        one("metricName", "a" * 256, "a" * 255),
        one("namespace", None, "AWS/EC2"),
        one("statistic", None, "Maximum"),
        one("statistic", "Median", "Maximum"),
        one("period", None, 60),
        one("evaluationPeriods", None, 2),
        one("evaluationPeriods", 0, 1),
        one("threshold", None, 1),
        one("treatMissingData", "good", "breaching"),
        one("alarmDescription", "a" * 1025, "a" * 1024),
        one("alarmActions", ["arn:aws:sns:eu-central-1:123456789012:x"] * 6, []),
    ],
}

GOOD: dict[str, Inputs] = {
    "aws:budgets/budget:Budget": {
        "budgetType": "COST",
        "limitAmount": "500",
        "limitUnit": "USD",
        "timeUnit": "MONTHLY",
        "notifications": [NOTICE],
    },
    "aws:cloudwatch/dashboard:Dashboard": {"dashboardName": "a", "dashboardBody": "{}"},
    "aws:costexplorer/costAllocationTag:CostAllocationTag": {"tagKey": "a", "status": "Active"},
    "aws:sns/topicSubscription:TopicSubscription": {"topic": TOPIC, "protocol": "email", "endpoint": "a@b.example"},
    "aws:cloudwatch/metricAlarm:MetricAlarm": {
        "comparisonOperator": "GreaterThanThreshold",
        "metricName": "StatusCheckFailed",
        "namespace": "AWS/EC2",
        "statistic": "Maximum",
        "period": 60,
        "evaluationPeriods": 2,
        "threshold": 0,
    },
}
