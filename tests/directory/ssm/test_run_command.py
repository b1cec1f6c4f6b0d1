"""Run Command of the emulator, which runs scripts for real on instances."""

from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.directory.ssm.bench import Bench
from tests.emulator.rig import until

pytestmark = pytest.mark.directory


def test_a_script_runs_for_real_and_answers_both_streams_and_its_code(bench: Bench) -> None:
    done = bench.run("echo $((40 + 2))", "echo aside >&2", "cat", "exit 7")
    assert (done["Status"], done["ResponseCode"]) == ("Failed", 7)
    assert (done["StandardOutputContent"], done["StandardErrorContent"]) == ("42\n", "aside\n")
    assert bench.run("true")["Status"] == "Success"


def test_each_instance_has_a_home_and_finds_the_emulator(bench: Bench) -> None:
    done = bench.run('pwd; echo "$HOME"; echo "$AWS_ENDPOINT_URL"; ls -d commands')
    home = bench.home
    assert done["StandardOutputContent"].splitlines() == [str(home), str(home), bench.aws.endpoint, "commands"]
    assert list(Path(home, "commands").iterdir()) == []


def test_what_a_script_left_running_goes_on(bench: Bench) -> None:
    late = "setsid sh -c 'until test -e go; do sleep 0.1; done; echo done > late' < /dev/null > /dev/null 2>&1 &"
    assert bench.run(late)["Status"] == "Success"
    assert bench.run("test -e late")["ResponseCode"] == 1
    bench.run("touch go")
    until((bench.home / "late").exists)
    assert until(lambda: bench.run("cat late")["StandardOutputContent"]) == "done\n"


def test_a_script_ends_at_its_timeout_and_its_output_is_cut(bench: Bench) -> None:
    late = bench.run("echo begun; sleep 60", seconds=1)
    assert (late["Status"], late["ResponseCode"], late["StandardOutputContent"]) == ("TimedOut", -1, "begun\n")
    assert len(bench.run("head -c 30000 /dev/zero | tr '\\0' x")["StandardOutputContent"]) == 24_000


def test_an_instance_without_the_policy_is_not_managed(bench: Bench) -> None:
    ssm = bench.aws.client("ssm")
    assert [one["InstanceId"] for one in ssm.describe_instance_information()["InstanceInformationList"]] == [
        bench.managed
    ]
    asked = ssm.describe_instance_information(Filters=[{"Key": "InstanceIds", "Values": [bench.bare]}])
    assert asked["InstanceInformationList"] == []
    with pytest.raises(ClientError, match="InvalidInstanceId"):
        bench.run("true", instance=bench.bare)


def test_without_the_hosts_server_nothing_is_managed(bench: Bench) -> None:
    record = bench.host.private_key_file.parent.parent / "run/jumphost.json"
    moved = record.rename(record.with_suffix(".away"))
    try:
        assert bench.aws.client("ssm").describe_instance_information()["InstanceInformationList"] == []
        with pytest.raises(ClientError, match="InvalidInstanceId"):
            bench.run("true")
    finally:
        moved.rename(record)
