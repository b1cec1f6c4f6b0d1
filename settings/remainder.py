"""What is left of a stack file without the values that were refused, so that the rules can weigh the rest in the same run."""

import copy
from collections.abc import Collection, Mapping
from typing import Any, cast

from settings.problem import Path

_STAND_INS = {"team": "team", "email": "nobody@example.org", "region": "us-east-1"}

_RUNNER = {
    "url": "https://stand.in",
    "tokenSecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:stand-in",
    "version": "1.0.0",
    "sha256": "0" * 64,
}


def without(values: Mapping[str, Any], places: Collection[Path]) -> dict[str, Any]:
    """A copy without these places. A refused list item takes its list with it; a required value gets a stand-in.

    Keys of the copy stand in the same order whatever the order of `places`, so that errors come in one order too.
    """
    rest = copy.deepcopy(dict(values))
    for place in sorted(places, key=lambda one: (-len(one), *map(str, one))):
        _drop(rest, place)
    return rest


def _drop(values: dict[str, Any], place: Path) -> None:
    keys = list(place)
    while keys and isinstance(keys[-1], int):
        keys.pop()
    target: Any = values
    for part in keys[:-1]:
        try:
            target = target[part]
        except (KeyError, IndexError, TypeError):
            return  # a place around it is gone already
    if not keys or not isinstance(target, dict):
        return
    section, key = cast(dict[str, Any], target), str(keys[-1])
    section.pop(key, None)
    if (stand_in := _stand_in(place, key)) is not None:
        section[key] = stand_in


def _stand_in(place: Path, key: str) -> str | None:
    if len(place) == 1:
        return _STAND_INS.get(key)
    if len(place) > 2 and isinstance(place[-2], int):
        number = place[-2]
        required = {
            "name": f"stand-in-{number}",
            "mountDir": f"/stand-in-{number}",
            "fileSystemPath": f"/stand-in-{number}",
            "volumeId": f"fsvol-{number:017x}",
            "script": "https://stand.in/script",
        }
        if "s3Access" in place:
            required["bucketName"] = f"stand-in-{number}"
        return required.get(key)
    if place == ("localUsers", "file"):
        return "stand-in.yaml"
    if place[-2:] == ("jwks", "url"):
        return "https://stand.in/keys"
    if place[-2:] == ("accessPoint", "path"):
        return "/"
    if place[-2:-1] == ("gitlabRunner",):
        return _RUNNER.get(key)
    return "lt-00000000000000000" if key == "launchTemplateId" else None
