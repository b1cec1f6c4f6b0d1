"""Logs, dashboard and alarms that ParallelCluster makes itself."""

from planning.cluster.parts import only
from planning.merge import Document
from settings import Settings


def monitoring(settings: Settings) -> Document:
    """What is ParallelCluster's own default is left out (3.16: logs retained, dashboard and alarms on)."""
    watch = settings.monitoring
    return {
        "Logs": {
            "CloudWatch": {
                "Enabled": True,
                "RetentionInDays": settings.log_retention_days,
                **only(DeletionPolicy="Delete" if watch.log_deletion_policy == "Delete" else None),
            }
        },
        **only(Dashboards=None if watch.cluster_dashboard else {"CloudWatch": {"Enabled": False}}),
        **only(Alarms=None if watch.cluster_alarms else {"Enabled": False}),
    }
