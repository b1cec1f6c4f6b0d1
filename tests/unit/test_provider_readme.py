"""The provider's own page: its example is a program, and it names all that the schema has."""

import ast
import re
from pathlib import Path

import yaml

from provider.environment import versions
from provider.schema import package_schema

README = (Path(__file__).resolve().parent.parent.parent / "provider" / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_example_gives_the_cluster_what_it_takes() -> None:
    (program,) = blocks("python")
    calls = [node for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Call)]
    (cluster,) = [call for call in calls if getattr(call.func, "id", "") == "Cluster"]
    given = {keyword.arg for keyword in cluster.keywords}
    schema = package_schema()["resources"]["parallelcluster:index:Cluster"]
    assert set(schema["requiredInputs"]) <= given <= {*schema["inputProperties"]}
    (project,) = blocks("yaml")
    assert yaml.safe_load(project)["plugins"]["providers"] == [{"name": "parallelcluster", "path": "./provider"}]


def test_every_property_function_and_version_is_named() -> None:
    schema = package_schema()
    names = {name for kind in schema["resources"].values() for name in kind["properties"]}
    names |= {name for kind in schema["types"].values() for name in kind["properties"]}
    names |= {token.rpartition(":")[2] for token in schema["functions"]}
    names |= {name for kind in schema["functions"].values() for name in kind["outputs"]["properties"]} - {
        "images",
        "path",
    }
    assert [name for name in sorted(names) if name not in README] == []
    assert [version for version in versions() if version not in README] == []
