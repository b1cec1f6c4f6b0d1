"""Pages keep up with the code: commands, modules and files that they name exist, and every error has a row."""

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "provider/README.md", *DOCS]
ROOMS = (
    "settings",
    "planning",
    "components",
    "provider",
    "scripts/operator",
    "scripts/directory",
    "scripts/domain_controller",
    "scripts/new_team",
    "localcloud",
)
ELSEWHERE = (
    "localcloud/plugins",  # in AWS's own words
    "localcloud/emulator/additions",
    "localcloud/emulator/injection.py",  # to tests
    "localcloud/machines/node",  # inside machines, in ParallelCluster's own words
    "localcloud/engine/build.py",  # caught there: another error tells the user
    "localcloud/engine/download.py",
    "planning/subnets.py",
    "scripts/directory/wanted/fields.py",  # with file, line and field: docs/directory-tool.md
    "components/local_users_file.py",  # the same: docs/local-users.md
    "settings",  # in one form, each with a remedy: tests/unit/bad_stack_files
)
"""Whose errors have no row."""
SHORTEST = 8
"""Letters; a text with fewer of its own passes on what another one says."""
GAP = "…"


def recipes() -> set[str]:
    lines = (ROOT / "justfile").read_text().splitlines()
    return {found[1] for line in lines if (found := re.match(r"^([a-z][a-z-]*)(?: [^:=]*)?:(?!=)", line))}


def code_of(page: Path) -> list[str]:
    """What stands in code spans and code blocks."""
    text = page.read_text()
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```|((?:^ {4}.*\n)+)", text, re.M | re.S)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    return [part for block in blocks for part in block if part] + re.findall(r"`([^`\n]+)`", rest)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_recipes_that_a_page_names_exist(page: Path) -> None:
    named = {name for code in code_of(page) for name in re.findall(r"(?:^|\s|\./)justw? ([a-z][a-z-]*)", code)}
    assert named <= recipes()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_modules_that_a_page_names_exist(page: Path) -> None:
    named = {name for code in code_of(page) for name in re.findall(r"python3? -m ([a-z_.]+)", code)}
    assert not [name for name in named if importlib.util.find_spec(name) is None]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
    assert not [link for link in links if "://" not in link and not (page.parent / link).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_tests_and_folders_that_a_page_names_exist(page: Path) -> None:
    named = {
        name
        for code in code_of(page)
        for name in re.findall(r"(?:^|\s)((?:tests|scripts|provider|settings)/[\w./-]*)", code)
    }
    assert not [name for name in named if not (ROOT / name).exists()]


def test_every_page_is_linked_from_the_readme() -> None:
    linked = set(re.findall(r"\(docs/([a-z-]+\.md)\)", (ROOT / "README.md").read_text()))
    assert {page.name for page in DOCS} == linked


def rows() -> list[str]:
    """The errors of docs/trouble.md: the code spans of the first column."""
    lines = (ROOT / "docs/trouble.md").read_text().splitlines()
    cells = [line.split(" | ")[0] for line in lines if line.startswith("| `")]
    return [span for cell in cells for span in re.findall(r"`([^`]+)`", cell)]


def sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


def has_rows(file: Path) -> bool:
    return not str(file.relative_to(ROOT)).startswith(ELSEWHERE)


def rendered(node: ast.AST) -> str:
    """The text of an expression, with a gap for all that is not fixed."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(rendered(part) for part in parts)
        case ast.BinOp(left=left, right=right):
            return rendered(left) + rendered(right)
        case ast.List(elts=[only]) | ast.FormattedValue(value=ast.Constant() as only):
            return rendered(only)
        case _:
            return GAP


def raised(file: Path) -> Iterator[str]:
    """The texts of what a module raises, but for those that only pass on."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            for text in (rendered(argument) for argument in node.exc.args[:3]):
                if len(text.replace(GAP, "").strip(" ;:()")) >= SHORTEST:
                    yield " ".join(text.split())


def told(row: str, text: str) -> bool:
    """Whether the row's fixed words stand in the text, in their order."""
    at = 0
    for part in row.split(GAP):
        at = text.find(part.strip(), at)
        if at < 0:
            return False
        at += len(part.strip())
    return True


def test_every_error_has_a_row() -> None:
    known = rows()
    missing = [
        f"{file.relative_to(ROOT)}: {text}"
        for file in filter(has_rows, sources())
        for text in raised(file)
        if not any(told(row, text) for row in known)
    ]
    assert not missing, "add a row to docs/trouble.md for:\n" + "\n".join(missing)


def test_every_row_is_an_error_of_the_code() -> None:
    texts: set[str] = set()
    for file in sources():
        nodes = ast.walk(ast.parse(file.read_text()))
        texts |= {
            " ".join(rendered(node).split())
            for node in nodes
            if isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp)
        }
    texts.discard(GAP)
    assert not [row for row in rows() if not any(told(row, text) for text in texts)]


@pytest.mark.parametrize(
    ("row", "text", "fits"),
    [
        ("stack … is locked", "stack … is locked, …: if that run is over, say --cancel", True),
        ("is locked … stack", "stack … is locked", False),
        ("no such words", "stack … is locked", False),
    ],
)
def test_how_rows_and_texts_are_compared(row: str, text: str, fits: bool) -> None:
    assert told(row, text) is fits


def test_a_raised_text_is_found_with_its_gaps(tmp_path: Path) -> None:
    file = tmp_path / "room.py"
    file.write_text(
        'raise Fault(f"the stack {name} is " "locked")\nraise Fault(str(error))\nraise Bad([f"{a!r} is bad input"])\n'
    )
    assert list(raised(file)) == ["the stack … is locked", "… is bad input"]
