"""For all tiers."""

from pathlib import Path

import pytest

from localcloud import bytecode

bytecode.keep()  # moto, pulumi_aws and all that the tests start are compiled once, not at each run

_TESTS = Path(__file__).parent
_SHARED = ("engine/acceptance", "directory", "emulator/verdicts")
"""Folders whose tests share something costly: one process runs all of a folder."""
_LONGEST_FIRST = ("engine", "directory", "emulator/verdicts", "emulator", "unit")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where processes share the tests, a file (or folder of _SHARED) stays in one of them, and the long ones begin first."""
    if not config.pluginmanager.hasplugin("xdist") or config.getoption("dist", "no") == "no":
        return
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(key=_tier)


def _group(item: pytest.Item) -> str:
    return _within(_SHARED, item) or str(item.path.relative_to(_TESTS))


def _tier(item: pytest.Item) -> int:
    return _LONGEST_FIRST.index(_within(_LONGEST_FIRST, item) or "unit")


def _within(folders: tuple[str, ...], item: pytest.Item) -> str | None:
    """The first of the folders that the item's file lies in."""
    return next((folder for folder in folders if item.path.is_relative_to(_TESTS / folder)), None)
