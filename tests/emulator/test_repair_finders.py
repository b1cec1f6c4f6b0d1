"""What a killed run made is found among others of the same name."""

from typing import Any

import pytest

from scripts.operator.repair import looking
from scripts.operator.repair.finding import Wanted
from scripts.operator.repair.finishing import STATES
from tests.emulator.rig import shared

pytestmark = pytest.mark.emulator

PREFIX_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList"


def _prefix_list(ec2: Any, name: str, stack: str) -> str:
    tags = [{"ResourceType": "prefix-list", "Tags": [{"Key": "hpcstack:stack", "Value": stack}]}]
    made = ec2.create_managed_prefix_list(
        PrefixListName=name, AddressFamily="IPv4", MaxEntries=2, Entries=[], TagSpecifications=tags
    )
    return made["PrefixList"]["PrefixListId"]


def test_a_prefix_list_is_known_by_name_and_tags() -> None:
    aws = shared()
    ec2 = aws.client("ec2")
    lists = [_prefix_list(ec2, *what) for what in (("sources", "dev"), ("sources", "other"), ("others", "dev"))]
    try:
        urn = f"urn:pulumi:dev::hpcstack::{PREFIX_LIST}::sources"
        wanted = Wanted(urn, {"name": "sources"}, {"hpcstack:stack": "dev"}, aws.client)
        assert [found.identity for found in looking.FINDERS[PREFIX_LIST](wanted)] == lists[:1]
        assert STATES[PREFIX_LIST].ask(wanted, lists[0]) not in STATES[PREFIX_LIST].passing
        absent = Wanted(urn, {"name": "sources"}, {"hpcstack:stack": "third"}, aws.client)
        assert not list(looking.FINDERS[PREFIX_LIST](absent))
    finally:
        for one in lists:
            ec2.delete_managed_prefix_list(PrefixListId=one)
