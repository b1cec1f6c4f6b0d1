"""The rooms of docs/architecture.md: who may import whom, and that pages keep up with the code."""

import ast
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.everything import EVERYTHING
from tests.unit.recorder import run

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = {"settings", "planning", "components", "provider", "scripts", "localcloud", "examples", "tests"}
ALLOWED: dict[str, set[str]] = {
    "settings": set(),
    "planning": {"settings"},
    "components": {
        "planning",
        "settings",
        "provider.sdk",
        "scripts.directory.bundle",
        "scripts.domain_controller.bundle",
        "scripts.node.bundle",
        "scripts.api_host.bundle",
        # Lists of users, the directory's and the nodes' own, are judged at preview by the directory tool's rules; pure, of the
        # standard library and PyYAML.
        "scripts.directory.faults",
        "scripts.directory.wanted",
        # What both sides of the way to the jump host have agreed on: names of files and folders, no code that runs there.
        "scripts.operator.credentials",
        "scripts.operator.reach.channel",
    },
    "provider": set(),
    "scripts/directory": {"scripts.packing"},
    "scripts/domain_controller": {"scripts.packing"},
    # They run on nodes by the operating systems' own Python.
    "scripts/node": {"scripts.packing"},
    "scripts/api_host": {"scripts.packing"},
    # Lists of users are read to see that none with passwords is sent where others could read it.
    "scripts/operator": {"scripts.directory.bundle", "scripts.directory.wanted.people"},
    "scripts/new_team": {"planning", "settings"},
    "localcloud": set(),
}
"""The table of docs/architecture.md: who may import what, beside itself."""
PACKAGES: dict[str, set[str]] = {
    "settings": {"pydantic", "pydantic_core", "yaml"},
    "planning": {"yaml"},
    "components": {"pulumi", "pulumi_aws", "pulumi_command", "pydantic", "cryptography"},
    "scripts/directory": {"ldap", "yaml", "boto3", "botocore"},
    "scripts/domain_controller": {"boto3", "botocore", "ldb", "samba"},
    "scripts/node": set(),
    "scripts/api_host": {"boto3", "botocore"},
}
"""Packages of others, where a room promises something by them: settings know no resource, planning is pure, components call no
service, the directory tool runs on an operating system's own Python."""


EXCEPTIONS = {
    "settings/facts/refresh.py": {"botocore"},  # a command by itself, which writes the facts anew; nothing imports it
    "components/aws_call.py": {"boto3", "botocore"},  # for questions of a preview, before any resource
}
"""Files that may import a package that their room may not."""


def imports(path: Path) -> set[str]:
    """All modules that a file imports, in full; of `from x import y` both are taken for a module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found - {name for name in found if name.split(".")[0] in sys.stdlib_module_names}


def stranger(room: str, name: str) -> bool:
    """Whether a room must not import this."""
    first = name.split(".")[0]
    if first not in ROOMS:
        return first not in PACKAGES.get(room, {first})
    allowed = ALLOWED[room] | {room.replace("/", ".")}
    return not any(name == one or name.startswith(f"{one}.") for one in allowed)


@pytest.mark.parametrize("room", ALLOWED)
def test_imports_go_one_way(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    found = [(str(path.relative_to(ROOT)), name) for path in files for name in imports(path) if stranger(room, name)]
    assert [(file, name) for file, name in found if name.split(".")[0] not in EXCEPTIONS.get(file, ())] == []
    needed = {file: {name.split(".")[0] for other, name in found if other == file} for file, _ in found}
    assert needed == {file: names for file, names in EXCEPTIONS.items() if file.startswith(f"{room}/")}


def test_the_program_wires_components_and_nothing_else() -> None:
    found = {name.split(".")[0] for name in imports(ROOT / "__main__.py")}
    assert found == {"pulumi", "components"}


def test_every_python_file_stands_in_a_room() -> None:
    known = (*ALLOWED, "tests", "benchmarks", "scripts/__init__.py", "scripts/packing.py", "__main__.py")
    files = {str(path.relative_to(ROOT)) for path in ROOT.glob("[!.]*/**/*.py")} | {"__main__.py"}
    assert sorted(name for name in files if not name.startswith(known)) == []


@pytest.mark.parametrize(
    ("room", "text", "wrong"),
    [
        ("planning", "from components.network import Network", True),
        ("planning", "import pulumi", True),
        ("planning", "from settings import Settings", False),
        ("settings", "import boto3", True),
        ("components", "import provider.worker", True),
        ("components", "from provider.sdk import Cluster", False),
        ("components", "def later():\n    from scripts.directory import cli", True),
        ("components", "from scripts.directory import bundle", False),
        ("components", "from botocore.session import Session", True),
        ("provider", "from settings import Settings", True),
        ("scripts/directory", "import rich", True),
        ("scripts/node", "import boto3", True),
        ("components", "from scripts.node.library import cloud", True),
        ("localcloud", "from planning import names", True),
    ],
)
def test_the_guard_sees_a_wrong_import(tmp_path: Path, room: str, text: str, wrong: bool) -> None:
    (tmp_path / "file.py").write_text(f"{text}\n")
    (name,) = imports(tmp_path / "file.py")
    assert stranger(room, name) is wrong


def test_only_the_local_cloud_knows_of_itself() -> None:
    for room in ("settings", "planning", "components", "provider"):
        for path in (ROOT / room).rglob("*.py"):
            assert not re.search(r"localcloud|moto\b|AWS_ENDPOINT", path.read_text()), path


def documented(page: str) -> set[str]:
    return set(
        re.findall(
            r"`([a-zA-Z_0-9]+)`", "".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| `"))
        )
    )


def test_every_output_is_documented_and_every_documented_one_exists() -> None:
    page = documented((ROOT / "docs/outputs.md").read_text())
    host = {"kind": "existing", "host": "10.0.0.9", "user": "me", "hostKey": "ssh-ed25519 AAAA"}
    others: list[dict[str, Any]] = [{}, {"directory": {"kind": "managed-ad"}}, {"jumpHost": host}]
    others.append({"users": {"count": 5, "newPasswords": "object"}})
    made = {name for other in others for name in run(**{**EVERYTHING, **other}).outputs}
    assert made == page


def test_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) < 150
