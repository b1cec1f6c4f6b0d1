"""One mistake in a stack file, and how a user reads it."""

import json
import re
import textwrap
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import cast

Path = tuple[str | int, ...]
"""Where a value stands: keys as the stack file spells them, and places in lists."""

NAMESPACE = "hpcstack"
_SECRET_KEY = re.compile(
    r"(?i)(pass(word|wd|phrase)?|pw|token|credentials?|(secret|private|access)_?key|secret(_?value)?)$"
)
_SECRET_TEXT = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|\b(AKIA|ASIA)[A-Z0-9]{16}\b|\b(ghp|gho|glpat)[_-]\w{20}")
_LONGEST = 60


@dataclass(frozen=True, order=True)
class Problem:
    """`hpcstack:cluster.queues[0].maxCount: 0 is below 1; allowed: a whole number, 1 or more; fix: …`, always in this form."""

    path: str
    """Dotted, as `pulumi config set --path` takes it, without the namespace."""
    value: str
    """As `shown()` makes it."""
    fault: str
    """Goes on from the value: `is below 1`."""
    allowed: str
    """What may stand there, or the nearest that may."""
    fix: str
    """What to do, as a command to the reader."""
    rule: str = field(compare=False)
    """The rule's own name."""
    about: tuple[Path, ...] = field(compare=False, default=())
    """Values that the rule weighed."""

    def __str__(self) -> str:
        return f"{self._head()}; allowed: {self.allowed}; fix: {self.fix}"

    def lines(self, width: int = 92) -> str:
        """The same for a terminal, indented."""
        parts = [("  - ", self._head()), ("    allowed: ", self.allowed), ("    fix: ", self.fix)]
        return "\n".join(
            textwrap.fill(
                f"{mark}{text}", width, subsequent_indent="      ", break_long_words=False, break_on_hyphens=False
            )
            for mark, text in parts
        )

    def _head(self) -> str:
        place = self.path if re.match(r"[\w-]+:", self.path) else f"{NAMESPACE}:{self.path}"
        return f"{place}: {self.value} {self.fault}"


class SettingsError(Exception):
    """The stack file is wrong. `problems` are all that was found; nothing was created."""

    def __init__(self, problems: Collection[Problem]) -> None:
        self.problems = sorted(set(problems))
        count = f"{len(self.problems)} problem{'s' if len(self.problems) != 1 else ''}"
        lines = "\n".join(problem.lines() for problem in self.problems)
        super().__init__(f"the stack file has {count}; nothing was created or changed:\n{lines}")


def weighed(rule: str, path: Path, value: object, fault: str, allowed: str, fix: str, *also: Path) -> Problem:
    """A problem of a rule that weighs several values: the one at `path`, and others at `also`."""
    return Problem(dotted(path), shown(value, path), fault, allowed, fix, rule, (path, *also))


def dotted(path: Path) -> str:
    """`("queues", 0, "name")` as `queues[0].name`. A key with a dot in it is quoted in brackets."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if re.fullmatch(r"[\w-]+", part) else f'["{part}"]'
    return text.removeprefix(".")


def shown(value: object, path: Path = ()) -> str:
    """A value as it would stand in JSON, cut to one line. Nothing that may be a secret is ever shown."""
    if is_secret(value, path):
        return "(hidden)"
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def is_secret(value: object, path: Path = ()) -> bool:
    """Whether a value, or one inside it, is a secret by its key or by its looks."""
    if any(isinstance(part, str) and looks_secret(part) for part in path[-1:]):
        return True
    if isinstance(value, Mapping):
        return any(is_secret(inner, (str(key),)) for key, inner in cast(Mapping[object, object], value).items())
    if isinstance(value, list):
        return any(is_secret(inner) for inner in cast(list[object], value))
    return isinstance(value, str) and holds_secret(value)


def looks_secret(key: str) -> bool:
    """By its name: `password`, `db_password`, `privateKey`. An ARN of a secret is none."""
    return bool(_SECRET_KEY.search(key))


def holds_secret(text: str) -> bool:
    """By its looks: a private key, an access key of AWS, a token of a code host."""
    return bool(_SECRET_TEXT.search(text))
