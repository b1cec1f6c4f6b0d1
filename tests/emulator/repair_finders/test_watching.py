"""Alarms, dashboards, topics, budgets and cost allocation tags that a killed run made are found by what tells them apart."""

import pytest

from scripts.operator.repair.plan import Found
from tests.emulator.repair_finders.lookup import OTHERS, OURS, found, tags
from tests.emulator.rig import shared

pytestmark = pytest.mark.emulator


def test_an_alarm_is_known_by_name_and_tags() -> None:
    watch, token = shared().client("cloudwatch"), "aws:cloudwatch/metricAlarm:MetricAlarm"
    names = ["head-1234567", "tail-1234567"]
    for name in names:
        watch.put_metric_alarm(
            AlarmName=name,
            ComparisonOperator="GreaterThanThreshold",
            MetricName="StatusCheckFailed_System",
            Namespace="AWS/EC2",
            Statistic="Minimum",
            Period=60,
            EvaluationPeriods=2,
            Threshold=0,
            Tags=tags(),
        )
    try:
        assert found(token, name=names[0]) == [Found(names[0])]
    finally:
        watch.delete_alarms(AlarmNames=names)


def test_a_dashboard_is_known_by_its_name() -> None:
    watch, names = shared().client("cloudwatch"), ["dev-team", "dev-team-2"]
    for name in names:
        watch.put_dashboard(DashboardName=name, DashboardBody="{}")
    try:
        assert found("aws:cloudwatch/dashboard:Dashboard", dashboardName=names[0]) == [Found(names[0])]
    finally:
        watch.delete_dashboards(DashboardNames=names)


def test_a_topic_is_known_by_name_and_tags_and_a_subscription_by_who_reads_it() -> None:
    sns = shared().client("sns")
    topics = [
        sns.create_topic(Name=name, Tags=tags(stack))["TopicArn"]
        for name, stack in (("alarms-1234567", OURS), ("alarms-7654321", OTHERS))
    ]
    readers = [
        sns.subscribe(TopicArn=topics[0], Protocol="email", Endpoint=who, ReturnSubscriptionArn=True)["SubscriptionArn"]
        for who in ("hpc@example.org", "other@example.org")
    ]
    try:
        assert found("aws:sns/topic:Topic", name="alarms-1234567") == [Found(topics[0])]
        for reader, expected in (("hpc@example.org", [Found(readers[0])]), ("third@example.org", [])):
            inputs = {"topic": topics[0], "protocol": "email", "endpoint": reader}
            assert found("aws:sns/topicSubscription:TopicSubscription", **inputs) == expected
    finally:
        for one in topics:
            sns.delete_topic(TopicArn=one)


def test_a_budget_is_known_by_name_and_tags() -> None:
    budgets, token = shared().client("budgets"), "aws:budgets/budget:Budget"
    account = shared().client("sts").get_caller_identity()["Account"]
    limit = {"BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": "5", "Unit": "USD"}}
    names = {"team-1234567": OURS, "team-7654321": OTHERS}
    for name, stack in names.items():
        budgets.create_budget(AccountId=account, Budget={"BudgetName": name, **limit}, ResourceTags=tags(stack))
    try:
        assert found(token, name="team-1234567") == [Found(f"{account}:team-1234567")]
        assert found(token, name="team-0000000") == []
    finally:
        for name in names:
            budgets.delete_budget(AccountId=account, BudgetName=name)


def test_a_cost_allocation_tag_is_known_by_its_key_and_status() -> None:
    token, key = "aws:costexplorer/costAllocationTag:CostAllocationTag", "finders:team"
    active = [{"TagKey": key, "Status": "Active"}]
    shared().client("ce").update_cost_allocation_tags_status(CostAllocationTagsStatus=active)
    for status, expected in (("Active", [Found(key)]), ("Inactive", [])):
        assert found(token, tagKey=key, status=status) == expected
