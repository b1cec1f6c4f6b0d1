"""Runs what scripts/operator has for a stack, in the environment in which the stack lives."""

import subprocess
import sys
from collections.abc import Mapping

from localcloud import discretion, paths, stack
from localcloud.engine.engine import Engine

PENDING = 4
"""Exit code by which scripts.operator.repair says that something is pending."""


def environment(engine: Engine, env: Mapping[str, str], name: str | None) -> dict[str, str]:
    """`env` with what scripts/operator needs of the engine and of a stack of the local cloud."""
    own = {"HPCSTACK_PULUMI": str(engine.pulumi), "PYTHONPATH": str(paths.ROOT)}
    if name and stack.is_local(env):
        own["HPCSTACK_STACK_FILE"] = str(stack.stack_file(name))
    return {**env, **discretion.QUIET, **own}


def repair(engine: Engine, env: Mapping[str, str], name: str | None, *flags: str) -> int:
    """`just repair [stack] [flags]`; its exit code."""
    return subprocess.run(
        _repair(name, *flags), env=environment(engine, env, name), cwd=paths.ROOT, check=False
    ).returncode


def cut_before(engine: Engine, env: Mapping[str, str], name: str | None, what: str) -> bool:
    """Whether the state holds operations of a run that was cut (`what`: any, or creations). The user is told of `just repair`."""
    asked = subprocess.run(
        _repair(name, "--check", what),
        env=environment(engine, env, name),
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode == PENDING:
        print(asked.stderr, end="", file=sys.stderr)
    # Anything else that is wrong with the stack pulumi says itself.
    return asked.returncode == PENDING


def _repair(name: str | None, *flags: str) -> list[str]:
    return [sys.executable, "-m", "scripts.operator.repair", *([name] if name else []), *flags]
