"""A program that the language host runs: as Python would run it, without the parts of the SDK that it does not use."""

import json
import subprocess
import sys
from pathlib import Path

from localcloud.engine import lean

TELL = """
import json, sys
from pathlib import Path
import pulumi, beside
unrun = [name for name in sorted(sys.modules) if name.startswith(("pulumi.automation.", "pulumi.dynamic."))]
from pulumi import automation
print(json.dumps([__name__, sys.argv, sys.path[0], unrun, automation.LocalWorkspace.__name__]))
"""


def told(program: Path, *arguments: str) -> list[object]:
    command = [sys.executable, "-u", lean.__file__, str(program), *arguments]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def test_a_file_is_run_with_its_own_folder_and_what_it_wants_of_the_sdk_is_there(tmp_path: Path) -> None:
    (tmp_path / "beside.py").touch()
    program = tmp_path / "program.py"
    program.write_text(TELL)
    wanted = ["__main__", [str(program), "--flag", "word"], str(tmp_path), [], "LocalWorkspace"]
    assert told(program, "--flag", "word") == wanted


def test_a_folder_is_run_by_its_main_module(tmp_path: Path) -> None:
    (tmp_path / "beside.py").touch()
    (tmp_path / "__main__.py").write_text(TELL)
    assert told(tmp_path)[1:4] == [[str(tmp_path)], str(tmp_path), []]


def test_what_is_unused_is_there_in_the_sdk() -> None:
    """Renamed parts would be imported again."""
    import pulumi

    assert {f"pulumi.{name}" for name in vars(pulumi) if f"pulumi.{name}" in lean.UNUSED} == lean.UNUSED
