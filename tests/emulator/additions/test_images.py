"""Images: the official ones, Canonical's, and what Image Builder makes."""

import re

import pytest

from localcloud.emulator import seed
from localcloud.emulator.additions import image_build
from tests.emulator.rig import Emulator, refusal_code

pytestmark = pytest.mark.emulator


def test_official_images_of_every_system_and_architecture_are_amazons(aws: Emulator) -> None:
    found = aws.client("ec2").describe_images(
        Owners=["amazon"], Filters=[{"Name": "name", "Values": ["aws-parallelcluster-3.16.1-*"]}]
    )["Images"]
    parts = {
        re.match(r"aws-parallelcluster-3.16.1-(.+)-hvm-(x86_64|arm64)-", image["Name"]).groups() for image in found
    }  # type: ignore[union-attr]
    systems = {"amzn2023", "ubuntu-2204-lts", "ubuntu-2404-lts", "rhel8", "rhel9", "rocky8", "rocky9"}
    assert parts == {(system, architecture) for system in systems for architecture in ("x86_64", "arm64")}
    assert all(image["RootDeviceName"] == image["BlockDeviceMappings"][0]["DeviceName"] for image in found)


@pytest.mark.parametrize("release", ["hvm-ssd-gp3/ubuntu-noble-24.04", "hvm-ssd/ubuntu-jammy-22.04"])
def test_canonicals_images_are_found_by_owner_and_pattern(aws: Emulator, release: str) -> None:
    pattern = [{"Name": "name", "Values": [f"ubuntu/images/{release}-amd64-server-*"]}]
    ec2 = aws.client("ec2")
    assert len(ec2.describe_images(Owners=[seed.CANONICAL], Filters=pattern)["Images"]) == 1
    assert ec2.describe_images(Owners=["137112412989"], Filters=pattern)["Images"] == []


def test_ids_of_images_follow_from_their_names() -> None:
    ids = [image["ami_id"] for image in seed.images()]
    assert ids == [image["ami_id"] for image in seed.images()]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("name", "tags", "expected"),
    [
        ("aws-parallelcluster-3.16.1-ubuntu-2404-lts-hvm-x86_64-1", {}, "ubuntu2404"),
        ("ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-1", {}, "ubuntu2204"),
        ("al2023-ami-2023.9.1-x86_64", {}, "alinux2023"),
        ("RHEL-9.6.0_HVM-x86_64", {}, "rhel9"),
        ("built-before", {"parallelcluster:os": "rocky9"}, "rocky9"),
    ],
)
def test_system_of_a_parent_image(name: str, tags: dict[str, str], expected: str) -> None:
    assert image_build.operating_system(name, tags) == expected


def test_image_builder_does_not_know_other_images(aws: Emulator) -> None:
    arn = "arn:aws:imagebuilder:us-east-1:123456789012:image/none/1.0.0/1"
    call = aws.client("imagebuilder").get_image
    assert refusal_code(call, imageBuildVersionArn=arn) == "ResourceNotFoundException"
