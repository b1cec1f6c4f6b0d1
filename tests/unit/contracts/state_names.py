"""State names of what cannot be made again: a resource whose URN changes is another one to the engine, and the old one is deleted.

Run as a module, it adds new names to the file; names that have gone are never removed by it.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.unit.contracts.stack_files import STACK_FILES, made
from tests.unit.contracts.stateful import holds_state
from tests.unit.recorder import Recorded, Recorder

FILE = Path(__file__).parent / "state_names.txt"
UPDATE = ".venv/bin/python -m tests.unit.contracts.state_names"
_HEAD = f"# State names of stateful resources, for life. A new one is added by: {UPDATE}\n"


def pinned() -> set[str]:
    lines = FILE.read_text().splitlines() if FILE.exists() else []
    return {line for line in lines if line and not line.startswith("#")}


def declared(recorder: Recorder) -> dict[str, set[str]]:
    """URNs of stateful resources, each with those that it had before, as its aliases say."""
    stateful = [one for one in recorder.resources if holds_state(one.urn)]
    return {_plain(one.urn): {_plain(urn) for urn in _aliases(one)} for one in stateful}


def of_all_stack_files() -> dict[str, set[str]]:
    return {urn: old for name in STACK_FILES for urn, old in declared(made(name).recorder).items()}


def _plain(urn: str) -> str:
    """Without the words that all have: types of the parents, type, name."""
    return urn.split("::", 2)[2]


def _aliases(one: Recorded) -> Iterable[str]:
    """As the engine reads them: a whole URN, or what differs (pulumi.Alias)."""
    for alias in one.options.get("aliases", []):
        yield alias["urn"] if "urn" in alias else _urn(one, alias["spec"])


def _urn(one: Recorded, spec: dict[str, Any]) -> str:
    start = "::".join(one.urn.split("::")[:2])
    above = "" if spec.get("noParent") else (spec.get("parentUrn") or one.parent).split("::")[2]
    kinds = [kind for kind in (above, spec.get("type", one.token)) if kind and kind != "pulumi:pulumi:Stack"]
    return f"{start}::{'$'.join(kinds)}::{spec.get('name', one.name)}"


def faults(names: set[str], found: dict[str, set[str]]) -> list[str]:
    """What is lost, and what is not pinned yet."""
    reached = set(found).union(*found.values())
    lost = [
        f"{name}: no resource has this name any more, so `pulumi up` would delete it with all that it holds. Take the old name "
        "back, or give the renamed resource an alias, opts=ResourceOptions(aliases=[Alias(name=…, type_=…, parent=…)])"
        for name in sorted(names - reached)
    ]
    new = [
        f"{name}: is new and not pinned; if it is a rename, see above, else run: {UPDATE}"
        for name in sorted(set(found) - names)
    ]
    return lost + new


if __name__ == "__main__":
    FILE.write_text(_HEAD + "".join(f"{name}\n" for name in sorted(pinned() | set(of_all_stack_files()))))
