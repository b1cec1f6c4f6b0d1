"""Monitoring and budget: who is told, and what AWS Budgets takes."""

from collections.abc import Iterator

from settings.model import OWN_TAGS, Settings
from settings.problem import Path, Problem, weighed

_ELSEWHERE = ("cn-", "us-gov-", "us-iso", "eu-iso", "eusc-")
"""How the codes of regions outside of AWS's commercial partition begin."""
_NOTICES = 10
"""Of one budget (AWS Budgets API, CreateBudget)."""


def told_by_topic_or_email(settings: Settings) -> Iterator[Problem]:
    watch = settings.monitoring
    if watch.sns_topic_arn and watch.alarm_emails:
        yield weighed(
            "alarms-told-twice",
            ("monitoring", "alarmEmails"),
            list(watch.alarm_emails),
            "stands beside snsTopicArn, and the topic's own subscribers are told",
            "one of both",
            "subscribe these addresses to the topic, or remove snsTopicArn",
            ("monitoring", "snsTopicArn"),
        )


def readers_need_alarms(settings: Settings) -> Iterator[Problem]:
    watch = settings.monitoring
    if watch.alarms is False and (watch.alarm_emails or watch.sns_topic_arn):
        key, value = (
            ("snsTopicArn", watch.sns_topic_arn) if watch.sns_topic_arn else ("alarmEmails", [*watch.alarm_emails])
        )
        yield weighed(
            "alarms-off",
            ("monitoring", key),
            value,
            "would never hear of anything, with alarms false",
            "with alarms true",
            f"remove monitoring.alarms, or {key}",
            ("monitoring", "alarms"),
        )


def topic_of_this_region(settings: Settings) -> Iterator[Problem]:
    """An alarm acts within its own region only (Amazon CloudWatch User Guide, alarm actions)."""
    arn = settings.monitoring.sns_topic_arn
    if arn and arn.split(":")[3] != settings.region:
        yield weighed(
            "alarms-region",
            ("monitoring", "snsTopicArn"),
            arn,
            f"is a topic of {arn.split(':')[3]}, and alarms reach topics of their own region only",
            f"a topic of {settings.region}",
            f"make one in {settings.region}, or remove snsTopicArn",
            ("region",),
        )


def key_of_this_region(settings: Settings) -> Iterator[Problem]:
    """CloudWatch Logs takes keys of its own region only (CloudWatch Logs API, AssociateKmsKey)."""
    arn = settings.monitoring.log_kms_key_arn
    if arn and arn.split(":")[3] != settings.region:
        yield weighed(
            "log-key-region",
            ("monitoring", "logKmsKeyArn"),
            arn,
            f"is a key of {arn.split(':')[3]}, and logs take keys of their own region only",
            f"a key of {settings.region}",
            f"make one in {settings.region}, or remove logKmsKeyArn",
            ("region",),
        )


def nobody_twice(settings: Settings) -> Iterator[Problem]:
    """SNS and Budgets take an address once."""
    places: list[tuple[Path, tuple[str, ...]]] = [(("monitoring", "alarmEmails"), settings.monitoring.alarm_emails)]
    if settings.budget:
        places.append((("budget", "emails"), settings.budget.emails))
    for path, emails in places:
        for index, email in enumerate(emails):
            if email in emails[:index]:
                yield weighed(
                    "email-twice", (*path, index), email, "stands there twice", "each once", "remove it", path
                )


def alerts_that_differ(settings: Settings) -> Iterator[Problem]:
    if settings.budget is None:
        return
    for key, alerts in (("alerts", settings.budget.alerts), ("forecastAlerts", settings.budget.forecast_alerts)):
        for index, alert in enumerate(alerts):
            if alert in alerts[:index]:
                path: Path = ("budget", key, index)
                yield weighed("budget-alert-twice", path, alert, "stands there twice", "each once", "remove it")
    if (many := len(settings.budget.alerts) + len(settings.budget.forecast_alerts)) > _NOTICES:
        yield weighed(
            "budget-alerts",
            ("budget", "alerts"),
            [*settings.budget.alerts],
            f"and forecastAlerts are {many} together",
            f"{_NOTICES} together, the most that AWS Budgets takes",
            f"remove {many - _NOTICES}",
            ("budget", "forecastAlerts"),
        )


def budgets_of_the_partition(settings: Settings) -> Iterator[Problem]:
    """GovCloud's costs are those of a standard account, and China's are counted in yuan (AWS Billing User Guides)."""
    if not settings.region.startswith(_ELSEWHERE):
        return
    places: list[tuple[Path, object]] = []
    if settings.budget:
        places.append((("budget", "amount"), settings.budget.amount))
    if settings.cost_allocation_tags:
        places.append((("costAllocationTags",), [*settings.cost_allocation_tags]))
    for path, value in places:
        yield weighed(
            "costs-partition",
            path,
            value,
            f"cannot be set from {settings.region}: AWS keeps budgets in USD and tags of costs for its commercial regions",
            "a region of the commercial partition, such as eu-west-1",
            f"remove {path[0]}, and set it up by hand in the account that pays",
            ("region",),
        )


def cost_tags_are_tags(settings: Settings) -> Iterator[Problem]:
    known = [*OWN_TAGS, *settings.tags]
    for index, key in enumerate(settings.cost_allocation_tags):
        path: Path = ("costAllocationTags", index)
        if key not in known:
            yield weighed(
                "cost-tag",
                path,
                key,
                "is a tag that nothing here bears",
                f"one of {', '.join(known)}",
                f"add {key} to tags, or remove it here",
                ("tags",),
            )
        elif key in settings.cost_allocation_tags[:index]:
            yield weighed("cost-tag-twice", path, key, "stands there twice", "each once", "remove it")


RULES = (
    told_by_topic_or_email,
    readers_need_alarms,
    topic_of_this_region,
    key_of_this_region,
    nobody_twice,
    alerts_that_differ,
    budgets_of_the_partition,
    cost_tags_are_tags,
)
