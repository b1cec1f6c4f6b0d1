"""The rooms of docs/architecture.md: who may import whom, and that pages keep up with the code."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from tests.unit.recorder import run
from tests.unit.test_program import EVERYTHING

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = {"settings", "planning", "components", "provider", "scripts", "localcloud", "examples", "tests"}
ALLOWED: dict[str, set[str]] = {
    "settings": set(),
    "planning": {"settings"},
    "components": {"planning", "settings", "provider.sdk", "scripts.directory", "scripts.operator.credentials"},
    "provider": set(),
    "scripts": set(),
    "localcloud": set(),
}


def imports(path: Path) -> set[str]:
    """Modules of the project's rooms that a file imports, in full."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
    return {name for name in found if name.split(".")[0] in ROOMS}


def strangers(room: str, name: str) -> bool:
    allowed = ALLOWED[room] | {room}
    return not any(name == one or name.startswith(f"{one}.") for one in allowed)


@pytest.mark.parametrize("room", ALLOWED)
def test_imports_go_one_way(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    bad = [(str(path.relative_to(ROOT)), name) for path in files for name in imports(path) if strangers(room, name)]
    assert bad == []


def test_the_guard_sees_a_wrong_import(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("from components.network import Network\nimport provider.sdk\n")
    assert imports(tmp_path / "bad.py") == {"components.network", "provider.sdk"}
    assert strangers("planning", "components.network")
    assert strangers("components", "provider.worker")
    assert not strangers("components", "provider.sdk")


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
    made = {name for other in others for name in run(**{**EVERYTHING, **other}).outputs}
    assert made == page


def test_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) < 150
