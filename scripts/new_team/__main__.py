"""`just new-team NAME [flags]`: questions on a terminal, flags anywhere; a stack file that the program takes."""

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from planning.table import table
from scripts.new_team import checking, from_example, writing
from scripts.new_team.answers import QUESTIONS, Question, configuration
from settings import Settings, SettingsError

ROOT = Path(__file__).resolve().parent.parent.parent
_NAME = re.compile(r"^[a-z][a-z0-9-]{0,18}[a-z0-9]$")
_INTERRUPTED = 130
_OF_EXAMPLES = ("email", "region")


class Refused(Exception):
    """The text is for the user; nothing was written."""


def main(arguments: list[str] | None = None, folder: Path = ROOT, ask: Callable[[str], str] | None = None) -> int:
    """`ask` reads a line; without it nothing is asked. Exit code: 0 written, 2 refused, 130 after Ctrl-C."""
    found = _parser().parse_args(arguments)
    try:
        target = _free(found.name, folder)
        given = {one.name: getattr(found, one.name) for one in QUESTIONS}
        if found.example is not None:
            settings = _copy(found.example, found.name, given, target, ask)
        else:
            _complete(found.name, given, ask)
            _write(target, writing.text(found.name, configuration(found.name, given)))
            settings = checking.settings_of(found.name, given)
    except Refused as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except (KeyboardInterrupt, EOFError):
        print("\nnothing was written", file=sys.stderr)
        return _INTERRUPTED
    _tell(target, found.name, settings)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="just new-team",
        description="Writes Pulumi.NAME.yaml, a team's stack file. On a terminal it asks what no flag says.",
    )
    parser.add_argument("name", metavar="NAME", help="the team's and the stack's name")
    parser.add_argument("--example", help="take this file of examples/ as it is, with --email and --region only")
    for one in QUESTIONS:
        default = f"default: {one.default}" if one.default else "required"
        kind = _whole if one.whole else str
        parser.add_argument(f"--{one.flag}", metavar=one.flag.upper(), type=kind, help=f"{one.text}; {default}")
    return parser


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number: write digits only") from None


def _free(name: str, folder: Path) -> Path:
    if not _NAME.match(name):
        raise Refused(f'"{name}" is no team name: 2 to 20 lower-case letters, digits and hyphens, a letter first')
    target = folder / f"Pulumi.{name}.yaml"
    if target.exists():
        raise Refused(f"{target.name} exists: edit it, or choose another name")
    return target


def _copy(
    example: str, team: str, given: dict[str, Any], target: Path, ask: Callable[[str], str] | None
) -> Settings | None:
    """Write an example as the team's file; its settings."""
    known = from_example.examples(ROOT)
    if example not in known:
        raise Refused(f'there is no example "{example}": take one of {", ".join(known)}')
    others = [f"--{one.flag}" for one in QUESTIONS if one.name not in _OF_EXAMPLES and given[one.name] is not None]
    if others:
        raise Refused(f"an example says itself what {' and '.join(others)} would: leave these out, then edit the file")
    if given["email"] is None and ask is None:
        raise Refused("--email is missing, and there is no terminal to ask on: give it")
    own = {key: given[key] for key in _OF_EXAMPLES}
    own["email"] = own["email"] or (ask("Whom to ask about this platform (e-mail): ").strip() if ask else "")
    made = from_example.text(ROOT, example, team, own)
    found = from_example.reading(made)
    if found.problems:
        raise Refused(str(SettingsError(found.problems)))
    _write(target, made)
    return found.settings


def _complete(team: str, given: dict[str, Any], ask: Callable[[str], str] | None) -> None:
    """Fill in what no flag said: by asking, else by the defaults."""
    unanswered = [one for one in QUESTIONS if given[one.name] is None]
    for one in unanswered:
        given[one.name] = _value(one, one.default or "somebody@example.org")
    if problems := checking.problems(team, given):
        raise Refused(str(SettingsError(problems)))
    for one in unanswered:
        if ask is None and not one.default:
            raise Refused(f"--{one.flag} is missing, and there is no terminal to ask on: give it")
        if ask is not None and not (one.flag == "users" and given["directory"] == "none"):
            _ask(team, given, one, ask)


def _ask(team: str, given: dict[str, Any], question: Question, ask: Callable[[str], str]) -> None:
    """Until the answer can stand in the file."""
    shown = f" [{question.default}]" if question.default else ""
    while True:
        answer = ask(f"{question.text}{shown}: ").strip() or question.default
        try:
            given[question.name] = _value(question, answer)
        except argparse.ArgumentTypeError as error:
            print(f"  {error}")
            continue
        wrong = checking.of_question(team, given, question)
        if not wrong:
            return
        for one in wrong:
            print(f"  {one.value} {one.fault}; allowed: {one.allowed}")


def _value(question: Question, answer: str) -> str | int:
    return _whole(answer) if question.whole else answer


def _write(target: Path, text: str) -> None:
    try:
        with target.open("x") as file:
            file.write(text)
    except FileExistsError:
        raise Refused(f"{target.name} exists: edit it, or choose another name") from None


def _tell(target: Path, name: str, settings: Settings | None) -> None:
    print(f"{target.name} is written. `up` would make:")
    for line in writing.in_words(settings) if settings else ():
        print(f"  - {line}")
    if settings:
        print(f"\n{table(settings)}\n")
    for one in checking.untold_types(settings) if settings else ():
        print(f"  {one}: this version does not know this type; the preview asks AWS")
    print(f"Next:\n  pulumi stack init {name}\n  just preview {name}")


if __name__ == "__main__":
    sys.exit(main(ask=input if sys.stdin.isatty() and sys.stdout.isatty() else None))
