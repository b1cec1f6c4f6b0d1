"""Components of an image as documents: their form, their versions, what is written into them."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from planning.image_components import LONGEST, planned
from planning.image_document import image_document
from settings.image_components import library, read, reference, shipped, software
from settings.image_components.definition import SHIPPED
from tests.unit.test_planning import load_with

SUM = "0" * 64
CHOSEN: dict[str, dict[str, Any]] = {
    name: {"name": name, "version": "1.2.3", "checksums": {"1.2.3": SUM}}
    if (of := read(SHIPPED / name).software) and not software()[of].default
    else {"name": name}
    for name in shipped()
}
"""Every component of the platform, with what it needs at least."""


def documents(*components: Any, **image: Any) -> list[dict[str, Any]]:
    return [yaml.safe_load(one.data) for one in planned(load_with(image={"components": list(components), **image}))]


def version(*components: Any, **image: Any) -> str:
    (found,) = planned(load_with(image={"components": list(components), **image}))
    return found.version


@pytest.mark.parametrize("name", shipped())
@pytest.mark.parametrize("os", ["ubuntu2404", "rhel9"])
def test_every_component_is_a_document_that_image_builder_takes(name: str, os: str) -> None:
    for one in planned(load_with(image={"os": os, "components": [CHOSEN[name]]})):
        assert len(one.data) <= LONGEST
        document = yaml.safe_load(one.data)
        assert (document["name"], document["schemaVersion"]) == (name, 1.0)
        for phase in document["phases"]:
            (step,) = phase["steps"]
            assert (phase["name"], step["action"]) in (("build", "ExecuteBash"), ("test", "ExecuteBash"))
            (script,) = step["inputs"]["commands"]
            assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0


def test_the_version_changes_with_the_content_alone() -> None:
    assert version("quarto") == version({"name": "quarto", "version": "1.9.37"})
    others = (
        version({"name": "quarto", "parameters": {"default": "1.9.37"}}),
        version({"name": "quarto", "version": "1.9.36", "checksums": {"1.9.36": SUM}}),
        version("quarto", mirrors={"quarto": "https://mirror.example.org"}),
        version("quarto", tests=False),
    )
    assert len({version("quarto"), *others}) == 5
    assert all(int(number) < 2**30 for number in version("quarto").split("."))


def test_values_are_written_into_the_script_and_quoted() -> None:
    (document,) = documents({"name": "r", "parameters": {"repository": "https://a.example/$(id) 'x'"}})
    script = document["phases"][0]["steps"][0]["inputs"]["commands"][0]
    head = script.split(library().splitlines()[0])[0]
    shown = subprocess.run(
        ["bash", "-c", f'{head}\nprintf "%s|" "$REPOSITORY" "$VERSIONS" "$RECOMMENDED" "$DOWNLOADS"'],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("|")
    assert shown[:3] == ["https://a.example/$(id) 'x'", "4.5.2 4.4.3", "true"]
    assert shown[3].splitlines()[0] == (
        "r 4.5.2 https://cloud.r-project.org/src/base/R-4/R-4.5.2.tar.gz "
        "0d71ff7106ec69cd7c67e1e95ed1a3cee355880931f2eb78c530014a9e379f20"
    )


def test_a_mirror_takes_the_place_of_the_base() -> None:
    (document,) = documents("quarto", mirrors={"quarto": "https://mirror.example.org/q/"})
    script = document["phases"][0]["steps"][0]["inputs"]["commands"][0]
    assert "https://mirror.example.org/q/v1.9.37/quarto-1.9.37-linux-amd64.tar.gz" in script
    assert "github.com" not in script


def test_without_tests_there_is_no_test_phase() -> None:
    assert [phase["name"] for phase in documents("keep-ipc")[0]["phases"]] == ["build", "test"]
    assert [phase["name"] for phase in documents("keep-ipc", tests=False)[0]["phases"]] == ["build"]


def test_nvidia_is_parallelclusters_own_switch() -> None:
    settings = load_with(image={"components": ["nvidia", "keep-ipc"], "parent": "ami-0123456789abcdef0"})
    found = image_document(settings, subnet_id="s", security_group_id="g", component_arns=["arn:1", "arn:2"], tags={})
    assert found["Build"]["Installation"] == {"NvidiaSoftware": {"Enabled": True}}
    assert found["Build"]["ParentImage"] == "ami-0123456789abcdef0"


def test_a_component_of_the_teams_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "image" / "ours"
    folder.mkdir(parents=True)
    (folder / "component.yaml").write_text(
        "name: ours\ndescription: Ours.\nparameters: {greeting: {kind: text, description: Said., default: hello}}\n"
    )
    (folder / "build.sh").write_text('say "$GREETING"\n')
    monkeypatch.chdir(tmp_path)
    (document,) = documents({"path": "image/ours", "parameters": {"greeting": "good day"}})
    script = document["phases"][0]["steps"][0]["inputs"]["commands"][0]
    assert (
        subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True).stdout == "ours: good day\n"
    )


def test_one_of_the_account_is_taken_as_it_is() -> None:
    arn = "arn:aws:imagebuilder:eu-west-1:123456789012:component/ours/1.0.0/1"
    (found,) = planned(load_with(image={"components": [{"arn": arn}]}))
    assert (found.arn, found.data) == (arn, "")


def test_every_checksum_is_one_and_every_default_has_one() -> None:
    for name, one in software().items():
        for files in one.releases.values():
            assert all(len(file.sha256) == 64 and int(file.sha256, 16) for file in files.values()), name
        assert one.checked_by or all(one.known("ubuntu2404", "x86_64").count(default) for default in one.default), name
        assert one.origin or not one.releases, name


def test_the_table_of_the_page_is_of_today() -> None:
    assert reference.PAGE.read_text() == reference.page(), "run: python -m settings.image_components.reference"
