"""Programs of nodes: how they are packed, and what their library promises."""

import ast
import fcntl
import getpass
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from planning.node_actions import INTEGRATIONS, programs
from scripts.node import bundle
from scripts.node.library import arguments, blocks, cloud, node, program, waiting
from scripts.node.library.changes import Changes
from scripts.node.library.faults import Fault
from tests.unit.recorder import run
from tests.unit.test_settings import load_with

FOLDER = Path(bundle.__file__).parent
CFNCONFIG = """stack_name=team-a
cfn_preinstall="/opt/parallelcluster/scripts/fetch_and_run --execute-via-cfnconfig -preinstall"
cfn_preinstall_args=()
cfn_region=eu-west-1
cfn_node_type=ComputeFleet
cfn_cluster_user=ec2-user
cfn_head_node_private_ip=10.0.0.9
cfn_scheduler_queue_name=compute
"""


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: str(path.relative_to(FOLDER)))
def test_programs_are_written_for_the_oldest_python_of_the_images(path: Path) -> None:
    tree = ast.parse(path.read_text(), feature_version=(3, 9))
    names = [one.names[0].name for one in ast.walk(tree) if isinstance(one, ast.ImportFrom) and one.module == "typing"]
    assert not {"Self", "ParamSpec", "TypeAlias", "assert_never"} & set(names)


@pytest.mark.parametrize("name", bundle.names())
def test_a_program_is_one_file_that_says_how_it_is_called(name: str, tmp_path: Path) -> None:
    assert bundle.build(name) == bundle.build(name)
    packed = bundle.write(tmp_path, name)
    archive = zipfile.ZipFile(io.BytesIO(packed.read_bytes()))
    others = {one for one in bundle.names() if one != name}
    assert not others & {entry.split("/")[1] for entry in archive.namelist() if entry.count("/") > 1}
    done = subprocess.run([sys.executable, "-I", packed, "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--dry-run" in done.stdout
    bad = subprocess.run([sys.executable, "-I", packed, "--no-such"], capture_output=True, text=True, check=False)
    assert (bad.returncode, "usage" in bad.stderr) == (2, True)


def test_a_stack_uploads_the_programs_that_it_uses() -> None:
    def uploaded(**settings: object) -> set[str]:
        made = run(**settings)
        objects = made.named("aws:s3/bucketObjectv2:BucketObjectv2")
        keys = {str(one.inputs["key"]) for one in objects}
        return {key.split("/node/")[1] for key in keys if "/node/" in key}

    assert uploaded() == set()
    assert uploaded(directory={"kind": "simple-ad"}, jumpHost={"kind": "ec2"}) == {
        "install-ca-certificate.sh",
        "compute.json",
    }


def test_every_program_belongs_to_an_integration() -> None:
    assert programs(load_with()) == []
    assert len(INTEGRATIONS) == len(set(map(id, INTEGRATIONS)))


@pytest.fixture
def said() -> list[str]:
    return []


def changes(said: list[str], *, dry_run: bool = False) -> Changes:
    return Changes(said.append, dry_run=dry_run)


def test_a_file_is_written_once_and_whole(tmp_path: Path, said: list[str]) -> None:
    me, target = getpass.getuser(), tmp_path / "etc/one.conf"
    assert changes(said).file(target, "a\n", mode=0o640, owner=me)
    assert (target.read_text(), target.stat().st_mode & 0o777) == ("a\n", 0o640)
    before = target.stat().st_mtime_ns
    again = changes(said)
    assert not again.file(target, "a\n", mode=0o640, owner=me)
    assert (again.made, target.stat().st_mtime_ns) == ([], before)
    assert changes(said).file(target, "a\n", mode=0o600, owner=me)
    assert target.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in target.parent.iterdir()] == ["one.conf"]


def test_a_link_is_replaced_and_not_followed(tmp_path: Path, said: list[str]) -> None:
    victim, link = tmp_path / "victim", tmp_path / "link"
    victim.write_text("keep")
    link.symlink_to(victim)
    assert changes(said).file(link, "new", owner=getpass.getuser())
    assert (victim.read_text(), link.read_text(), link.is_symlink()) == ("keep", "new", False)


def test_a_folder_appears_with_its_rights(tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """On a shared file system another node may look at it at any moment."""
    rename, seen = Path.rename, list[int]()

    def seeing(path: Path, target: Path) -> Path:
        seen.append(path.stat().st_mode & 0o777)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", seeing)
    assert changes(said).folder(tmp_path / "a/one", mode=0o750, owner=getpass.getuser())
    assert (seen, (tmp_path / "a/one").stat().st_mode & 0o777) == ([0o750], 0o750)
    assert not changes(said).folder(tmp_path / "a/one", mode=0o750, owner=getpass.getuser())


def test_a_folder_that_another_node_made_meanwhile_stays(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def late(path: Path, target: Path) -> Path:
        target.mkdir()
        (target / "kept").touch()
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", late)
    assert changes(said).folder(tmp_path / "one", mode=0o750, owner=getpass.getuser())
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")] == ["one", "one/kept"]
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o750


def test_a_dry_run_tells_the_difference_and_changes_nothing(tmp_path: Path, said: list[str]) -> None:
    target = tmp_path / "one.conf"
    target.write_text("old\n")
    dry = changes(said, dry_run=True)
    assert dry.file(target, "new\n", owner=getpass.getuser())
    assert dry.command("told", "false") == ""
    assert target.read_text() == "old\n"
    assert {"-old", "+new"} <= set(said)


def test_of_a_secret_nothing_is_told(tmp_path: Path, said: list[str]) -> None:
    for dry in (True, False):
        changes(said, dry_run=dry).file(tmp_path / "key", "hunter2", owner=getpass.getuser(), mode=0o600, secret=True)
    assert "hunter2" not in "\n".join(said)
    assert (tmp_path / "key").read_text() == "hunter2"


def test_a_user_that_is_not_there_is_named(tmp_path: Path, said: list[str]) -> None:
    with pytest.raises(Fault, match="no user or group nobody-of-this-name"):
        changes(said).file(tmp_path / "x", "x", owner="nobody-of-this-name")


def test_a_block_stands_once_and_leaves_the_rest_alone() -> None:
    once = blocks.with_block("A=1\nB=2\n", "rest", ["C=3"])
    assert once == "A=1\nB=2\n# BEGIN hpcstack rest\nC=3\n# END hpcstack rest\n"
    assert blocks.with_block(once, "rest", ["C=3"]) == once
    assert blocks.with_block(once + "D=4\n", "rest", ["C=5"]).splitlines()[2:] == [
        "# BEGIN hpcstack rest",
        "C=5",
        "# END hpcstack rest",
        "D=4",
    ]
    assert blocks.with_block(once, "rest", []) == "A=1\nB=2\n"
    assert blocks.with_block(once, "other", ["E=6"]).startswith(once)


def test_a_node_knows_its_role(tmp_path: Path) -> None:
    (tmp_path / "cfnconfig").write_text(CFNCONFIG)
    found = node.read(tmp_path / "cfnconfig")
    assert (found.kind, found.queue, found.head_address, found.user) == (
        node.COMPUTE,
        "compute",
        "10.0.0.9",
        "ec2-user",
    )
    (tmp_path / "cfnconfig").write_text("cfn_node_type=Other\n")
    with pytest.raises(Fault, match="cfn_node_type is 'Other'"):
        node.read(tmp_path / "cfnconfig")
    with pytest.raises(Fault, match="nodes of ParallelCluster only"):
        node.read(tmp_path / "none")


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (arguments.port, "8082", "0"),
        (arguments.port, "65535", "65536"),
        (arguments.secret_arn, "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a/b-AbCdEf", "my-secret"),
        (arguments.s3_uri, "s3://bucket/a/b", "https://bucket/a"),
        (arguments.url, "https://id.example.org/certs", "ftp://id.example.org"),
        (arguments.address, "10.0.0.1", "10.0.0.256"),
        (arguments.absolute_path, "/a/b", "/a/../b"),
        (arguments.user_name, "slurmrestd", "Root!"),
        (arguments.seconds, "60", "-1"),
    ],
)
def test_arguments_are_of_their_kind(kind: object, good: str, bad: str) -> None:
    assert callable(kind)
    assert str(kind(good)) == good
    with pytest.raises(Exception, match=r"is n"):
        kind(bad)


def test_a_wait_ends(said: list[str]) -> None:
    assert waiting.until(lambda: 0, "zero", 1) == 0
    with pytest.raises(Fault, match=r"for nothing, in vain"):
        waiting.until(lambda: None, "nothing", 0, 0)


@pytest.fixture
def aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file whose content an `aws` prints; without the file it fails as the real one does."""
    command = tmp_path / "bin/aws"
    command.parent.mkdir()
    command.write_text(
        f'#!/bin/sh\n[ -e "{tmp_path}/secret" ] && exec cat "{tmp_path}/secret"\n'
        'echo >&2; echo "An error occurred (ResourceNotFoundException): no such secret." >&2; exit 254\n'
    )
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(command.parent), prepend=":")
    return tmp_path / "secret"


def test_a_secret_is_read_by_its_arn(aws: Path) -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbCdEf"
    with pytest.raises(Fault, match=r"key-AbCdEf cannot be read: .*ResourceNotFound.*; see that it exists"):
        cloud.secret(arn)
    aws.write_text("None\n")
    with pytest.raises(Fault, match="holds no text"):
        cloud.secret(arn)
    aws.write_text("word\n")
    assert cloud.secret(arn) == "word"


def test_a_timers_run_ends_with_nothing_done_where_another_one_is_under_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "LOGS", tmp_path)
    monkeypatch.setattr(program, "_LOCKS", tmp_path)
    monkeypatch.setattr(program, "_ALONE_SECONDS", 0)
    monkeypatch.setattr(program.os, "geteuid", lambda: 0)
    monkeypatch.setattr(program.node, "read", lambda: None)
    done: list[str] = []

    def start(*words: str) -> int:
        return program.run("some", "Some.", lambda _: None, lambda *_: done.append("done"), words)

    with (tmp_path / "some.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert start("--unless-running") == 0
        assert "another run is under way: nothing done" in capsys.readouterr().out
        assert start() == 1
        assert "another run of some" in capsys.readouterr().err
        assert done == []
    assert start("--unless-running") == start() == 0
    assert done == ["done", "done"]
