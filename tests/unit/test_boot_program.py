"""The boot program: what it fetches, checks, runs and refuses. On machines that boot: tests/nodes/test_booted.py."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.node.boot import cli

EVENT = "OnNodeConfigured"
WHERE = "s3://bucket/manifest.json"


class Stack:
    """A folder that an `aws` copies objects from, and what programs wrote down in the order in which they ran."""

    def __init__(self, folder: Path) -> None:
        self.bucket, self.told = folder / "bucket", folder / "told"
        self.bucket.mkdir()
        self.told.touch()
        self.programs: dict[str, dict[str, str]] = {}
        aws = folder / "bin/aws"
        aws.parent.mkdir()
        aws.write_text(
            f'#!/bin/sh\n[ "$1 $2 $3" = "s3 cp --only-show-errors" ] || exit 9\n'
            f'from="{self.bucket}/${{4#s3://bucket/}}"\n'
            '[ -e "$from" ] && exec cp "$from" "$5"\n'
            'echo "fatal error: An error occurred (404) when calling the HeadObject operation: Not Found" >&2; exit 1\n'
        )
        aws.chmod(0o755)

    def program(self, name: str, code: int = 0) -> None:
        """One that tells its arguments, and ends with `code` and a line of its own."""
        text = (
            f'#!/bin/sh\necho "{name} $*" >> "{self.told}"\n[ {code} = 0 ] || echo "{name}: broken" >&2\nexit {code}\n'
        )
        (self.bucket / name).write_text(text)
        digest = hashlib.sha256(text.encode()).hexdigest()
        self.programs[name] = {"uri": f"s3://bucket/{name}", "sha256": digest}

    def manifest(self, *rows: tuple[str, list[Any]], **more: Any) -> str:
        """Its hash."""
        listed = [{"name": name, "program": name, "arguments": arguments} for name, arguments in rows]
        text = json.dumps({"format": 1, "programs": self.programs, "events": {EVENT: listed}, **more})
        (self.bucket / "manifest.json").write_text(text)
        return hashlib.sha256(text.encode()).hexdigest()

    def ran(self) -> list[str]:
        return self.told.read_text().splitlines()


Boot = Callable[..., tuple[int, str]]


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    monkeypatch.setattr(cli, "LOGS", tmp_path / "logs")
    monkeypatch.setattr(cli.os, "geteuid", lambda: 0)
    return Stack(tmp_path)


@pytest.fixture
def boot(stack: Stack, capfd: pytest.CaptureFixture[str]) -> Boot:
    """Exit code and standard error."""
    stack.program("one")
    stack.program("two")

    def run(*words: str) -> tuple[int, str]:
        code = cli.main([WHERE, EVENT, *words])
        return code, capfd.readouterr().err

    return run


def test_programs_run_in_the_manifests_order_with_their_arguments(stack: Stack, boot: Boot, tmp_path: Path) -> None:
    digest = stack.manifest(("two", ["--a", "b c"]), ("one", []), ("two", ["$HOME"]))
    assert boot("two", "one") == (0, "")
    assert stack.ran() == ["two --a b c", "one ", "two $HOME"]
    assert boot("two", "one", "--sha256", digest) == (0, "")
    assert len(stack.ran()) == 6
    assert "OnNodeConfigured runs 3 of 3: two" in (tmp_path / "logs/boot.log").read_text()


def test_the_first_that_fails_ends_it_with_its_code_and_its_line(stack: Stack, boot: Boot) -> None:
    stack.program("bad", 7)
    stack.manifest(("one", []), ("bad", []), ("two", []))
    assert boot("one", "bad", "two") == (7, "bad: broken\n")
    assert stack.ran() == ["one ", "bad "]


def test_a_dry_run_checks_all_and_runs_nothing(stack: Stack, boot: Boot) -> None:
    stack.manifest(("one", []))
    assert boot("one", "--dry-run") == (0, "")
    (stack.bucket / "one").write_text("#!/bin/sh\n")
    assert boot("one", "--dry-run")[0] == 1
    assert stack.ran() == []


def test_nothing_runs_if_one_program_has_another_hash_or_is_not_there(stack: Stack, boot: Boot) -> None:
    stack.manifest(("one", []), ("two", []))
    (stack.bucket / "two").write_text("#!/bin/sh\n")
    code, error = boot("one", "two")
    assert (code, error.startswith("boot: s3://bucket/two has the SHA-256 ")) == (1, True)
    (stack.bucket / "two").unlink()
    code, error = boot("one", "two")
    assert (code, "s3://bucket/two cannot be fetched: " in error, "Not Found" in error) == (1, True, True)
    assert stack.ran() == []


def test_a_manifest_is_the_one_that_the_document_means(stack: Stack, boot: Boot) -> None:
    assert "manifest.json cannot be fetched" in boot("one")[1]
    stack.manifest(("one", []))
    assert "has the SHA-256" in boot("one", "--sha256", "0" * 64)[1]
    assert "lists one for OnNodeConfigured, and the cluster's document one two" in boot("one", "two")[1]
    assert "lists one for OnNodeConfigured, and the cluster's document nothing" in boot()[1]
    assert stack.ran() == []


_ODD: list[tuple[dict[str, Any], str]] = [
    ({"format": 2}, "is of format 2, and this boot program reads 1"),
    ({"format": None}, "is of format None"),
    ({"events": []}, "no manifest of programs"),
    ({"programs": {}}, "no manifest of programs (KeyError 'one')"),
    ({"programs": {"one": {"uri": "/etc/passwd", "sha256": "0" * 64}}}, "(ValueError '/etc/passwd')"),
    ({"programs": {"one": {"uri": "s3://bucket/one", "sha256": "0"}}}, "(ValueError '0')"),
    ({"events": {EVENT: [{"name": "one", "program": "one", "arguments": "rm"}]}}, "are no list of texts"),
    ({"events": {EVENT: [{"name": "one", "program": "../one", "arguments": []}]}}, "no manifest of programs"),
]


@pytest.mark.parametrize(("more", "told"), _ODD)
def test_what_is_no_manifest_of_ours_runs_nothing(stack: Stack, boot: Boot, more: dict[str, Any], told: str) -> None:
    stack.manifest(("one", []), **more)
    code, error = boot("one")
    assert (code, told in error, stack.ran()) == (1, True, []), error


def test_no_json_and_no_interpreter_are_told(stack: Stack, boot: Boot) -> None:
    (stack.bucket / "manifest.json").write_text("<xml>")
    assert "is no JSON" in boot("one")[1]
    (stack.bucket / "one").write_text("#!/none\n")
    stack.programs["one"]["sha256"] = hashlib.sha256(b"#!/none\n").hexdigest()
    stack.manifest(("one", []))
    code, error = boot("one")
    assert (code, "one does not start" in error) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("manifest.json", EVENT),
        (WHERE, "OnNodeStopped"),
        (WHERE, EVENT, "one", "--sha256", "abc"),
        (WHERE, EVENT, "--sha", "0" * 64),
    ],
)
def test_bad_arguments_are_told(words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2
