"""What EC2 says of instance types, asked once and kept."""

import os
from pathlib import Path

import pytest

from components import machine_answers
from settings.facts.machines import machine
from tests.emulator.rig import shared

pytestmark = pytest.mark.emulator
NAMES = ["c6i.xlarge", "hpc7a.96xlarge", "p4d.24xlarge", "t4g.small"]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def test_an_answer_says_what_the_shipped_list_says() -> None:
    found = machine_answers.answers(shared().client("ec2"), [*NAMES, "c99i.xlarge"], "us-east-1")
    assert found == {name: machine(name) for name in NAMES}


def test_what_was_answered_is_kept_for_a_while_and_asked_again_when_it_is_old(cache: Path) -> None:
    machine_answers.answers(shared().client("ec2"), NAMES, "us-east-1")
    assert set(machine_answers.answers(None, NAMES, "us-east-1")) == set(NAMES)
    (file,) = cache.rglob("us-east-1*.json")
    os.utime(file, (0, 0))
    with pytest.raises(AttributeError):  # nobody to ask
        machine_answers.answers(None, NAMES, "us-east-1")


def test_a_file_that_was_cut_is_no_answer(cache: Path) -> None:
    machine_answers.answers(shared().client("ec2"), NAMES, "us-east-1")
    (file,) = cache.rglob("us-east-1*.json")
    file.write_text(file.read_text()[:40])
    assert set(machine_answers.answers(shared().client("ec2"), NAMES, "us-east-1")) == set(NAMES)
