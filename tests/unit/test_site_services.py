"""What services of the site in containers are given. With real Podman: tests/nodes/test_containers.py."""

import os
import pwd
import shlex
from pathlib import Path
from typing import Any

import pytest

from scripts.node.library.faults import Fault
from scripts.node.site_service import starts

ME = pwd.getpwuid(os.getuid())


@pytest.fixture(autouse=True)
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the programs of a node that has all of them."""
    for names, program in (("_PODMAN", "podman"), ("_CRUN", "crun"), ("_RUNTIMES", "apptainer")):
        (tmp_path / program).touch(0o755)
        monkeypatch.setattr(starts, names, (str(tmp_path / program),))
    return tmp_path


def words(image: str = "/data/box.tar", **more: Any) -> list[str]:
    """Of its ExecStart."""
    service: dict[str, Any] = {"name": "box", "image": image, "user": ME.pw_name, "command": None, "config": None}
    found = starts.lines({**service, "args": [], "inputs": [], "writes": [], **more}, "site-box")
    return shlex.split(next(line for line in found.splitlines() if line.startswith("ExecStart=")))


def given(key: str, **service: Any) -> list[str]:
    return [word.partition("=")[2] for word in words(**service) if word.startswith(f"--{key}=")]


@pytest.mark.parametrize(
    ("file", "seen"),
    [
        ("/data/box/ready", []),
        ("/data/box/state/ready", []),
        ("/data/boxes/ready", ["/data/boxes"]),
        ("/data/ready", ["/data"]),
    ],
    ids=["in it", "below it", "beside it", "above it"],
)
def test_what_a_service_may_write_is_not_mounted_read_only(file: str, seen: list[str]) -> None:
    service = {"config": "/data/conf/box.conf", "inputs": [file], "writes": ["/data/box"]}
    read_only = [f"{path}:{path}:ro" for path in ("/data/conf", *seen)]
    assert given("volume", **service) == [*read_only, "/data/box:/data/box"]


@pytest.mark.parametrize(
    "file", ["/box.lic", "/etc/box.conf", "/opt/box.lic", "/usr/share/box/box.db", "/var/lib/box.db"]
)
def test_of_a_folder_that_images_have_too_the_file_alone_is_seen(file: str) -> None:
    assert given("volume", inputs=[file]) == [f"{file}:{file}:ro"]
    assert words("/data/box.sif", inputs=[file]).count(file) == 1


@pytest.mark.parametrize("file", ["/data/box.conf", "/etc/box/box.conf", "/opt/box/box.lic", "/var/lib/box/box.db"])
def test_any_other_folder_is_seen_whole(file: str) -> None:
    """So that a file that replaces one is seen at once."""
    folder = os.path.dirname(file)
    assert given("volume", inputs=[file]) == [f"{folder}:{folder}:ro"]
    assert folder in words("/data/box.sif", inputs=[file])


def test_podman_needs_crun(node: Path) -> None:
    assert "--runtime=crun" in words()
    (node / "crun").unlink()
    with pytest.raises(
        Fault, match=r"service box is an image, and crun, .* is not on this node; add podman to image.comp"
    ):
        words()
    assert words("/data/box.sif")
    (node / "podman").unlink()
    with pytest.raises(Fault, match="podman is not on this node"):
        words()


def test_a_container_has_the_groups_of_its_user(monkeypatch: pytest.MonkeyPatch) -> None:
    def groups(name: str, group: int) -> list[int]:
        return {ME.pw_name: [group, 4002, 4001]}[name]

    monkeypatch.setattr(os, "getgrouplist", groups)
    assert given("user") == [f"{ME.pw_uid}:{ME.pw_gid}"]
    assert given("group-add") == ["4001", "4002"]
    assert (given("user", user="nobody-of-this-name"), given("group-add", user="nobody-of-this-name")) == (
        ["-1:-1"],
        [],
    )


def test_no_image_stays_for_an_ended_container() -> None:
    """Podman 4.3 removes none that one still has."""
    assert {"--rm", "--rmi"} <= set(words())


def test_volumes_that_an_image_declares_are_not_made() -> None:
    assert given("image-volume") == ["ignore"]
