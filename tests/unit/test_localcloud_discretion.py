"""Flags and variables with which pulumi would show secrets are refused."""

import subprocess
import sys

import pytest

from localcloud import discretion
from localcloud.errors import LocalCloudError


@pytest.mark.parametrize(
    "flags",
    [["-v=9"], ["-v9"], ["-v", "7"], ["--verbose=11"], ["--verbose", "9"], ["-yv9"], ["--yes", "-dv=7", "--logflow"]],
)
def test_a_log_with_secrets_is_refused(flags: list[str]) -> None:
    with pytest.raises(LocalCloudError, match="--verbose=6 or lower"):
        discretion.check_flags(flags)


@pytest.mark.parametrize(
    "flags",
    [[], ["-v=6"], ["-v3", "--logtostderr", "--debug"], ["--verbose", "6"], ["-m", "v9"], ["-mv9"], ["-v"], ["-v=x"]],
)
def test_other_flags_pass(flags: list[str]) -> None:
    discretion.check_flags(flags)


def test_a_record_of_all_calls_is_refused() -> None:
    with pytest.raises(LocalCloudError, match="unset PULUMI_DEBUG_GRPC"):
        discretion.check_environment({"PULUMI_DEBUG_GRPC": "/tmp/calls"})


@pytest.mark.parametrize("environment", [{}, {"PULUMI_DEBUG_GRPC": ""}])
def test_other_environments_pass(environment: dict[str, str]) -> None:
    discretion.check_environment(environment)


def test_nothing_that_is_started_leaves_a_core() -> None:
    show = "import subprocess; subprocess.run(['/bin/sh', '-c', 'ulimit -S -c; ulimit -H -c'])"
    loud = "import resource as r; hard = r.getrlimit(r.RLIMIT_CORE)[1]; r.setrlimit(r.RLIMIT_CORE, (hard, hard)); "
    quiet = "from localcloud import discretion; discretion.no_core_dumps(); "
    limits = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.split()
        for code in (loud + show, loud + quiet + show)
    ]
    assert limits[0][0] == limits[0][1]
    assert limits[1] == ["0", limits[0][1]]
