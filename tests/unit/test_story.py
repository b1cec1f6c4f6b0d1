"""Files of tests that go on where the one before ended."""

import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parent.parent.parent
_TESTS = """
import pytest
{mark}
def test_first(): pass
def test_second(): assert False
def test_third(): pass
"""


@pytest.mark.parametrize(
    ("mark", "ended"), [("pytestmark = pytest.mark.story", "1 failed, 1 passed, 1 skipped"), ("", "1 failed, 2 passed")]
)
def test_only_of_a_story_the_rest_is_left_out(tmp_path: Path, mark: str, ended: str) -> None:
    file = tmp_path / "test_some.py"
    file.write_text(_TESTS.format(mark=mark))
    settings = ("-c", str(_ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), "-p", "no:cacheprovider")
    command = [sys.executable, "-m", "pytest", *settings, "-p", "tests.conftest", "-rs", str(file)]
    told = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False).stdout
    assert ended in told
    assert ("test_second failed, where this goes on" in told) == bool(mark)
