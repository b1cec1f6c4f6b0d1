"""What each layout of the network makes, and where the nodes stand."""

from typing import Any

import pytest

from planning.capacity import addresses
from planning.vpc_endpoints import interfaces, needed, service_name
from settings.places import Places, places, public_zones, service_zones
from tests.unit.recorder import Recorded, Recorder, run
from tests.unit.test_settings import load_with

JWKS = {"url": "https://id.example.org/certs"}
_LAYOUTS = ("all-private", "public-head", "all-public", "isolated")
_ROUTE, _TABLE = "aws:ec2/route:Route", "aws:ec2/routeTable:RouteTable"
_ENDPOINT, _SUBNET = "aws:ec2/vpcEndpoint:VpcEndpoint", "aws:ec2/subnet:Subnet"


@pytest.fixture(scope="module", params=_LAYOUTS)
def made(request: pytest.FixtureRequest) -> tuple[str, Recorder]:
    found = run(None, "dev", network={"layout": request.param}, cluster={"loginNodes": {"count": 1}})
    assert found.exit_code == 0
    return request.param, found


def _names(recorder: Recorder, token: str) -> set[str]:
    return {one.name.removeprefix("genomics-dev-") for one in recorder.named(token)}


def test_subnets_and_their_public_addresses(made: tuple[str, Recorder]) -> None:
    layout, recorder = made
    found = {one.name.removeprefix("genomics-dev-"): one.inputs for one in recorder.named(_SUBNET)}
    public = set() if layout == "isolated" else {"public-0", "public-1"}
    assert set(found) == {"private-0", "private-1", *public}
    assert {name for name, inputs in found.items() if inputs["mapPublicIpOnLaunch"]} == public


def test_ways_to_the_internet(made: tuple[str, Recorder]) -> None:
    layout, recorder = made
    gateways = len(recorder.named("aws:ec2/internetGateway:InternetGateway"))
    nat = len(recorder.named("aws:ec2/natGateway:NatGateway"))
    assert (gateways, nat) == {"all-private": (1, 1), "public-head": (1, 1), "all-public": (1, 0), "isolated": (0, 0)}[
        layout
    ]
    routes = {
        "all-private": {"public": "gatewayId", "private-0": "natGatewayId"},
        "public-head": {"public": "gatewayId", "private-0": "natGatewayId"},
        "all-public": {"public": "gatewayId"},
        "isolated": {},
    }[layout]
    assert _names(recorder, _ROUTE) == set(routes)
    for name, key in routes.items():
        (one,) = [one for one in recorder.named(_ROUTE) if one.name == f"genomics-dev-{name}"]
        assert key in one.inputs


def test_gateway_endpoints_stand_in_every_table(made: tuple[str, Recorder]) -> None:
    _, recorder = made
    gateways = [one.inputs for one in recorder.named(_ENDPOINT) if one.inputs["vpcEndpointType"] == "Gateway"]
    assert {one["serviceName"].rpartition(".")[2] for one in gateways} == {"s3", "dynamodb"}
    tables = {f"{one.name}-id" for one in recorder.named(_TABLE)}
    assert all(set(one["routeTableIds"]) == tables for one in gateways)


def test_interface_endpoints_stand_where_there_is_no_internet(made: tuple[str, Recorder]) -> None:
    layout, recorder = made
    found = [one.inputs for one in recorder.named(_ENDPOINT) if one.inputs["vpcEndpointType"] == "Interface"]
    assert bool(found) is (layout == "isolated")
    for inputs in found:
        assert inputs["privateDnsEnabled"] is True
        assert inputs["subnetIds"] == ["genomics-dev-private-0-id", "genomics-dev-private-1-id"]
        assert inputs["securityGroupIds"] == ["genomics-dev-endpoints-id"]


def test_nodes_stand_where_the_layout_says(made: tuple[str, Recorder]) -> None:
    layout, recorder = made
    document = recorder.one("parallelcluster:index:Cluster").inputs["configuration"]
    queue = document["Scheduling"]["SlurmQueues"][0]["Networking"]
    found = (
        document["HeadNode"]["Networking"]["SubnetId"],
        document["LoginNodes"]["Pools"][0]["Networking"]["SubnetIds"][0],
        queue["SubnetIds"][0],
    )
    kinds = {
        "all-private": ("private", "private", "private"),
        "public-head": ("public", "public", "private"),
        "all-public": ("public", "public", "public"),
        "isolated": ("private", "private", "private"),
    }[layout]
    assert found == tuple(f"genomics-dev-{kind}-0-id" for kind in kinds)
    assert queue.get("AssignPublicIp") == (True if layout == "all-public" else None)


def test_names_of_nodes_need_no_zone_where_route_53_is_out_of_reach(made: tuple[str, Recorder]) -> None:
    layout, recorder = made
    slurm = recorder.one("parallelcluster:index:Cluster").inputs["configuration"]["Scheduling"]["SlurmSettings"]
    isolated = {"DisableManagedDns": True, "UseEc2Hostnames": True}
    assert slurm.get("Dns") == (isolated if layout == "isolated" else None)


def test_machines_reach_the_endpoints_and_nobody_else_does() -> None:
    recorder = run(
        None,
        "dev",
        network={"layout": "isolated"},
        cluster={"loginNodes": {"count": 1}},
        jumpHost={"kind": "ec2", "ami": "ami-0123456789abcdef0"},
    )

    def of_group(direction: str) -> list[Recorded]:
        kind = f"aws:vpc/securityGroup{direction}Rule:SecurityGroup{direction}Rule"
        return [one for one in recorder.named(kind) if one.inputs["securityGroupId"] == "genomics-dev-endpoints-id"]

    found = [one.inputs for one in of_group("Ingress")]
    assert {one["referencedSecurityGroupId"] for one in found} == {
        f"genomics-dev-{role}-id" for role in ("head", "compute", "login", "jump-host")
    }
    assert {(one["fromPort"], one["toPort"]) for one in found} == {(443, 443)}
    assert of_group("Egress") == []


@pytest.mark.parametrize(
    ("sections", "more"),
    [
        ({"storage": {"home": "cluster"}}, set()),
        ({"storage": {"home": "cluster"}, "databases": {"slurm": {}}}, {"secretsmanager"}),
        ({"storage": {"home": "cluster"}, "cluster": {"slurmRestApi": {}}}, {"secretsmanager"}),
        ({"storage": {"home": "cluster"}, "cluster": {"slurmRestApi": {"jwks": JWKS}}}, set()),
        (
            {
                "storage": {"home": "cluster"},
                "cluster": {"slurmRestApi": {"jwks": JWKS, "tls": {}}, "dnsZone": "cluster.internal"},
            },
            {"secretsmanager"},
        ),
        ({"cluster": {"loginNodes": {"count": 1}}}, {"elasticloadbalancing", "autoscaling", "elasticfilesystem"}),
        ({}, {"elasticfilesystem"}),
    ],
)
def test_endpoints_are_chosen_by_need(sections: dict[str, Any], more: set[str]) -> None:
    least = {"logs", "cloudformation", "ec2", "monitoring", "ssm", "ssmmessages", "ec2messages"}
    assert set(needed(load_with(**sections))) == least | more


def test_a_stack_file_adds_endpoints_in_any_layout() -> None:
    assert interfaces(load_with()) == ()
    assert interfaces(load_with(network={"endpoints": ["sts", "sts"]})) == ("sts",)
    isolated = interfaces(load_with(network={"layout": "isolated", "endpoints": ["sts", "logs"]}))
    assert isolated[-1] == "sts"
    assert isolated.count("logs") == 1


def test_names_of_services() -> None:
    assert service_name("ec2", "eu-west-1") == "com.amazonaws.eu-west-1.ec2"
    assert service_name("ec2", "cn-north-1") == "cn.com.amazonaws.cn-north-1.ec2"
    assert service_name("logs", "cn-north-1") == "com.amazonaws.cn-north-1.logs"


def test_what_the_stack_file_says_goes_before_the_layout() -> None:
    said = load_with(network={"layout": "public-head"}, cluster={"headNode": {"public": False}})
    assert places(said) == Places(head=False, login=False, compute=False, jump_host=False)
    login = load_with(cluster={"loginNodes": {"count": 1, "public": True}})
    assert places(login) == Places(head=False, login=True, compute=False, jump_host=False)


@pytest.mark.parametrize(
    ("network", "zones"),
    [
        ({"zones": 3}, (3, 3)),
        ({"zones": 1, "layout": "isolated"}, (0, 1)),
        ({"vpcId": "vpc-01234567", "privateSubnetIds": ["subnet-01234567", "subnet-01234568"]}, (0, 2)),
        ({"vpcId": "vpc-01234567", "layout": "all-public", "publicSubnetIds": ["subnet-01234567"]}, (1, 1)),
    ],
)
def test_how_many_subnets_there_are(network: dict[str, Any], zones: tuple[int, int]) -> None:
    settings = load_with(network=network)
    assert (public_zones(settings), service_zones(settings)) == zones


@pytest.mark.parametrize(
    ("layout", "private", "public"),
    [
        # head node, load balancer and 2 login nodes, 4 compute nodes; a mount target; a NAT gateway; 10 endpoints
        ("all-private", 8 + 1, 1),
        ("public-head", 4 + 1, 4 + 1),
        ("all-public", 1, 8),
        ("isolated", 8 + 1 + 10, 0),
    ],
)
def test_addresses_in_use_by_layout(layout: str, private: int, public: int) -> None:
    settings = load_with(network={"layout": layout}, cluster={"loginNodes": {"count": 2}})
    assert (addresses(settings, public=False), addresses(settings, public=True)) == (private, public)


def test_an_existing_network_may_be_all_public() -> None:
    network = {"layout": "all-public", "vpcId": "vpc-01234567", "publicSubnetIds": ["subnet-01234567"]}
    recorder = run(None, "dev", network=network)
    (target,) = recorder.named("aws:efs/mountTarget:MountTarget")
    assert target.inputs["subnetId"] == "subnet-01234567"
