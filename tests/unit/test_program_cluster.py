"""The program on a mock engine: the cluster and its names."""

from typing import Any

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
    api, head, login = sorted(everything().named("aws:route53/record:Record"), key=lambda one: one.inputs["name"])
    assert (head.inputs["name"], head.inputs["type"], head.inputs["records"]) == ("head", "A", ["10.0.0.4"])
    assert (api.inputs["name"], api.inputs["type"], api.inputs["records"]) == ("api", "A", ["10.0.0.9"])
    assert (login.inputs["name"], login.inputs["type"], login.inputs["records"]) == ("login", "CNAME", ["login.elb"])
    alone = run(cluster={"dnsZone": "cluster.example.org"})
    assert [one.inputs["name"] for one in alone.named("aws:route53/record:Record")] == ["head"]
    assert "login_name" not in alone.outputs
    assert not run().named("aws:route53/zone:Zone")
