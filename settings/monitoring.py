"""`monitoring`: logs, dashboards, alarms and who hears of them."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Email, Section, form
from settings.folders import KmsKey

Retention = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653]
"""Days that both CloudWatch and ParallelCluster 3.16 take."""

TopicArn = Annotated[
    str,
    form(
        r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+",
        "the ARN of a topic of SNS; the account's id in it has 12 digits",
        "run: aws sns list-topics",
    ),
]


class Monitoring(Section):
    """What is kept of the platform's logs, and who hears when something is wrong."""

    log_retention_days: Retention | None = None
    """Days that logs are kept; default 14, and 90 in `environment: prod`."""
    log_deletion_policy: Literal["Retain", "Delete"] = "Retain"
    """Whether a cluster's log group stays, until its retention ends, when the cluster is deleted or replaced."""
    log_kms_key_arn: KmsKey | None = None
    """A key of the team's own for the logs of clusters, jobs and image builds; default: CloudWatch's own encryption."""
    dashboard: bool = True
    """A CloudWatch dashboard of the whole platform; its address is the output `dashboard_url`."""
    cluster_dashboard: bool = True
    """ParallelCluster's own dashboard, of one cluster."""
    cluster_alarms: bool = True
    """ParallelCluster's own alarms about the head node. They show on its dashboard and tell nobody."""
    alarms: bool | None = None
    """Alarms that tell somebody; default: in `environment: prod`, or where the keys below say whom."""
    alarm_emails: Annotated[tuple[Email, ...], Field(max_length=10)] = ()
    """Who is told; the stack's `email` by default. AWS asks each one by e-mail first."""
    sns_topic_arn: TopicArn | None = None
    """A topic that exists, instead of e-mail. Its policy has to let CloudWatch publish."""
