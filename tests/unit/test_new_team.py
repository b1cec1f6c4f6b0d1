"""`just new-team`: by flags, by answers on a terminal; never over a file that exists, never a file that the program refuses."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.new_team import from_example
from scripts.new_team.__main__ import main
from settings import Settings, load
from tests.unit.stack_file_corpus import as_engine

ROOT = Path(__file__).resolve().parent.parent.parent
EMAIL = ["--email", "hpc@example.org"]


def written(folder: Path, name: str = "proteins") -> Settings:
    return load(as_engine(yaml.safe_load((folder / f"Pulumi.{name}.yaml").read_text())["config"]))


def answering(*answers: str) -> Any:
    given = iter(answers)

    def ask(question: str) -> str:
        print(question)
        try:
            return next(given)
        except StopIteration:
            raise EOFError from None

    return ask


def test_without_a_terminal_flags_and_defaults_make_a_valid_file(tmp_path: Path, capsys: Any) -> None:
    assert main(["proteins", *EMAIL], tmp_path) == 0
    made = written(tmp_path)
    assert (made.team, made.email, made.region, made.environment) == ("proteins", "hpc@example.org", "eu-west-1", "dev")
    assert (made.directory.kind, made.jump_host.kind, made.budget) == ("none", "none", None)
    told = capsys.readouterr().out
    assert re.search(r"^compute +compute +c6i\.xlarge +0-4 ", told, re.M), told
    assert "pulumi stack init proteins\n  just preview proteins" in told


def test_every_flag_reaches_the_file(tmp_path: Path, capsys: Any) -> None:
    flags = ["--region", "us-east-2", "--environment", "prod", "--directory", "samba-ad", "--users", "30"]
    flags += ["--instance-type", "c7i.4xlarge", "--max-nodes", "16", "--budget", "900"]
    assert main(["proteins", *EMAIL, *flags], tmp_path) == 0
    made = written(tmp_path)
    assert (made.region, made.environment, made.directory.kind) == ("us-east-2", "prod", "samba-ad")
    assert (made.directory.domain_name, made.users.count) == ("hpc.proteins.internal", 30)
    (queue,) = made.cluster.queues
    assert (queue.instance_types, queue.max_count) == (("c7i.4xlarge",), 16)
    assert made.budget
    assert made.budget.amount == 900
    assert "two Samba domain controllers on EC2" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["A", *EMAIL], "is no team name"),
        (["a" * 21, *EMAIL], "is no team name"),
        (["../etc", *EMAIL], "is no team name"),
        (["proteins"], "--email is missing, and there is no terminal to ask on"),
        (["proteins", "--email", "nobody"], 'hpcstack:email: "nobody" has the wrong form'),
        (["proteins", *EMAIL, "--region", "eu-west-9"], "is no AWS region"),
        (["proteins", *EMAIL, "--directory", "existing"], "Pulumi.dev.yaml says how to join"),
        (["proteins", *EMAIL, "--max-nodes", "0"], "maxCount: 0 is below 1"),
        (["proteins", *EMAIL, "--budget", "-5"], "amount: -5 is below 1"),
        (["proteins", *EMAIL, "--users", "5"], "hpcstack:users"),
    ],
)
def test_what_cannot_stand_in_the_file_is_told_and_nothing_written(
    tmp_path: Path, capsys: Any, arguments: list[str], told: str
) -> None:
    assert main(arguments, tmp_path) == 2
    assert told in " ".join(capsys.readouterr().err.split())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("example", from_example.examples(ROOT))
def test_an_example_becomes_the_teams_own(tmp_path: Path, capsys: Any, example: str) -> None:
    assert main(["proteins", *EMAIL, "--region", "us-west-2", "--example", example], tmp_path) == 0
    made = written(tmp_path)
    assert (made.team, made.email, made.region) == ("proteins", "hpc@example.org", "us-west-2")
    source = yaml.safe_load((ROOT / "examples" / f"{example}.yaml").read_text())["config"]["hpcstack:cluster"]
    assert [queue.name for queue in made.cluster.queues] == [queue["name"] for queue in source["queues"]]
    assert f".{example}.internal" not in (tmp_path / "Pulumi.proteins.yaml").read_text()
    assert "just preview proteins" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--example", "first", *EMAIL], 'there is no example "first": take one of bluebrain, first-cluster'),
        (["--example", "first-cluster"], "--email is missing"),
        (["--example", "first-cluster", *EMAIL, "--users", "5"], "leave these out, then edit the file"),
        (["--example", "first-cluster", "--email", "nobody"], 'hpcstack:email: "nobody" has the wrong form'),
    ],
)
def test_an_example_takes_what_fits_only(tmp_path: Path, capsys: Any, arguments: list[str], told: str) -> None:
    assert main(["proteins", *arguments], tmp_path) == 2
    assert told in " ".join(capsys.readouterr().err.split())
    assert not list(tmp_path.iterdir())


def test_a_file_that_exists_stays(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "Pulumi.proteins.yaml").write_text("mine")
    assert main(["proteins", *EMAIL], tmp_path) == 2
    assert "Pulumi.proteins.yaml exists" in capsys.readouterr().err
    assert (tmp_path / "Pulumi.proteins.yaml").read_text() == "mine"


def test_a_wrong_answer_is_asked_again(tmp_path: Path, capsys: Any) -> None:
    answers = ("hpc", "hpc@example.org", "", "", "managed-ad", "many", "20", "", "", "")
    assert main(["proteins"], tmp_path, answering(*answers)) == 0
    told = capsys.readouterr().out
    assert '"hpc" has the wrong form; allowed: one address' in told
    assert "'many' is no whole number" in told
    made = written(tmp_path)
    assert (made.email, made.directory.kind, made.users.count) == ("hpc@example.org", "managed-ad", 20)


def test_nobody_is_asked_what_a_flag_says_or_what_would_have_no_use(tmp_path: Path, capsys: Any) -> None:
    assert main(["proteins", *EMAIL], tmp_path, answering(*[""] * 6)) == 0
    told = capsys.readouterr().out
    assert "e-mail):" not in told
    assert "accounts to make" not in told


def test_an_end_in_the_middle_writes_nothing(tmp_path: Path, capsys: Any) -> None:
    assert main(["proteins"], tmp_path, answering("hpc@example.org", "")) == 130
    assert "nothing was written" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_each_section_of_the_file_has_a_word_and_the_schema_is_named(tmp_path: Path) -> None:
    main(["proteins", *EMAIL, "--directory", "managed-ad", "--budget", "5"], tmp_path)
    lines = (tmp_path / "Pulumi.proteins.yaml").read_text().splitlines()
    assert lines[0] == "# yaml-language-server: $schema=docs/stack.schema.json"
    for section in ("environment", "directory", "jumpHost", "storage", "cluster", "budget"):
        place = next(number for number, line in enumerate(lines) if line.startswith(f"  hpcstack:{section}:"))
        assert lines[place - 1].startswith("  # "), section


def test_a_real_terminal_is_asked(tmp_path: Path) -> None:
    """The command itself; a bad flag, so that nothing is written into the project's folder."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "scripts.new_team", "a-team-of-tests"]
    with subprocess.Popen(command, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True) as process:
        os.close(theirs)
        shown = b""
        while b"e-mail): " not in shown:
            shown += os.read(ours, 1024)
        os.write(ours, b"hpc\n")
        while b"has the wrong form" not in shown:
            shown += os.read(ours, 1024)
        os.write(ours, b"\x04")  # the end of the input
        assert process.wait(timeout=120) == 130
    os.close(ours)
    assert not (ROOT / "Pulumi.a-team-of-tests.yaml").exists()
