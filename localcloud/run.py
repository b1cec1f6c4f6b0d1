"""Runs pulumi for a stack: on the local cloud if the stack lives there, else in the user's own environment."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

from localcloud import demo, discretion, foreign_files, paths, replacements, services, stack
from localcloud import operator_tools as tools
from localcloud.engine import engine as engines
from localcloud.engine.engine import Engine
from localcloud.errors import LocalCloudError

_COMMANDS = {
    "preview": ["preview"],
    "up": ["up"],
    "refresh": ["refresh"],
    "destroy": ["destroy"],
    "outputs": ["stack", "output"],
}
_READS_STACK_FILE = {"preview", "up", "refresh", "destroy"}
_CHECKS = {"up": "any", "destroy": "creations"}
"""What a cut run left that makes these do harm: creations are made twice or left behind, what is gone counts as there."""
_NAMES_WANTED = {"disable": 1, "enable": 1, "delete": 1, "reset-password": 1, "groups": 0}
"""Commands of `just users` after which names stand, with how many there are at least."""
_STACK = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_./-]*$")


def split(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """(stack, flags): the stack's name is the one word before the flags."""
    words = list(arguments)
    name = words.pop(0) if words and not words[0].startswith("-") else None
    if name is not None and not _STACK.match(name):
        raise LocalCloudError(f'"{name}" is no stack name: letters, digits, "-", "_" and "." are allowed')
    return name, words


def pulumi(command: str, arguments: Sequence[str]) -> int:
    """One of the commands of the justfile on a stack; pulumi's own flags pass through. The exit code is pulumi's."""
    name, flags = split(arguments)
    local = "--local" in flags
    flags = [flag for flag in flags if flag != "--local"]
    discretion.check_flags([flag for flag in flags if flag != demo.BOOTED])
    replacements.check_flags(flags)
    if demo.BOOTED in flags and command == "up":
        if not local and not stack.exists(name or stack.LOCAL):
            raise LocalCloudError("--booted is for stacks of the local cloud: just up NAME --local --booted")
        flags = demo.choose_machines(flags)
    if name and command in _READS_STACK_FILE and (committed := paths.ROOT / f"Pulumi.{name}.yaml").exists():
        foreign_files.refuse(committed)
    engine, env, name = _where(name, local)
    discretion.check_environment(env)
    line = [str(engine.pulumi), *_COMMANDS[command]]
    if name:
        line += ["--stack", name]
    if name and command in _READS_STACK_FILE and stack.is_local(env):
        line += ["--config-file", str(stack.stack_file(name))]
    if command in _CHECKS and tools.cut_before(engine, env, name, _CHECKS[command]):
        return tools.PENDING
    code = subprocess.run([*line, *flags], env={**env, **discretion.QUIET}, cwd=paths.ROOT, check=False).returncode
    if code and command in _CHECKS and not tools.cut_before(engine, env, name, "any") and command == "up":
        print(
            f"should AWS say that something exists already which this stack made: {_repair_planned(name)}",
            file=sys.stderr,
        )
    if code and name is None:
        print(
            "no stack was named, and the local cloud has none: name a stack of yours, or run: just demo",
            file=sys.stderr,
        )
    return code


def _repair_planned(name: str | None) -> str:
    return " ".join(["just", "repair", *([name] if name else []), "--planned"])


def create_users(count: str, arguments: Sequence[str]) -> int:
    """`just create-users N [stack] [flags]` in the environment in which the stack lives."""
    name, flags = split(arguments)
    return _operator("create_users", name, [count, *flags])


def jump(arguments: Sequence[str]) -> int:
    """`just jump [stack] [-- COMMAND …]` in the environment in which the stack lives."""
    name, flags = split(arguments)
    return _operator("jump", name, flags)


def token(arguments: Sequence[str]) -> int:
    """`just token USER [stack] [flags]` in the environment in which the stack lives."""
    user, rest = (
        (list(arguments[:1]), arguments[1:]) if arguments and not arguments[0].startswith("-") else ([], arguments)
    )
    name, flags = split(rest)
    return _operator("slurm_token", name, [*user, *flags])


def users(arguments: Sequence[str]) -> int:
    """`just users COMMAND [NAME|FILE …] [stack] [flags]` in the environment in which the stack lives."""
    words = list(takewhile(lambda word: not word.startswith("-"), arguments))
    flags = list(arguments[len(words) :])
    if "--stack" in flags[:-1]:
        at = flags.index("--stack")
        name, flags = flags[at + 1], flags[:at] + flags[at + 2 :]
    else:
        name = words.pop() if _ends_with_stack(words) else None
    return _operator("users", name, [*words, *flags])


def _ends_with_stack(words: Sequence[str]) -> bool:
    """Whether the last word is a stack. Where names of users or groups may stand it has to be one that there is."""
    if len(words) < 2 or words[-1].endswith((".yaml", ".yml", ".csv")):
        return False
    if words[0] not in _NAMES_WANTED:
        return True
    known = stack.exists(words[-1]) or (paths.ROOT / f"Pulumi.{words[-1]}.yaml").exists()
    return known and len(words) > 1 + _NAMES_WANTED[words[0]]


def _operator(module: str, name: str | None, flags: Sequence[str]) -> int:
    own = list(takewhile(lambda flag: flag != "--", flags))
    if {"-h", "--help"} & set(own):
        command = [sys.executable, "-m", f"scripts.operator.{module}", *flags]
        return subprocess.run(command, cwd=paths.ROOT, check=False).returncode
    engine, env, name = _where(name, local=False)
    chosen = ["--stack", name] if name else []
    command = [sys.executable, "-m", f"scripts.operator.{module}", *chosen, *flags]
    return subprocess.run(command, env=tools.environment(engine, env, name), cwd=paths.ROOT, check=False).returncode


def repair(arguments: Sequence[str]) -> int:
    """`just repair [stack] [flags]` in the environment in which the stack lives."""
    name, flags = split(arguments)
    engine, env, name = _where(name, local=False)
    discretion.check_environment(env)
    return tools.repair(engine, env, name, *flags)


def graph(arguments: Sequence[str]) -> int:
    """`just graph [stack] [flags]` in the environment in which the stack lives; the local cloud need not run."""
    name, flags = split(arguments)
    engine, env, name = _where(name, local=False, start=False)
    chosen = ["--stack", name] if name else []
    command = [sys.executable, "-m", "scripts.operator.graph", *chosen, *flags]
    return subprocess.run(command, env=tools.environment(engine, env, name), cwd=paths.ROOT, check=False).returncode


def _where(name: str | None, local: bool, start: bool = True) -> tuple[Engine, dict[str, str], str | None]:
    """The engine, the environment and the stack. A stack that the local cloud does not have is the user's own.

    The local cloud is started for a stack of its own, unless `start` is off.
    """
    if name is None and stack.exists(stack.LOCAL):
        name = stack.LOCAL
    if not local and not (name and stack.exists(name)):
        engine = engines.ensure()
        return engine, engine.environment(os.environ), name
    if not start:
        engine = engines.ensure()
        return engine, stack.environment(engine, ""), name
    if name is None:
        raise LocalCloudError("--local needs a stack's name: e.g. just preview dev --local")
    engine, env, running = demo.prepare()
    if name != stack.LOCAL:
        stack.init(name, engine, env, _committed(name), running)
    return engine, env, name


def _committed(name: str) -> Path:
    """The stack file that is kept in the repository: a team's, or an example's."""
    own, example = paths.ROOT / f"Pulumi.{name}.yaml", paths.ROOT / "examples" / f"{name}.yaml"
    for path in (own, example):
        if path.exists():
            return path
    examples = ", ".join(sorted(path.stem for path in example.parent.glob("*.yaml")))
    raise LocalCloudError(
        f"there is no {own.name}: make one with `just new-team {name}`, or take an example: {examples}"
    )


def status(arguments: Sequence[str]) -> int:
    """What the local cloud runs, and the stack: its last update and its number of resources."""
    lines = services.status()
    print("\n".join(lines) if lines else "the local cloud does not run; start it with: just demo")
    name, flags = split(arguments)
    engine, env, name = _where(name, local=False, start=False)
    if name is None:
        return 0
    asked = subprocess.run(
        [str(engine.pulumi), "stack", "ls", "--json", *flags],
        env=env,
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found = next((one for one in json.loads(asked.stdout or "[]") if one["name"].split("/")[-1] == name), None)
    if found is None:
        raise LocalCloudError(f"there is no stack {name}: {asked.stderr.strip() or 'make it with pulumi stack init'}")
    updated = (
        "being updated now" if found.get("updateInProgress") else f"last updated {found.get('lastUpdate', 'never')}"
    )
    print(f"stack {name}: {found.get('resourceCount', 0)} resources, {updated}")
    return 0
