"""docs/validators.md says of each of ParallelCluster's validators whether the emulator serves what it asks."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localcloud import paths
from provider import environment
from tests.emulator.rig import start
from tests.emulator.validators.questions import questions

pytestmark = pytest.mark.emulator
PAGE = (paths.ROOT / "docs" / "validators.md").read_text()
PROBE = Path(__file__).parent / "probe.py"
WITHOUT_ABSENCE = {"ec2.list_instance_types", "ec2.get_supported_az_for_instance_type"}
"""Calls that ask for a list, in which something is or is not."""
NEVER = "never refused"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What probe.py says."""
    emulator = start(tmp_path_factory.mktemp("validators"))
    try:
        asked = json.dumps(questions(emulator))
        command = [environment.ensure("3.16.1", print) / "python", PROBE]
        done = subprocess.run(
            command, input=asked, env=os.environ | emulator.environment(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        yield json.loads(done.stdout)
    finally:
        emulator.stop()


def faults(told: dict[str, Any]) -> dict[str, str]:
    """By call: how the emulator fails to serve it."""
    found: dict[str, str] = {}
    for call, (present, absent) in told["answers"].items():
        if present != "ok":
            found[call] = present
        elif absent == "ok" and call not in WITHOUT_ABSENCE:
            found[call] = NEVER
    return found


def test_every_call_of_a_validator_was_put_to_the_emulator(told: dict[str, Any]) -> None:
    calls = {call for asked in told["validators"].values() for call in asked}
    assert calls == set(told["answers"])


def test_the_page_lists_what_is_not_served_with_the_answer(told: dict[str, Any]) -> None:
    rows = re.findall(r"^\| `(\w+)` \| `([\w.]+)` \| `?([^|`]+)`? \| [^|]+ \|$", PAGE, re.M)
    failing = faults(told)
    assert sorted(rows) == sorted(
        (name, call, failing[call]) for name, calls in told["validators"].items() for call in calls if call in failing
    )


def test_the_page_lists_what_is_served_and_counts_the_others(told: dict[str, Any]) -> None:
    failing, asking = faults(told), {name: set(calls) for name, calls in told["validators"].items() if calls}
    served = PAGE.partition("## Served")[2].partition("\n\n`PasswordSecretArn")[0]
    assert re.findall(r"`(\w+)`", served) == sorted(name for name, calls in asking.items() if not calls & set(failing))
    all_of_them = len(told["validators"])
    assert f"Of {all_of_them} validators {all_of_them - len(asking)} ask AWS nothing" in PAGE
    assert f"The other {len(asking)} ask" in PAGE
