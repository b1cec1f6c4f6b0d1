"""Tags: keys that IAM takes for one and the same."""

from collections.abc import Iterator

from settings.model import Settings
from settings.problem import Problem, weighed


def keys_differ_by_more_than_case(settings: Settings) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for key, value in settings.tags.items():
        other = seen.setdefault(key.lower(), key)
        if other != key:
            yield weighed(
                "tag-case",
                ("tags", key),
                value,
                f"has the key {other} in another case, and IAM takes both for one",
                "keys that differ by more than case",
                f"remove {key} or {other}",
                ("tags", other),
            )


RULES = (keys_differ_by_more_than_case,)
