"""Other teams' stack files of the project's folder: where two teams would write over each other's data in S3."""

from collections.abc import Iterator
from pathlib import Path

from planning.written import written
from settings import Problem, Settings, read
from settings.flat import flat
from settings.problem import weighed
from settings.rules.links import inside

_PROJECT = Path(__file__).resolve().parent.parent


def problems(settings: Settings, folder: Path = _PROJECT) -> Iterator[Problem]:
    """A prefix that lies in another team's, or holds it. Stacks of one team may share theirs."""
    mine = list(written(settings))
    for file, other in _others(settings.team, folder) if mine else ():
        theirs = [target for _, target in written(other)]
        for path, target in mine:
            taken = next((one for one in theirs if inside(target, one) or inside(one, target)), None)
            if taken:
                yield weighed(
                    "prefix-taken",
                    path,
                    target,
                    f"overlaps with {taken}, into which team {other.team} writes ({file})",
                    "prefixes into which one team writes",
                    "write below a prefix of your own, or agree on one and take access: read",
                )


def _others(team: str, folder: Path) -> Iterator[tuple[str, Settings]]:
    """Stack files of other teams, as far as they can be read: what is wrong with one is told to its own team."""
    for path in sorted(folder.glob("Pulumi.*.yaml")):
        try:
            text = path.read_text()
        except (FileNotFoundError, UnicodeDecodeError):
            continue  # gone since the folder was looked at, or no stack file
        raw = flat(text)
        if raw.get("hpcstack:team", team) == team:
            continue
        found = read(raw, [key for key, text in raw.items() if not text]).settings
        if found:
            yield path.name, found
