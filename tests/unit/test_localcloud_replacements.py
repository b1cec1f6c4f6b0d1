"""Both domain controllers are not replaced by one command."""

import pytest

from localcloud import replacements
from localcloud.errors import LocalCloudError

ONE, OTHER = (
    f"urn:pulumi:dev::hpcstack::hpcstack:index:DomainControllers$aws:ec2/instance:Instance::genomics-dev-directory-dc{n}"
    for n in (1, 2)
)
INTERFACE = OTHER.replace("instance:Instance", "networkInterface:NetworkInterface")


@pytest.mark.parametrize(
    "flags",
    [
        ["--target-replace", ONE, "--target-replace", OTHER],
        [f"--target-replace={OTHER}", "--yes", f"--replace={ONE}"],
        ["--replace", ONE, f"--replace={OTHER}"],
    ],
)
def test_both_at_once_are_refused(flags: list[str]) -> None:
    with pytest.raises(LocalCloudError, match="directory would be lost") as refused:
        replacements.check_flags(flags)
    assert ONE in str(refused.value)
    assert OTHER in str(refused.value)


@pytest.mark.parametrize(
    "flags",
    [
        [],
        ["--yes", "--replace"],
        ["--target-replace", ONE],
        ["--target-replace", ONE, f"--target-replace={ONE}"],
        ["--target-replace", ONE, "--target", OTHER],
        ["--target-replace", ONE, "--target-replace", INTERFACE],
    ],
)
def test_one_at_a_time_passes(flags: list[str]) -> None:
    replacements.check_flags(flags)


@pytest.mark.parametrize(
    "flags",
    [
        ["--target-replace", "**Instance::genomics-dev-directory-dc*"],
        ["--target-replace", "**-directory-dc1", "--replace=**-directory-dc2"],
        ["--target-replace", "**-dc1", "--target-replace", OTHER],
    ],
)
def test_patterns_that_may_mean_both_are_refused(flags: list[str]) -> None:
    with pytest.raises(LocalCloudError, match="directory would be lost"):
        replacements.check_flags(flags)


def test_a_pattern_that_means_one_passes() -> None:
    replacements.check_flags(["--target-replace", "**-directory-dc1", "--replace", "**networkInterface::x"])
