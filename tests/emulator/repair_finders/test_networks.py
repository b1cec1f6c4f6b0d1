"""Parts of a network that a killed run made are found among others of the same name or place."""

from typing import Any

import pytest

from tests.emulator.repair_finders.lookup import OTHERS, OURS, STATES, found, ids, state, tagged
from tests.emulator.rig import shared

pytestmark = pytest.mark.emulator


def _prefix_list(ec2: Any, name: str, stack: str) -> str:
    made = ec2.create_managed_prefix_list(
        PrefixListName=name,
        AddressFamily="IPv4",
        MaxEntries=2,
        Entries=[],
        TagSpecifications=tagged("prefix-list", stack),
    )
    return made["PrefixList"]["PrefixListId"]


def test_a_prefix_list_is_known_by_name_and_tags() -> None:
    ec2, token = shared().client("ec2"), "aws:ec2/managedPrefixList:ManagedPrefixList"
    lists = [_prefix_list(ec2, *what) for what in (("sources", OURS), ("sources", OTHERS), ("others", OURS))]
    try:
        assert ids(token, name="sources") == lists[:1]
        assert state(token, lists[0]) not in STATES[token].passing
        assert found(token, "third", name="sources") == []
    finally:
        for one in lists:
            ec2.delete_managed_prefix_list(PrefixListId=one)


def test_a_network_interface_is_known_by_its_tags_and_subnet() -> None:
    ec2 = shared().client("ec2")
    subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]][:2]
    made: list[str] = []
    for subnet, stack in ((subnets[0], OURS), (subnets[1], OURS), (subnets[0], OTHERS)):
        answer = ec2.create_network_interface(SubnetId=subnet, TagSpecifications=tagged("network-interface", stack))
        made.append(answer["NetworkInterface"]["NetworkInterfaceId"])
    try:
        assert ids("aws:ec2/networkInterface:NetworkInterface", subnetId=subnets[0]) == made[:1]
    finally:
        for one in made:
            ec2.delete_network_interface(NetworkInterfaceId=one)
