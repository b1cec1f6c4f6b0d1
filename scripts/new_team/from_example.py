"""A stack file made from one of `examples/`, with the team's own name, address and region in it."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

from settings.load import Reading, read
from settings.problem import NAMESPACE

_HEAD = """\
# yaml-language-server: $schema=docs/stack.schema.json
# The stack of team {team}, from examples/{example}.yaml. docs/configuration.md lists every key.
"""


def examples(folder: Path) -> list[str]:
    """Their names."""
    return sorted(path.stem for path in (folder / "examples").glob("*.yaml"))


def text(folder: Path, example: str, team: str, own: dict[str, Any]) -> str:
    """The example's configuration with all its comments. `own` replaces values of the first level that it has, where not None."""
    source = (folder / "examples" / f"{example}.yaml").read_text()
    found = source[source.index("\nconfig:") + 1 :].replace(f".{example}.internal", f".{team}.internal")
    for key, value in {"team": team, **own}.items():
        if value is not None:
            found = re.sub(rf"(?m)^(  {NAMESPACE}:{key}:) .*$", lambda line, new=value: f"{line[1]} {new}", found)
    return _HEAD.format(team=team, example=example) + found


def reading(written: str) -> Reading:
    """The file as the program reads it."""
    config = yaml.safe_load(written)["config"]
    return read({key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()})
