"""The package schema says all that a program needs to know, and of replacements what the provider does."""

from collections.abc import Iterator
from typing import Any

from provider import cluster
from provider.schema import package_schema

Json = dict[str, Any]
SCHEMA = package_schema()


def described() -> Iterator[tuple[str, Json]]:
    """Everything that has a description, with its place."""
    for room in ("types", "resources", "functions"):
        for token, kind in SCHEMA[room].items():
            yield token, kind
            for part in ("properties", "inputProperties"):
                yield from ((f"{token}.{name}", found) for name, found in kind.get(part, {}).items())
            for part in ("inputs", "outputs"):
                yield from (
                    (f"{token}.{name}", found) for name, found in kind.get(part, {}).get("properties", {}).items()
                )


def test_everything_is_described_in_a_sentence() -> None:
    assert [place for place, kind in described() if not kind.get("description", "").endswith((".", ")"))] == []


def test_what_is_required_exists() -> None:
    for room in ("types", "resources", "functions"):
        for token, kind in SCHEMA[room].items():
            assert set(kind.get("required", ())) <= kind.get("properties", {}).keys(), token
            assert set(kind.get("requiredInputs", ())) <= kind.get("inputProperties", {}).keys(), token
            for part in (kind.get("inputs", {}), kind.get("outputs", {})):
                assert set(part.get("required", ())) <= part.get("properties", {}).keys(), token


def test_inputs_that_replace_are_marked() -> None:
    def marked(token: str) -> set[str]:
        inputs = SCHEMA["resources"][f"parallelcluster:index:{token}"]["inputProperties"]
        return {name for name, kind in inputs.items() if kind.get("willReplaceOnChanges")}

    assert marked("Cluster") == {"clusterName", "region", "version"}
    assert not marked("Cluster") & set(cluster.OPTIONS)
    assert marked("Image") == {"architecture", "configuration", "imageId", "os", "region", "version"}


def test_no_type_is_idle() -> None:
    text = str({key: SCHEMA[key] for key in ("resources", "functions")})
    assert [token for token in SCHEMA["types"] if f"#/types/{token}'" not in text] == []
