"""Who hears when something is wrong, and where one looks: a topic, alarms, a dashboard."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from planning.alarms import Alarm, alarms
from planning.dashboard import dashboard_body, dashboard_url
from planning.watched import Watched
from settings import Settings


@dataclass(frozen=True, kw_only=True)
class MonitoringArgs:
    settings: Settings
    watched: Watched
    partition: pulumi.Input[str]
    """AWS partition, such as aws."""


class Monitoring(pulumi.ComponentResource):
    dashboard_url: pulumi.Output[str] | None
    """Of the console; None without a dashboard."""

    def __init__(self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:Monitoring", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        topic = self._topic() if args.settings.tells else None
        made = [self._alarm(one, topic) for one in alarms(args.settings, args.watched)]
        wanted = args.settings.monitoring.dashboard
        self.dashboard_url = self._dashboard([one.arn for one in made]) if wanted else None
        self.register_outputs({"dashboard_url": self.dashboard_url})

    def _topic(self) -> pulumi.Input[str]:
        """ARN of the topic that alarms publish to.

        Made here, it is not encrypted with AWS's own key for SNS, which CloudWatch may not use (SNS Developer Guide, "Enable
        compatibility between event sources from AWS services and encrypted topics").
        """
        watch = self._args.settings.monitoring
        if watch.sns_topic_arn:
            return watch.sns_topic_arn
        topic = aws.sns.Topic(f"{self._name}-alarms", display_name=f"Alarms of {self._name}", opts=self._child)
        for email in watch.alarm_emails or (self._args.settings.email,):
            aws.sns.TopicSubscription(
                f"{self._name}-alarms-{email}", topic=topic.arn, protocol="email", endpoint=email, opts=self._child
            )
        return topic.arn

    def _alarm(self, alarm: Alarm, topic: pulumi.Input[str] | None) -> aws.cloudwatch.MetricAlarm:
        region = self._args.settings.region
        recover = pulumi.Output.concat("arn:", self._args.partition, f":automate:{region}:ec2:recover")
        told = [topic] if alarm.tells and topic is not None else []
        return aws.cloudwatch.MetricAlarm(
            f"{self._name}-{alarm.label}",
            alarm_description=f"{self._name}: {alarm.about}",
            namespace=alarm.metric.namespace,
            metric_name=alarm.metric.name,
            dimensions=dict(alarm.metric.dimensions),
            statistic=alarm.metric.statistic,
            period=alarm.seconds,
            evaluation_periods=alarm.periods,
            threshold=alarm.threshold,
            comparison_operator="LessThanThreshold" if alarm.below else "GreaterThanThreshold",
            alarm_actions=[*([recover] if alarm.recovers else []), *told],
            opts=self._child,
        )

    def _dashboard(self, alarm_arns: list[pulumi.Output[str]]) -> pulumi.Output[str]:
        body = dashboard_body(self._args.settings, self._args.watched, alarm_arns)
        made = aws.cloudwatch.Dashboard(
            self._name, dashboard_name=self._name, dashboard_body=pulumi.Output.json_dumps(body), opts=self._child
        )
        return made.dashboard_name.apply(lambda name: dashboard_url(self._args.settings.region, name))
