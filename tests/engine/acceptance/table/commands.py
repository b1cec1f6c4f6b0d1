"""Commands on the machine that runs the program."""

from pathlib import Path

from tests.engine.acceptance.case import Case, Gone, Kept, No, Values
from tests.engine.acceptance.ground import Clients, Ground

_NOT_READ = "what a command did cannot be read back"


def _environment(ground: Ground, text: str, file: str = "made") -> Values:
    return {"environment": {"TEXT": text, "FILE": f"{ground.folder}/{file}"}}


def _written(aws: Clients, it: Kept) -> Values:
    file = Path(it.outputs["environment"]["FILE"])
    if not file.exists():
        raise Gone(str(file))
    return {"environment": {"TEXT": file.read_text(), "FILE": str(file)}}


CASES = [
    Case(
        token="command:local:Command",
        inputs=lambda g: {
            "create": 'printf %s "$TEXT" >"$FILE"',
            "delete": 'rm "$FILE"',
            **_environment(g, "first"),
        },
        change=lambda g: _environment(g, "changed"),
        replace=lambda g: {"triggers": ["again"], **_environment(g, "changed", "other")},
        along=frozenset({"environment"}),
        look=_written,
        drift=No(_NOT_READ),
        vanish=No(_NOT_READ),
        import_id=No(_NOT_READ),
    ),
]
