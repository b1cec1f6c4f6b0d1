"""The platform's dashboard: CloudWatch's "dashboard body structure and syntax" as one mapping."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from planning import watched as measured
from planning.merge import Document
from planning.watched import Metric, Watched
from settings import Settings

_COLUMNS, _HEIGHT = 24, 6
_CONSOLES = {"cn": "console.amazonaws.cn", "us-gov": "console.amazonaws-us-gov.com"}
"""By the beginning of a region's code; elsewhere console.aws.amazon.com."""
_LAUNCHES = {
    "InsufficientCapacityErrors": "no capacity",
    "VcpuLimitErrors": "vCPU limit",
    "VolumeLimitErrors": "volume limit",
    "IamPolicyErrors": "IAM",
    "OtherInstanceLaunchFailures": "other reasons",
}


def dashboard_body(settings: Settings, watched: Watched, alarm_arns: Sequence[Any] = ()) -> Document:
    """Rows of widgets, one below the other. Ids and names may be unresolved; they are placed, never looked into."""
    rows = [
        [_text(_heading(settings), 3)],
        *([[_alarms(alarm_arns)]] if alarm_arns else []),
        _head_node(settings, watched),
        _cluster(settings, watched),
        *(_database(settings, role, one) for role, one in watched.databases.items()),
        *(_file_system(settings, name, one) for name, one in watched.file_systems.items()),
    ]
    return {"start": "-P1D", "widgets": list(_placed(rows))}


def dashboard_url(region: str, name: str) -> str:
    """Of the console, in which the reader is logged in."""
    return f"https://{_console(region)}/cloudwatch/home?region={region}#dashboards/dashboard/{name}"


def _console(region: str) -> str:
    found = re.match(r"cn|us-gov", region)
    return f"{region}.{_CONSOLES[found[0]]}" if found else f"{region}.console.aws.amazon.com"


def _placed(rows: list[list[Document]]) -> Iterator[Document]:
    """Widgets with their places; each row's widgets share its width."""
    y = 0
    for row in rows:
        width = _COLUMNS // len(row)
        for place, widget in enumerate(row):
            yield {**widget, "x": place * width, "y": y, "width": width}
        y += max(widget["height"] for widget in row)


def _text(markdown: Any, height: int) -> Document:
    return {"type": "text", "height": height, "properties": {"markdown": markdown}}


def _alarms(arns: Sequence[Any]) -> Document:
    return {"type": "alarm", "height": 3, "properties": {"title": "Alarms", "alarms": list(arns)}}


def _graph(settings: Settings, title: str, *metrics: Metric, **more: Any) -> Document:
    properties = {"title": title, "region": settings.region, "view": "timeSeries", "period": 300, **more}
    return {
        "type": "metric",
        "height": _HEIGHT,
        "properties": {**properties, "metrics": [_series(one) for one in metrics]},
    }


def _series(metric: Metric) -> list[Any]:
    dimensions = [part for pair in metric.dimensions.items() for part in pair]
    shown = {"stat": metric.statistic, **({"label": metric.label} if metric.label else {})}
    return [metric.namespace, metric.name, *dimensions, shown]


def _percent() -> Document:
    return {"yAxis": {"left": {"min": 0, "max": 100}}}


def _heading(settings: Settings) -> str:
    links = [f"[EC2](https://{_console(settings.region)}/ec2/home?region={settings.region}#Instances:)"]
    if settings.budget:
        # Billing has one console for all regions.
        links.append("[Budget](https://console.aws.amazon.com/billing/home#/budgets)")
    queues = ", ".join(f"{queue.name} {queue.always} to {queue.nodes}" for queue in settings.cluster.queues)
    return f"# Team {settings.team}\n{settings.email} · {' · '.join(links)}\n\nNodes by queue: {queues}"


def _head_node(settings: Settings, watched: Watched) -> list[Document]:
    traffic = [measured.head_node(watched, name, "Sum") for name in ("NetworkIn", "NetworkOut")]
    return [
        _graph(settings, "Head node: CPU, percent", measured.head_node(watched, "CPUUtilization"), **_percent()),
        _graph(
            settings,
            "Head node: memory and root volume, percent",
            measured.head_node_agent(watched, "mem_used_percent"),
            measured.head_node_agent(watched, "disk_used_percent", path="/"),
            **_percent(),
        ),
        _graph(settings, "Head node: network, bytes", *traffic),
    ]


def _cluster(settings: Settings, watched: Watched) -> list[Document]:
    """What ParallelCluster counts for its own dashboard and alarms; without these there is nothing to show."""
    if not settings.monitoring.cluster_dashboard:
        return [_text("Launches of nodes are counted only with `monitoring.clusterDashboard`.", 2)]
    failures = [measured.cluster(watched, name, label) for name, label in _LAUNCHES.items()]
    started = measured.cluster(watched, "InstanceBootstrapTimeoutErrors", "did not start in time")
    lost = measured.cluster(watched, "SlurmNodeNotRespondingErrors", "did not answer Slurm")
    return [
        _graph(settings, "Nodes that could not be launched", *failures),
        _graph(settings, "Nodes that were lost", started, lost),
    ]


def _database(settings: Settings, role: str, one: measured.WatchedDatabase) -> list[Document]:
    title = f"Database {role}"
    return [
        _graph(settings, f"{title}: CPU, percent", measured.database(one, "CPUUtilization"), **_percent()),
        _graph(settings, f"{title}: free storage, bytes", measured.database(one, "FreeStorageSpace", "Minimum")),
        _graph(settings, f"{title}: connections", measured.database(one, "DatabaseConnections", "Maximum")),
    ]


def _file_system(settings: Settings, name: str, one: measured.WatchedFileSystem) -> list[Document]:
    title = f"Folder {name}"
    if one.kind == "efs":
        return _efs(settings, title, one)
    traffic = [measured.file_system(one, name, "Sum") for name in ("DataReadBytes", "DataWriteBytes")]
    # Sums over all servers: of what is there, a minute's; of what flows, any time's.
    flows = _graph(settings, f"{title}: read and written, bytes", *traffic)
    if one.kind == "lustre":
        free = measured.file_system(one, "FreeDataStorageCapacity", "Sum")
        return [_graph(settings, f"{title}: free, bytes", free, period=60), flows]
    if one.kind == "openzfs":
        sizes = [measured.file_system(one, name, "Maximum") for name in ("UsedStorageCapacity", "StorageCapacity")]
        return [_graph(settings, f"{title}: used, and all there is, bytes", *sizes), flows]
    share = replace(measured.volume(one, "StorageCapacityUtilization", "Maximum"), label="volume")
    disks = replace(measured.ssd(one), label="disks")
    return [_graph(settings, f"{title}: used of volume and disks, percent", share, disks, **_percent()), flows]


def _efs(settings: Settings, title: str, one: measured.WatchedFileSystem) -> list[Document]:
    size = measured.file_system(one, "StorageBytes", StorageClass="Total")
    load = measured.file_system(one, "PercentIOLimit", "Maximum")
    return [
        _graph(settings, f"{title}: stored, bytes", size),
        _graph(settings, f"{title}: percent of the limit of operations", load, **_percent()),
        _graph(settings, f"{title}: clients", measured.file_system(one, "ClientConnections", "Sum")),
    ]
