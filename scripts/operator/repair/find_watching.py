"""What watches a platform: logs, alarms, dashboards, topics, budgets."""

from collections.abc import Iterator

from scripts.operator.repair.finding import Finder, Wanted, pages
from scripts.operator.repair.plan import Found


def log_group(wanted: Wanted) -> Iterator[Found]:
    logs, name = wanted.client("logs"), wanted.text("name")
    for one in pages(logs, "describe_log_groups", "logGroups", logGroupNamePrefix=name):
        if one["logGroupName"] == name:
            tags = logs.list_tags_for_resource(resourceArn=one["arn"].removesuffix(":*")).get("tags", {})
            yield Found(name, wanted.bears({"Key": key, "Value": value} for key, value in tags.items()))


def alarm(wanted: Wanted) -> Iterator[Found]:
    watch = wanted.client("cloudwatch")
    for one in pages(watch, "describe_alarms", "MetricAlarms"):
        if wanted.named(one["AlarmName"]):
            tags = watch.list_tags_for_resource(ResourceARN=one["AlarmArn"])["Tags"]
            yield Found(one["AlarmName"], wanted.bears(tags))


def dashboard(wanted: Wanted) -> Iterator[Found]:
    name = wanted.text("dashboardName")
    for one in pages(wanted.client("cloudwatch"), "list_dashboards", "DashboardEntries", DashboardNamePrefix=name):
        if one["DashboardName"] == name:
            yield Found(name)


def topic(wanted: Wanted) -> Iterator[Found]:
    sns = wanted.client("sns")
    for one in pages(sns, "list_topics", "Topics"):
        if wanted.named((arn := one["TopicArn"]).rpartition(":")[2]):
            yield Found(arn, wanted.bears(sns.list_tags_for_resource(ResourceArn=arn)["Tags"]))


def subscription(wanted: Wanted) -> Iterator[Found]:
    """One that nobody has confirmed has no ARN in AWS's list: to ask for it once more answers with the one there is."""
    sns, endpoint, protocol = wanted.client("sns"), wanted.text("endpoint"), wanted.text("protocol")
    arn = wanted.text("topic")
    for one in pages(sns, "list_subscriptions_by_topic", "Subscriptions", TopicArn=arn):
        if (one["Endpoint"], one["Protocol"]) == (endpoint, protocol):
            again = sns.subscribe(TopicArn=arn, Protocol=protocol, Endpoint=endpoint, ReturnSubscriptionArn=True)
            yield Found(again["SubscriptionArn"])


def budget(wanted: Wanted) -> Iterator[Found]:
    client, account = wanted.client("budgets"), wanted.client("sts").get_caller_identity()["Account"]
    partition = wanted.client("sts").meta.partition
    for one in pages(client, "describe_budgets", "Budgets", AccountId=account):
        if wanted.named(name := one["BudgetName"]):
            arn = f"arn:{partition}:budgets::{account}:budget/{name}"
            tags = client.list_tags_for_resource(ResourceARN=arn)["ResourceTags"]
            yield Found(f"{account}:{name}", wanted.bears(tags))


def cost_allocation_tag(wanted: Wanted) -> Iterator[Found]:
    key, status = wanted.text("tagKey"), wanted.text("status")
    for one in pages(wanted.client("ce"), "list_cost_allocation_tags", "CostAllocationTags", TagKeys=[key]):
        if one["TagKey"] == key and one["Status"] == status:
            yield Found(key)


FINDERS: dict[str, Finder] = {
    "aws:cloudwatch/logGroup:LogGroup": log_group,
    "aws:cloudwatch/metricAlarm:MetricAlarm": alarm,
    "aws:cloudwatch/dashboard:Dashboard": dashboard,
    "aws:sns/topic:Topic": topic,
    "aws:sns/topicSubscription:TopicSubscription": subscription,
    "aws:budgets/budget:Budget": budget,
    "aws:costexplorer/costAllocationTag:CostAllocationTag": cost_allocation_tag,
}
