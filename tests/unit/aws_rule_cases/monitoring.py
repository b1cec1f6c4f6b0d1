"""Logs and alarms."""

from tests.unit.aws_rule_cases.form import Case, Inputs, name, one

CASES: dict[str, list[Case]] = {
    "aws:cloudwatch/logGroup:LogGroup": [*name(512, "a b"), one("retentionInDays", 15, 14)],
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
