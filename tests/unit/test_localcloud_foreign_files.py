"""A configuration of ParallelCluster given as a stack file is recognised before the engine reads it."""

from pathlib import Path

import pytest

from localcloud import foreign_files, paths, run
from localcloud.errors import LocalCloudError

VERSION_2 = """\
# made by pcluster configure
[global]
cluster_template = default
update_check = true

[aws]
aws_region_name = eu-west-1

[cluster default]
base_os = alinux2
"""
VERSION_3 = """\
Region: eu-west-1
Image: {Os: alinux2023}
HeadNode: {InstanceType: t3.large}
Scheduling: {Scheduler: slurm}
"""
STACK_FILE = "config:\n  hpcstack:team: bio\n"


@pytest.mark.parametrize(
    ("text", "version"),
    [
        (VERSION_2, "2"),
        ('; by hand\n\n[cluster "two"]\nkey_name = "me"\n', "2"),
        (VERSION_3, "3"),
        ('{"Scheduling": {}, "HeadNode": {}}', "3"),
    ],
)
def test_a_configuration_of_parallelcluster_is_refused_with_what_to_do(tmp_path: Path, text: str, version: str) -> None:
    file = tmp_path / "Pulumi.bio.yaml"
    file.write_text(text)
    with pytest.raises(LocalCloudError) as caught:
        foreign_files.refuse(file)
    told = str(caught.value)
    assert f"Pulumi.bio.yaml is a configuration of ParallelCluster {version}, and no stack file" in told
    assert "just new-team bio" in told
    assert ("pcluster3-config-converter" in told) is (version == "2")


@pytest.mark.parametrize(
    "text",
    [STACK_FILE, "", "# nothing\n", "config: [", "[a, b]\n", "config: {}\nHeadNode: {}\n", "[tool.other]\na = 1\n"],
)
def test_everything_else_is_the_engines_to_judge(tmp_path: Path, text: str) -> None:
    file = tmp_path / "Pulumi.bio.yaml"
    file.write_text(text)
    foreign_files.refuse(file)


@pytest.mark.parametrize("command", ["preview", "up"])
def test_the_recipes_look_before_they_start_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(run, "_where", lambda *_: pytest.fail("something was started"))
    (tmp_path / "Pulumi.bio.yaml").write_text(VERSION_2)
    with pytest.raises(LocalCloudError, match="is a configuration of ParallelCluster 2"):
        run.pulumi(command, ["bio"])
