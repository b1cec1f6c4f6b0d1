"""Groups by role: each only where the stack needs it, and rules from group to group."""

import re
from typing import Any

import pytest

from planning.cluster import NodeGroups
from planning.security_groups import NODES, ROLES, goes_out, needed, rules
from tests.unit.recorder import Recorded, Recorder, record, run
from tests.unit.test_settings import load_with

_EFA = {"queues": [{"name": "mpi", "instanceTypes": ["c6in.32xlarge"], "efa": True}, {"name": "small"}]}
_INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"


@pytest.mark.parametrize(
    ("section", "value", "roles"),
    [
        ("team", "genomics", {"efs"}),
        ("storage", {"home": "cluster"}, set()),
        ("cluster", {"loginNodes": {"count": 1}}, {"login", "efs"}),
        ("cluster", _EFA, {"efa", "efs"}),
        ("storage", {"folders": [{"name": "home", "mountDir": "/home"}]}, {"efs"}),
        ("storage", {"folders": [{"name": "a", "mountDir": "/home", "kind": "ontap"}]}, {"ontap"}),
        ("storage", {"folders": [{"name": "a", "mountDir": "/a", "kind": "openzfs"}]}, {"openzfs", "efs"}),
        ("databases", {"slurm": {}}, {"slurm_database", "database_clients", "efs"}),
        ("databases", {"applications": {}}, {"applications_database", "efs"}),
        ("image", {"components": ["keep-ipc"]}, {"image", "efs"}),
        ("jumpHost", {"kind": "ec2"}, {"jump_host", "efs"}),
    ],
)
def test_a_group_is_there_only_where_the_stack_needs_it(section: str, value: Any, roles: set[str]) -> None:
    assert needed(load_with(**{section: value})) == {"head", "compute", *roles}


def test_every_rule_is_between_two_groups_that_are_there() -> None:
    everything = frozenset(ROLES)
    assert {end for rule in rules(everything) for end in (rule.source, rule.target)} <= everything
    assert not list(rules(frozenset({"head", "compute"})))
    names = [rule.name for rule in rules(everything)]
    assert len(set(names)) == len(names)


def test_the_adapters_group_lets_all_of_itself_in_and_out_and_nothing_else() -> None:
    found = [rule for rule in rules(frozenset(ROLES)) if "efa" in (rule.source, rule.target)]
    assert {(rule.source, rule.target, rule.protocol, rule.first, rule.outward) for rule in found} == {
        ("efa", "efa", "-1", None, False),
        ("efa", "efa", "-1", None, True),
    }
    assert not goes_out("efa")


_PORTS = {
    "ontap": {(111, 111), (635, 635), (2049, 2049), (4045, 4046)},
    "openzfs": {(111, 111), (2049, 2049), (20001, 20003)},
}


@pytest.mark.parametrize("kind", ["ontap", "openzfs"])
@pytest.mark.parametrize("node", NODES)
def test_nodes_call_file_servers_of_nfs_and_not_the_other_way(node: str, kind: str) -> None:
    found = list(rules(frozenset({node, kind})))
    assert {(rule.source, rule.target) for rule in found} == {(node, kind)}
    for protocol in ("tcp", "udp"):
        assert {(rule.first, rule.last) for rule in found if rule.protocol == protocol} == _PORTS[kind]


@pytest.mark.parametrize("node", NODES)
def test_lustre_and_its_clients_call_each_other(node: str) -> None:
    found = {(rule.source, rule.target, rule.first, rule.last) for rule in rules(frozenset({node, "lustre"}))}
    ways = {(node, "lustre"), ("lustre", node), ("lustre", "lustre")}
    assert found == {(*way, *ports) for way in ways for ports in ((988, 988), (1018, 1023))}


def test_only_clients_of_the_accounting_database_reach_it() -> None:
    (found,) = [rule for rule in rules(frozenset(ROLES)) if rule.target == "slurm_database"]
    assert (found.source, found.first, found.last) == ("database_clients", 3306, 3306)


def test_the_adapters_group_is_on_its_queues_only() -> None:
    groups = NodeGroups(head=["h"], login=["l"], compute=["c"], efa=["e"])
    assert groups.queue(efa=True) == ["c", "e"]
    assert groups.queue(efa=False) == ["c"]


@pytest.fixture(scope="module")
def made() -> Recorder:
    return run(None, "dev", cluster={**_EFA, "loginNodes": {"count": 1}}, databases={"slurm": {}})


def _of(made: Recorder, token: str, group: str) -> list[Recorded]:
    return [one for one in made.named(token) if one.inputs["securityGroupId"] == f"genomics-dev-{group}-id"]


def test_each_kind_of_node_has_its_own_groups_in_the_document(made: Recorder) -> None:
    document = made.one("parallelcluster:index:Cluster").inputs["configuration"]
    mpi, small = document["Scheduling"]["SlurmQueues"]
    sections = [document["HeadNode"], document["LoginNodes"]["Pools"][0], mpi, small]
    assert [one["Networking"]["AdditionalSecurityGroups"] for one in sections] == [
        ["genomics-dev-head-id", "genomics-dev-database-clients-id"],
        ["genomics-dev-login-id"],
        ["genomics-dev-compute-id", "genomics-dev-efa-id"],
        ["genomics-dev-compute-id"],
    ]


def test_the_adapters_group_has_rules_of_its_own_only(made: Recorder) -> None:
    for token in (_INGRESS, _EGRESS):
        (rule,) = _of(made, token, "efa")
        assert rule.inputs["referencedSecurityGroupId"] == "genomics-dev-efa-id"
        assert rule.inputs["ipProtocol"] == "-1"
        assert "cidrIpv4" not in rule.inputs


def test_all_ranges_of_an_existing_vpc_may_reach_ssh() -> None:
    network = {
        "vpcId": "vpc-0123456789abcdef0",
        "publicSubnetIds": ["subnet-0123456789abcdef0"],
        "privateSubnetIds": ["subnet-0123456789abcdef1", "subnet-0123456789abcdef2"],
        "allowedCidrs": ["198.51.100.0/24"],
    }
    entries = run(None, "dev", network=network).one("aws:ec2/managedPrefixList:ManagedPrefixList").inputs["entries"]
    assert [one["cidr"] for one in entries] == ["198.51.100.0/24", "10.9.0.0/16", "100.64.0.0/16"]


def test_groups_whose_name_changed_take_the_place_of_the_former() -> None:
    """Their state names are found again, so that nothing is deleted before the new group is in use."""
    from components.security_groups import SecurityGroups, SecurityGroupsArgs

    args = SecurityGroupsArgs(
        vpc_id="vpc-1",
        vpc_cidrs=["10.0.0.0/16"],
        roles=frozenset({"head", "compute", "efs", "jump_host"}),
        allowed_cidrs=("198.51.100.0/24", "192.0.2.7/32"),
        ssh_to_jump_host=True,
    )
    recorder = record(lambda: SecurityGroups("team", args) and None)
    found = {
        one.name: [alias["spec"]["name"] for alias in one.options.get("aliases", [])] for one in recorder.resources
    }
    assert {name: former for name, former in found.items() if former} == {
        "team-compute": ["team-nodes"],
        "team-compute-out": ["team-nodes-out"],
        "team-efs": ["team-storage"],
        "team-efs-out": ["team-storage-out"],
        # Named by the range, where the place in the list was the name: in another order each would become another's.
        "team-ssh-to-jump-host-198-51-100-0-24": ["team-ssh-to-jump-host-0"],
        "team-ssh-to-jump-host-192-0-2-7-32": ["team-ssh-to-jump-host-1"],
    }


def test_remote_desktops_are_reached_from_where_ssh_is() -> None:
    on = {"dcv": {"enabled": True, "port": 9443}}
    pools = [
        {"name": "a", "count": 1, **on},
        {"name": "b", "count": 1, "dcv": {"enabled": True}},
        {"name": "c", "count": 1},
    ]
    made = run(None, "dev", cluster={"headNode": on, "loginNodes": {"pools": pools}})
    rules = {
        one.name.removeprefix("genomics-dev-desktops-of-"): one.inputs
        for one in made.named("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        if "desktops" in one.name
    }
    assert set(rules) == {"head-9443", "login-9443", "login-8443"}
    assert {(one["prefixListId"], one["ipProtocol"]) for one in rules.values()} == {
        ("genomics-dev-ssh-sources-id", "tcp")
    }
    assert rules["login-8443"]["securityGroupId"] == "genomics-dev-login-id"
    assert rules["login-8443"]["fromPort"] == rules["login-8443"]["toPort"] == 8443
    assert not [one for one in run().resources if "desktops" in one.name]


def test_descriptions_are_texts_that_ec2_takes() -> None:
    """`CreateSecurityGroup` knows no apostrophe (EC2 API, `GroupDescription`)."""
    assert all(re.fullmatch(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}", text) for text in ROLES.values())
