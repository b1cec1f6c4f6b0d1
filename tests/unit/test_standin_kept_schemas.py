"""Schemas that are kept say the same as the classes that they were read from, at any depth."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from localcloud import paths
from localcloud.plugins import kept, kinds, schema
from localcloud.plugins.kinds import Field, Kind

RESOURCES = (
    "aws:ec2/instance:Instance",
    "aws:s3/bucket:Bucket",
    "aws:wafv2/ruleGroup:RuleGroup",  # types that hold themselves
    "command:remote:Command",
    "pulumi:providers:aws",
)
FUNCTIONS = ("aws:ec2/getAmi:getAmi", "aws:index/getRegion:getRegion")


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(paths, "CACHE", tmp_path)
    monkeypatch.setattr(kinds, "OBJECTS", {})
    kept._folder.cache_clear()
    yield
    kept._folder.cache_clear()


def _whole(fields: Mapping[str, Field], above: tuple[str, ...] = ()) -> dict[str, Any]:
    return {name: (_kind(field.kind, above), field.required) for name, field in fields.items()}


def _kind(kind: Kind, above: tuple[str, ...]) -> Any:
    if kind.cls:
        return kind.cls if kind.cls in above or len(above) > 2 else _whole(kind.fields, (*above, kind.cls))
    parts = [*([kind.item] if kind.item else []), *kind.options]
    return [kind.name, *(_kind(part, above) for part in parts)]


def _outline(found: schema.Schema) -> tuple[dict[str, Any], dict[str, Any]]:
    return _whole(found.inputs), _whole(found.outputs)


@pytest.mark.parametrize(
    ("read", "token"),
    [*((schema._resource_schema, token) for token in RESOURCES), *((schema._function_schema, t) for t in FUNCTIONS)],
)
def test_what_is_kept_is_what_was_read(read: Any, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _outline(read.__wrapped__(token))
    monkeypatch.setattr(kinds, "OBJECTS", {})

    def never(_: Any) -> Any:
        raise AssertionError("an SDK class was read although all is kept")

    monkeypatch.setattr(schema, "_locate", never)
    monkeypatch.setattr(kinds, "fields_of", never)
    assert _outline(read.__wrapped__(token)) == before
    assert before[0] or token == "aws:index/getRegion:getRegion"


def test_another_version_of_the_package_is_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    schema._resource_schema.__wrapped__("command:remote:Command")
    assert kept.recall("resource", "command:remote:Command")
    monkeypatch.setattr(kept.metadata, "version", lambda _: "0.0.1")
    kept._folder.cache_clear()
    assert kept.recall("resource", "command:remote:Command") is None


def test_unknown_tokens_are_not_kept(tmp_path: Path) -> None:
    for token in ("aws:sns/topik:Topik", "nobody:index:Nothing", "aws"):
        with pytest.raises(schema.UnknownToken):
            schema._resource_schema.__wrapped__(token)
    assert not list(tmp_path.rglob("*Topik*"))


def test_a_broken_file_is_read_anew(tmp_path: Path) -> None:
    before = _outline(schema._resource_schema.__wrapped__("command:remote:Command"))
    for file in tmp_path.rglob("*.json"):
        file.write_text("{")
    assert _outline(schema._resource_schema.__wrapped__("command:remote:Command")) == before
