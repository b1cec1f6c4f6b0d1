"""What is asked and said about an image that exists already."""

from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ClientError

from components import machine_image
from planning.machine_image import Found, remark
from settings import Settings
from tests.unit.test_planning import load_with

AMI = "ami-0123456789abcdef0"
TOLD = {"Architecture": "x86_64", "Name": "ours", "State": "available", "Tags": [{"Key": "a", "Value": "b"}]}


def named() -> Settings:
    return load_with(image={"ami": AMI})


class Ec2:
    """Answers describe_images."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def describe_images(self, ImageIds: list[str]) -> Any:
        assert ImageIds == [AMI]
        if isinstance(self.answer, str):
            raise ClientError({"Error": {"Code": self.answer, "Message": "no"}}, "DescribeImages")
        return {"Images": self.answer}


def asked(answer: Any, settings: Settings | None = None) -> tuple[list[str], list[str]]:
    """The rules that an answer of EC2 breaks, and the warnings."""
    lines: list[str] = []
    with patch("boto3.client", return_value=Ec2(answer)):
        found = machine_image.problems(settings or named(), lines.append)
    return [one.rule for one in found], lines


@pytest.mark.parametrize("answer", [[], "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"])
def test_an_image_that_is_not_there_is_a_problem(answer: Any) -> None:
    assert asked(answer) == (["ami-absent"], [])


def test_one_that_cannot_be_asked_about_is_a_warning() -> None:
    problems, (line,) = asked("UnauthorizedOperation")
    assert problems == []
    assert f"{AMI} was not checked: AWS did not answer" in line


def test_what_its_tags_do_not_say_is_a_warning() -> None:
    problems, (line,) = asked([TOLD])
    assert problems == []
    assert "has no tag parallelcluster:version and parallelcluster:os" in line


def test_one_that_fits_is_silent_and_an_official_image_is_not_asked_about() -> None:
    tags = [
        {"Key": "parallelcluster:os", "Value": "ubuntu2404"},
        {"Key": "parallelcluster:version", "Value": "3.16.1"},
    ]
    assert asked([{**TOLD, "Tags": tags}]) == ([], [])
    assert asked("Never", load_with(image="none")) == ([], [])


def test_an_official_images_name_tells_version_and_system() -> None:
    found = Found("x86_64", "aws-parallelcluster-3.16.1-ubuntu-2404-lts-hvm-x86_64-202603011200")
    assert (found.version, found.os) == ("3.16.1", "ubuntu2404")
    assert remark(named(), found) is None
