"""The program on a mock engine: the cluster, its names, and what watches it."""

from typing import Any

import pytest

from tests.unit.everything import everything
from tests.unit.recorder import run


def test_what_an_update_may_do_to_running_work_reaches_the_cluster() -> None:
    def passed(**cluster: Any) -> Any:
        return run(cluster=cluster).one("parallelcluster:index:Cluster").inputs["updates"]

    assert passed() == {"computeFleet": "refuse", "drainMinutes": 60, "loginNodes": "refuse"}
    assert passed(updates={"computeFleet": "drain", "drainMinutes": 120}) == {
        "computeFleet": "drain",
        "drainMinutes": 120,
        "loginNodes": "refuse",
    }


def test_names_of_the_cluster_lead_to_it_and_there_are_none_unless_wanted() -> None:
    zone = everything().one("aws:route53/zone:Zone").inputs
    assert (zone["name"], [one["vpcId"] for one in zone["vpcs"]]) == (
        "cluster.example.org",
        [everything().outputs["vpc_id"]],
    )
    head, login = sorted(everything().named("aws:route53/record:Record"), key=lambda one: one.inputs["name"])
    assert (head.inputs["name"], head.inputs["type"], head.inputs["records"]) == ("head", "A", ["10.0.0.4"])
    assert (login.inputs["name"], login.inputs["type"], login.inputs["records"]) == ("login", "CNAME", ["login.elb"])
    alone = run(cluster={"dnsZone": "cluster.example.org"})
    assert [one.inputs["name"] for one in alone.named("aws:route53/record:Record")] == ["head"]
    assert "login_name" not in alone.outputs
    assert not run().named("aws:route53/zone:Zone")


@pytest.mark.parametrize(
    ("environment", "recover", "watched"), [("dev", None, 0), ("prod", None, 1), ("dev", True, 1), ("prod", False, 0)]
)
def test_an_alarm_recovers_the_head_node_where_it_is_protected(
    environment: str, recover: bool | None, watched: int
) -> None:
    head = {} if recover is None else {"recover": recover}
    found = run(environment=environment, cluster={"headNode": head}).named("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert len(found) == watched
    for alarm in found:
        assert alarm.inputs["dimensions"] == {"InstanceId": "i-head"}
        assert alarm.inputs["alarmActions"] == ["arn:aws:automate:eu-west-1:ec2:recover"]
