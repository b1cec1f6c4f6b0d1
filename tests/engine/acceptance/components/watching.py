"""Monitoring, costs and job logs."""

import json
from typing import Any

from tests.engine.acceptance.case import No
from tests.engine.acceptance.component import Component, Parts
from tests.engine.acceptance.components.common import settings
from tests.engine.acceptance.ground import Clients, Ground


def _monitoring(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.monitoring import Monitoring, MonitoringArgs
    from planning.watched import Watched

    args = MonitoringArgs(
        settings=settings(monitoring={"alarmEmails": arguments["emails"]}),
        watched=Watched(cluster_name="team", head_node_id=arguments["head"]),
        partition="aws",
    )
    return Monitoring(name, args, opts)


def _watched(aws: Clients, parts: Parts) -> dict[str, Any]:
    watch = aws("cloudwatch")
    (alarm,) = watch.describe_alarms(AlarmNames=[parts[_CPU].id])["MetricAlarms"]
    shown = json.loads(watch.get_dashboard(DashboardName=parts[_DASHBOARD].id)["DashboardBody"])
    (busy,) = [one for one in shown["widgets"] if one["properties"].get("title") == "Head node: CPU, percent"]
    told = aws("sns").list_subscriptions_by_topic(TopicArn=parts["Topic::monitoring-alarms"].id)["Subscriptions"]
    return {
        "heads": {alarm["Dimensions"][0]["Value"], busy["properties"]["metrics"][0][3]},
        "threshold": alarm["Threshold"],
        "actions": alarm["AlarmActions"] == [parts["Topic::monitoring-alarms"].id],
        "emails": sorted(one["Endpoint"] for one in told),
    }


def _be_lenient(aws: Clients, parts: Parts) -> None:
    watch = aws("cloudwatch")
    (alarm,) = watch.describe_alarms(AlarmNames=[parts[_CPU].id])["MetricAlarms"]
    kept = (
        "AlarmName",
        "AlarmDescription",
        "AlarmActions",
        "ComparisonOperator",
        "MetricName",
        "Namespace",
        "Dimensions",
    )
    same = {key: alarm[key] for key in (*kept, "Statistic", "Period", "EvaluationPeriods")}
    watch.put_metric_alarm(**same, Threshold=99)


def _costs(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.costs import Costs, CostsArgs

    return Costs(name, CostsArgs(settings=settings(budget={"amount": arguments["amount"]})), opts)


def _place(parts: Parts) -> dict[str, str]:
    return {"AccountId": parts[_BUDGET].outputs["accountId"], "BudgetName": parts[_BUDGET].outputs["name"]}


def _limit(aws: Clients, parts: Parts) -> str:
    return aws("budgets").describe_budget(**_place(parts))["Budget"]["BudgetLimit"]["Amount"]


def _spend_more(aws: Clients, parts: Parts) -> None:
    told = aws("budgets").describe_budget(**_place(parts))["Budget"]
    kept = {key: told[key] for key in ("BudgetName", "BudgetType", "TimeUnit", "CostFilters")}
    new = {**kept, "BudgetLimit": {"Amount": "9000", "Unit": "USD"}}
    aws("budgets").update_budget(AccountId=_place(parts)["AccountId"], NewBudget=new)


def _job_logs(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.job_logs import JobLogs, JobLogsArgs

    args = JobLogsArgs(group_name="/hpcstack/team/jobs", retention_days=arguments["days"], kms_key_arn=arguments["key"])
    return JobLogs(name, args, opts)


def _kept_logs(aws: Clients, parts: Parts) -> dict[str, Any]:
    (group,) = aws("logs").describe_log_groups(logGroupNamePrefix=parts[_GROUP].id)["logGroups"]
    return {"days": group["retentionInDays"], "key": group.get("kmsKeyId")}


_GROUP = "LogGroup::joblogs"
_KEY = "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
_CPU, _DASHBOARD, _BUDGET = "MetricAlarm::monitoring-head-cpu", "Dashboard::monitoring", "Budget::costs"
_HEAD = [f"MetricAlarm::monitoring-head-{what}" for what in ("status", "cpu", "memory", "disk")]

ROWS = [
    Component(
        token="hpcstack:index:Monitoring",
        make=_monitoring,
        first=lambda g: {"head": "i-1", "emails": ["first@example.org", "other@example.org"]},
        change=lambda g: {"head": "i-2"},
        changed={**dict.fromkeys(_HEAD, frozenset({"dimensions"})), _DASHBOARD: frozenset({"dashboardBody"})},
        replace=No("what replaces a part of it is told by the parts' own rows"),
        look=_watched,
        looks=lambda a: {"heads": {a["head"]}, "threshold": 90, "actions": True, "emails": a["emails"]},
        drift=_be_lenient,
        drifted=_CPU,
        vanish=lambda aws, parts: aws("cloudwatch").delete_dashboards(DashboardNames=[parts[_DASHBOARD].id]),
        vanished=frozenset({_DASHBOARD}),
    ),
    Component(
        token="hpcstack:index:Costs",
        make=_costs,
        first=lambda g: {"amount": 500},
        change=lambda g: {"amount": 600},
        changed={_BUDGET: frozenset({"limitAmount"})},
        replace=No("nothing about a budget replaces it but its name, which is the stack's"),
        look=_limit,
        looks=lambda a: str(a["amount"]),
        drift=_spend_more,
        drifted=_BUDGET,
        vanish=lambda aws, parts: aws("budgets").delete_budget(**_place(parts)),
        vanished=frozenset({_BUDGET}),
    ),
    Component(
        token="hpcstack:index:JobLogs",
        make=_job_logs,
        first=lambda g: {"days": 14, "key": None},
        change=lambda g: {"days": 30, "key": _KEY},
        changed={_GROUP: frozenset({"retentionInDays", "kmsKeyId"})},
        replace=No("another group's name replaces it, as the row of log groups tells"),
        look=_kept_logs,
        looks=lambda a: a,
        drift=lambda aws, parts: aws("logs").put_retention_policy(logGroupName=parts[_GROUP].id, retentionInDays=7),
        drifted=_GROUP,
        vanish=lambda aws, parts: aws("logs").delete_log_group(logGroupName=parts[_GROUP].id),
        vanished=frozenset({_GROUP}),
    ),
]
