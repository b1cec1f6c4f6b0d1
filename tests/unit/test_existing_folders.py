"""How existing file systems are asked for, where AWS answers otherwise than it mostly does."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock, patch

import pytest
from botocore.exceptions import ClientError

from components import existing_folders
from planning.existing_folders import Door, ExistingFolders, FileSystem, Ground, Place
from planning.mountable import problems, remarks
from planning.reach import Group
from settings import Settings
from tests.unit.test_settings import load_with

FOLDER = {"name": "data", "mountDir": "/data", "kind": "efs", "fileSystemId": "fs-0123456789abcdef0"}


class Pages:
    """EC2, of which some calls are answered."""

    def __init__(self, **answers: list[dict[str, Any]]) -> None:
        self._answers = answers

    def get_paginator(self, call: str) -> Any:
        def paginate(**_: Any) -> Iterator[dict[str, Any]]:
            yield {"Vpcs": self._answers.get(call), "Subnets": self._answers.get(call)}

        return Mock(paginate=paginate)


def settings_with(**network: Any) -> Settings:
    return load_with(network=network, storage={"folders": [FOLDER]})


def subnet(zone: str, cidr: str) -> dict[str, Any]:
    return {"AvailabilityZone": zone, "CidrBlock": cidr, "MapPublicIpOnLaunch": False}


@pytest.mark.parametrize(
    ("network", "zones"),
    [({"zoneNames": ["eu-west-1c", "eu-west-1a"]}, ["eu-west-1c", "eu-west-1a"]), ({}, ["eu-west-1a", "eu-west-1c"])],
)
def test_zones_of_the_own_network_are_in_the_order_of_the_stack_file(network: dict[str, Any], zones: list[str]) -> None:
    cidrs = {"eu-west-1a": "10.20.1.0/24", "eu-west-1c": "10.20.0.0/24"}
    ec2 = Pages(
        describe_vpcs=[{"VpcId": "vpc-1"}], describe_subnets=[subnet(zone, cidr) for zone, cidr in cidrs.items()]
    )
    ground = existing_folders._ground(ec2, settings_with(**network), "dev")
    assert ground == Ground(vpc_id="vpc-1", private=tuple(Place(zone, cidrs[zone]) for zone in zones))


def test_a_profile_that_is_not_there_is_a_line_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nosuch")
    with patch("boto3.DEFAULT_SESSION", None):
        (line,) = existing_folders.begin(settings_with(), "dev")().unanswered
    assert line == (
        "hpcstack:storage.folders: what they name was not checked: AWS did not answer: "
        "The config profile (nosuch) could not be found"
    )


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "DescribeFileSystems")


@pytest.mark.parametrize("kind", ["efs", "lustre"])
def test_what_its_own_service_does_not_know_is_absent_whatever_the_other_says(kind: str) -> None:
    own, other = ("efs", "fsx") if kind == "efs" else ("fsx", "efs")
    clients = Mock()
    getattr(clients, own).describe_file_systems.side_effect = refusal("FileSystemNotFound")
    getattr(clients, other).describe_file_systems.side_effect = refusal("AccessDeniedException")
    (folder,) = load_with(storage={"folders": [{**FOLDER, "kind": kind}]}).storage.folders
    assert existing_folders._system(clients, folder) is None
    getattr(clients, own).describe_file_systems.side_effect = refusal("AccessDeniedException")
    with pytest.raises(ClientError):
        existing_folders._system(clients, folder)


@pytest.mark.parametrize(("known", "rules"), [({"sg-1"}, []), ({"sg-1", "sg-2"}, ["existing-folder-groups"])])
def test_of_a_door_with_a_group_that_aws_does_not_tell_nothing_is_said(known: set[str], rules: list[str]) -> None:
    system = FileSystem(kind="efs", vpc_id="vpc-1", doors=(Door(zone="eu-west-1a", groups=("sg-1", "sg-2")),))
    found = ExistingFolders(systems={0: system}, groups={group: Group() for group in known})
    ground = Ground(vpc_id="vpc-1", private=(Place("eu-west-1a", "10.20.0.0/24"),))
    assert [one.rule for one in problems(settings_with(), found, ground)] == rules


def test_what_fsx_calls_misconfigured_is_a_remark() -> None:
    folder = {"name": "lab", "mountDir": "/lab", "kind": "ontap", "volumeId": "fsvol-0123456789abcdef0"}
    system = FileSystem(kind="ontap", vpc_id="vpc-1", volume_state="MISCONFIGURED")
    found, settings = ExistingFolders(systems={0: system}), load_with(storage={"folders": [folder]})
    assert not list(problems(settings, found, None))
    assert list(remarks(settings, found)) == [
        "hpcstack:storage.folders[0].volumeId: fsvol-0123456789abcdef0 is MISCONFIGURED: "
        "look at what FSx says of it, and whether nodes can mount it"
    ]


@pytest.mark.parametrize(("place", "warned"), [("/home", True), ("/home/team", True), ("/homes", False)])
def test_homes_on_scratch_are_told_wherever_they_lie(place: str, warned: bool) -> None:
    folder = {"name": "a", "mountDir": place, "kind": "lustre", "fileSystemId": "fs-0123456789abcdef0"}
    found = ExistingFolders(systems={0: FileSystem(kind="lustre", vpc_id="vpc-1", scratch=True)})
    settings = load_with(storage={"folders": [folder]} | ({} if place == "/home" else {"home": "cluster"}))
    assert any(f"files of {place} are lost" in line for line in remarks(settings, found)) is warned
