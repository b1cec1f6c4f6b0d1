"""Judges answers by the rules of the stack file itself."""

import json
from typing import Any

from scripts.new_team.answers import MADE, Question, configuration
from settings import Problem, Settings
from settings.load import read
from settings.problem import NAMESPACE
from settings.rules.types import unknown_types


def problems(team: str, given: dict[str, Any]) -> list[Problem]:
    """All that is wrong with the file that these answers make."""
    found = _read(team, given)[1]
    if given["directory"] not in MADE:
        allowed = ", ".join(MADE)
        wrong = Problem(
            "directory.kind",
            json.dumps(given["directory"]),
            "is not one of the choices here",
            allowed,
            "take one of these; Pulumi.dev.yaml says how to join a directory that exists",
            "new-team-directory",
        )
        found = [wrong, *(one for one in found if not one.path.startswith(("directory", "jumpHost")))]
    return sorted(set(found))


def of_question(team: str, given: dict[str, Any], question: Question) -> list[Problem]:
    """Those about one answer."""
    return [one for one in problems(team, given) if one.path.startswith(question.place)]


def settings_of(team: str, given: dict[str, Any]) -> Settings | None:
    """None where the file is wrong."""
    settings, found = _read(team, given)
    return None if found else settings


def untold_types(settings: Settings) -> list[str]:
    """Instance types that this version does not know: the preview asks AWS about them."""
    return unknown_types(settings)


def _read(team: str, given: dict[str, Any]) -> tuple[Settings | None, list[Problem]]:
    raw = {
        f"{NAMESPACE}:{key}": value if isinstance(value, str) else json.dumps(value)
        for key, value in configuration(team, given).items()
    }
    reading = read(raw)
    return reading.settings, reading.problems
