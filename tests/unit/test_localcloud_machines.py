"""The choice of machines that boot, and the names by which they are found again."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from localcloud import demo, packages, run
from localcloud.errors import LocalCloudError
from localcloud.machines import (
    cleanup,
    commands,
    control_groups,
    debian,
    hypervisor,
    layer,
    mode,
    networks,
    pace,
    place,
    running,
)


@pytest.fixture(autouse=True)
def nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A local cloud without machines."""
    monkeypatch.setattr(place, "FOLDER", tmp_path / "machines")
    monkeypatch.setattr(place, "PREFIX", "hpcstacktest00")
    monkeypatch.setattr(mode, "_CHOSEN", tmp_path / "state/booted")
    monkeypatch.setattr(mode.paths, "STATE", tmp_path / "state")


def test_without_root_machines_stay_emulated(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert demo.choose_machines(["--booted", "--yes"]) == ["--yes"]
    assert "machines stay emulated: to boot, they need root on Linux" in capfd.readouterr().err
    assert not mode.chosen()


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(packages, "ensure", lambda names: packages.Packages(["mmdebstrap"]))
    assert mode.why_not() == "the Debian packages mmdebstrap"


def test_clusters_boot_on_the_local_clouds_own_debian_only(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(mode, "why_not", lambda: None)
    assert mode.why_no_cluster() is None
    monkeypatch.setattr(debian, "SUITE", "sid")
    assert demo.choose_machines(["--booted"]) == []
    assert "need Debian trixie, and HPCSTACK_MACHINES_SUITE says sid" in capfd.readouterr().err
    assert not mode.chosen()


def test_choice_is_kept_and_not_changed_while_the_emulator_runs() -> None:
    with pytest.raises(LocalCloudError, match="runs with emulated machines"):
        mode.choose(running=True)
    mode.choose(running=False)
    assert mode.chosen()
    mode.choose(running=True)


def test_machines_boot_only_for_stacks_of_the_local_cloud() -> None:
    with pytest.raises(LocalCloudError, match="just up NAME --local --booted"):
        run.pulumi("up", ["bluebrain", "--booted"])


def test_names_fit_and_tell_machines_apart() -> None:
    names = [place.name(one) for one in ("i-0123456789abcdef0", "vpc-0123456789abcdef0", "i-0123456789abcdef1")]
    assert len(set(names)) == 3
    assert all(name.startswith("hpcstacktest00-") for name in names)


def test_nothing_is_found_and_nothing_removed_where_there_is_nothing() -> None:
    assert cleanup.left() == []
    assert cleanup.remove_all() is False
    assert running.machines() == []
    with pytest.raises(LocalCloudError, match='no machine "head" runs; none runs; `just demo --booted`'):
        running.named("head")


@pytest.mark.parametrize(
    ("call", "words"), [(commands.ssh, []), (commands.ssh, ["--", "id"]), (commands.job, ["none.sh"])]
)
def test_commands_say_what_they_want(call: object, words: list[str]) -> None:
    assert callable(call)
    with pytest.raises(LocalCloudError, match="name a"):
        call(words)


@pytest.mark.parametrize(("written", "user"), [("a=b\ncfn_cluster_user=ec2-user\n", "ec2-user"), ("", "ubuntu")])
def test_jobs_are_the_cluster_users_where_nobody_is_named(
    written: str, user: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    head, script = running.Running("i-1", "ip-1", "10.0.0.1", "HeadNode", "c", leader=1), tmp_path / "job.sh"
    script.touch()
    monkeypatch.setattr(running, "machines", lambda: [head])
    monkeypatch.setattr(running, "named", lambda _: head)
    told = {"cat": written, "scontrol": "Slurmctld(primary) at ip-1 is UP\n"}

    def answer(_: object, command: list[str], **_more: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1 if "getent" in command else 0, told.get(command[0], ""), "")

    monkeypatch.setattr(running, "run", answer)
    with pytest.raises(LocalCloudError, match=f'knows no user "{user}"'):
        commands.job([str(script)])


def test_one_that_is_off_is_found_by_the_name_that_slurm_knew(capsys: pytest.CaptureFixture[str]) -> None:
    for seconds, instance in enumerate(("i-3", "i-1", "i-2")):
        folder = place.of(instance)
        folder.mkdir(parents=True)
        told = {
            "instance": instance,
            "hostname": f"ip-{instance}",
            "address": "10.0.0.1",
            "kind": "Compute",
            "cluster": "c",
        }
        (folder / "record.json").write_text(json.dumps(told))
        when = 1_800_000_000 + min(seconds, 1)
        os.utime(folder / "record.json", (when, when))
        (folder / running.KEPT_NAME).write_text("q1-dy-a-1\n")
        (folder / "console").write_text(f"console of {instance}\n")
    assert commands.logs([]) == commands.logs(["q1-dy-a-1"]) == 0
    told = capsys.readouterr().out
    assert "console of i-2" in told
    assert "console of i-1" not in told
    assert [line.split()[-1] for line in told.splitlines()[:3]] == ["off"] * 3
    # The last two at the same time: by name.
    assert [one.instance for one in running.recorded()] == ["i-3", "i-1", "i-2"]
    with pytest.raises(LocalCloudError, match='there was no machine "head"; there were: q1-dy-a-1'):
        commands.logs(["head"])
    with pytest.raises(LocalCloudError, match='no machine "q1-dy-a-1" runs; none runs'):
        running.named("q1-dy-a-1")


def test_logs_of_a_machine_can_be_read_while_its_disk_goes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = place.of("i-1")
    (folder / "upper/var/log").mkdir(parents=True)
    (folder / "upper/var/log/slurmd.log").write_text("slurmd has started\n")
    told = {"instance": "i-1", "hostname": "ip-1", "address": "10.0.0.1", "kind": "Compute", "cluster": "c"}
    (folder / "record.json").write_text(json.dumps(told))
    read: list[int] = []
    monkeypatch.setattr(networks, "remove", lambda namespace: None)
    monkeypatch.setattr(hypervisor, "unmount", lambda root: read.append(commands.logs(["i-1"])))
    hypervisor.remove("i-1")
    assert read == [0]
    assert "slurmd has started" in capsys.readouterr().out
    assert not (folder / "upper").exists()


@pytest.mark.parametrize("given", ["two", "-1", "nan"])
def test_a_setting_that_is_no_number_is_told(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALCLOUD_NODE_MOST_PROCESSORS", "2")
    assert pace.settings()["most_processors"] == 2
    monkeypatch.setenv("LOCALCLOUD_NODE_MOST_PROCESSORS", given)
    with pytest.raises(LocalCloudError, match=f"LOCALCLOUD_NODE_MOST_PROCESSORS is '{given}': a number from 0 on"):
        pace.settings()


def test_addresses_of_a_vpc() -> None:
    network = networks.Network("namespace", "10.20.0.0/16")
    assert (network.router, network.resolver, network.length) == ("10.20.0.1", "10.20.0.2", 16)


def test_processes_of_a_group_that_is_gone_are_none(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "cgroup.procs").write_text("1\n2\n")
    (inner / "cgroup.procs").write_text("3\n")
    assert sorted(control_groups.processes(tmp_path)) == [1, 2, 3]
    assert list(control_groups.processes(tmp_path / "gone")) == []


def test_layer_has_every_command_and_its_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layer, "FOLDER", tmp_path / "layer")
    layer._programs({"loop_seconds": 10})
    package = tmp_path / "layer/opt/localcloud/localcloud/machines/node"
    for command, module in layer._COMMANDS.items():
        assert os.access(tmp_path / "layer" / command.relative_to("/"), os.X_OK)
        assert (package / f"{module.split()[0]}.py").is_file()
    assert (tmp_path / "layer/opt/localcloud/settings.json").read_text() == '{\n "loop_seconds": 10\n}'
