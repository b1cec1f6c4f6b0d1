"""The provider's package schema, as the engine gets it from the plugin, against the engine's own rules for schemas."""

import copy
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from localcloud import paths
from localcloud.engine import engine as engines
from provider.schema import package_schema

pytestmark = pytest.mark.engine


def pulumi(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    engine = engines.ensure()
    own = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "PULUMI_"))}
    variables = engine.environment(own) | {"PULUMI_HOME": str(folder / "home"), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    command = [str(engine.pulumi), *arguments]
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=600, check=False)


def checked(folder: Path, schema: dict[str, Any]) -> "subprocess.CompletedProcess[str]":
    (folder / "schema.json").write_text(json.dumps(schema))
    return pulumi(folder, "schema", "check", "schema.json")


def test_the_engine_gets_the_schema_from_the_plugin(tmp_path: Path) -> None:
    done = pulumi(tmp_path, "package", "get-schema", str(paths.ROOT / "provider"))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["functions"].keys() == package_schema()["functions"].keys()
    assert told["resources"].keys() == package_schema()["resources"].keys()


def test_the_schema_keeps_the_rules_and_a_broken_one_does_not(tmp_path: Path) -> None:
    schema = package_schema()
    done = checked(tmp_path, schema)
    assert done.returncode == 0, done.stdout + done.stderr
    broken = copy.deepcopy(schema)
    broken["resources"]["parallelcluster:index:Cluster"]["properties"]["headNode"]["$ref"] = "#/types/nothing"
    assert checked(tmp_path, broken).returncode != 0
