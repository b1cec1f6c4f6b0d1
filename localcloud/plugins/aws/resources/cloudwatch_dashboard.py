"""Dashboards of CloudWatch. They have no tags."""

from typing import Any

from localcloud.plugins.aws.base import AwsType, picked
from localcloud.plugins.aws.client import Aws
from localcloud.plugins.aws.naming import name
from localcloud.plugins.values import Plain


class Dashboard(AwsType):
    token = "aws:cloudwatch/dashboard:Dashboard"
    inputs, replace = frozenset({"dashboardName", "dashboardBody"}), frozenset({"dashboardName"})
    documents = frozenset({"dashboardBody"})
    rules = (*name(255, r"[\w-]+", "consist of letters, digits, _ and -", "dashboardName"),)

    def create(self, context: Aws, inputs: Plain) -> str:
        self._put(context, inputs)
        return inputs["dashboardName"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        told = aws.client("cloudwatch").get_dashboard(DashboardName=resource_id)
        return picked(told, dashboardName="DashboardName", dashboardArn="DashboardArn", dashboardBody="DashboardBody")

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        self._put(aws, new)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("cloudwatch").delete_dashboards(DashboardNames=[resource_id])

    def _put(self, aws: Aws, inputs: Plain) -> Any:
        whole = {"DashboardName": inputs["dashboardName"], "DashboardBody": inputs["dashboardBody"]}
        return aws.client("cloudwatch").put_dashboard(**whole)


ALL = (Dashboard,)
