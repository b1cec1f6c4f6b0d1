"""Nobody gets in from anywhere unless the stack file says so in that word."""

import re
from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from tests.unit.contracts.stack_files import STACK_FILES, every_stack_file, made
from tests.unit.contracts.walk import texts
from tests.unit.recorder import Recorder, record

_OUTWARD = (
    ("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", r"\.cidrIpv[46]"),
    ("aws:ec2/securityGroup:SecurityGroup", r"\.egress\[\d+\]\.(ipv6C|c)idrBlocks\[\d+\]"),
    ("aws:ec2/route:Route", r"\.destination(Ipv6)?CidrBlock"),
)
"""Inputs that speak of the way out."""
_WIDE = 8
"""A range of fewer bits of prefix is anywhere too: two halves of the internet are all of it."""
_PORTS = ("Ssh", "Dcv")
"""Sections of head and login nodes that ParallelCluster opens to 0.0.0.0/0 where they name no AllowedIps."""


def faults(recorder: Recorder, words: set[str]) -> list[str]:
    found = [
        f"{one.urn} {text.path}: lets in {text.value}"
        for one in recorder.resources
        for text in texts(one.raw)
        if _is_anywhere(text.value) and text.value not in words and not _is_outward(one.token, text.path)
    ]
    for one in recorder.named("parallelcluster:index:Cluster"):
        found += [
            f"{one.urn} {path}: ParallelCluster's default is everybody" for path in _open(one.inputs["configuration"])
        ]
    return found


def _is_anywhere(text: str) -> bool:
    if not re.fullmatch(r"[0-9a-fA-F.:]+/\d{1,3}", text):
        return False
    return ip_network(text, strict=False).prefixlen < _WIDE


def _is_outward(token: str, path: str) -> bool:
    return any(token == other and re.fullmatch(pattern, path) for other, pattern in _OUTWARD)


def _open(document: dict[str, Any]) -> list[str]:
    sections = {"HeadNode": document.get("HeadNode", {})}
    sections |= {f"LoginNodes/{pool['Name']}": pool for pool in document.get("LoginNodes", {}).get("Pools", [])}
    wanted = [
        (name, key, section) for name, section in sections.items() for key in _PORTS if key in section or key == "Ssh"
    ]
    return [f"{name}/{key}" for name, key, section in wanted if "AllowedIps" not in section.get(key, {})]


@every_stack_file
def test_nobody_gets_in_whom_the_stack_file_does_not_name(name: str) -> None:
    assert faults(made(name).recorder, STACK_FILES[name].words) == []


def test_the_word_is_needed() -> None:
    (rule, entry) = faults(made("three zones, open").recorder, set())
    assert "lets in 0.0.0.0/0" in entry
    assert "lets in 0.0.0.0/0" in rule


def _rule(**source: Any) -> None:
    kind: Any = aws.vpc.SecurityGroupIngressRule
    kind("rule", security_group_id="sg-1", ip_protocol="tcp", from_port=22, to_port=22, **source)


def _group() -> None:
    rule: Any = {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"]}
    aws.ec2.SecurityGroup("group", ingress=[rule], egress=[{**rule, "protocol": "-1"}])


def _prefix_list() -> None:
    aws.ec2.ManagedPrefixList("l", name="l", address_family="IPv4", max_entries=1, entries=[{"cidr": "0.0.0.0/0"}])


def _cluster(**document: Any) -> None:
    pulumi.CustomResource("parallelcluster:index:Cluster", "cluster", {"configuration": document})


CLOSED = {"Ssh": {"AllowedIps": "10.0.0.0/16"}}


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (lambda: _rule(cidr_ipv4="0.0.0.0/0"), "lets in 0.0.0.0/0"),
        (lambda: _rule(cidr_ipv6="::/0"), "lets in ::/0"),
        (lambda: _rule(cidr_ipv4="128.0.0.0/1"), "lets in 128.0.0.0/1"),
        (_group, ".ingress[0].cidrBlocks[0]: lets in 0.0.0.0/0"),
        (_prefix_list, ".entries[0].cidr: lets in 0.0.0.0/0"),
        (lambda: _cluster(HeadNode={"InstanceType": "t3.micro"}), "HeadNode/Ssh: ParallelCluster's default"),
        (lambda: _cluster(HeadNode={**CLOSED, "Dcv": {"Enabled": True}}), "HeadNode/Dcv: ParallelCluster's default"),
        (lambda: _cluster(HeadNode={"Ssh": {"AllowedIps": "0.0.0.0/0"}}), ".Ssh.AllowedIps: lets in 0.0.0.0/0"),
        (
            lambda: _cluster(HeadNode=CLOSED, LoginNodes={"Pools": [{"Name": "login"}]}),
            "LoginNodes/login/Ssh: ParallelCluster's default",
        ),
    ],
)
def test_an_open_door_is_found(wrong: Callable[[], None], expected: str) -> None:
    (fault,) = faults(record(wrong), {"198.51.100.0/24"})
    assert expected in fault


def test_the_way_out_and_a_named_range_are_no_faults() -> None:
    def right() -> None:
        aws.vpc.SecurityGroupEgressRule("out", security_group_id="sg-1", ip_protocol="-1", cidr_ipv4="0.0.0.0/0")
        aws.ec2.Route("route", route_table_id="rtb-1", destination_cidr_block="0.0.0.0/0")
        _rule(cidr_ipv4="198.51.100.0/24")
        _cluster(HeadNode=CLOSED)

    assert faults(record(right), {"198.51.100.0/24"}) == []
