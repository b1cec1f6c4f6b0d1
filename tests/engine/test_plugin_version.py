"""A plugin is asked for its version as the engine asks it."""

from pathlib import Path

import pytest

from localcloud.engine import parts, plugin_version, plugins
from localcloud.engine.engine import Engine

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("name", parts.PLUGINS)
def test_a_plugin_tells_its_version(tmp_path: Path, name: str) -> None:
    """Asked are the stand-ins, which speak the same protocol."""
    plugins.prepare(Engine(tmp_path / "pulumi", "built"), tmp_path)
    (program,) = tmp_path.glob(f"plugins/resource-{name}-*/pulumi-resource-{name}")
    assert plugin_version.ask(program) == parts.wanted(name)


@pytest.mark.parametrize("script", ["exit 1", "echo hello", "echo 1; sleep 1"])
def test_a_program_that_is_no_plugin_has_no_version(tmp_path: Path, script: str) -> None:
    program = tmp_path / "pulumi-resource-aws"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    assert plugin_version.ask(program) is None
