"""What every component owes: its form, its outputs, its children; and that all of them stand in some stack file's recording."""

import ast
import dataclasses
import functools
import importlib
import inspect
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from tests.unit.contracts.stack_files import ROOT, STACK_FILES, every_stack_file, made
from tests.unit.recorder import Recorder, record

STACK = "pulumi:pulumi:Stack"
FILES = sorted((ROOT / "components").glob("*.py"))


@functools.cache
def components() -> dict[str, type[pulumi.ComponentResource]]:
    """Every component class of the room, by name."""
    found: dict[str, type[pulumi.ComponentResource]] = {}
    for path in FILES:
        module = importlib.import_module(f"components.{path.stem}")
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, pulumi.ComponentResource) and kind.__module__ == module.__name__:
                found[name] = kind
    return found


def annotated_outputs(kind: type[Any]) -> set[str]:
    """Annotated attributes that hold outputs, also in a mapping or as one of several kinds."""
    return {name for name, hint in inspect.get_annotations(kind, eval_str=True).items() if _holds_output(hint)}


def _holds_output(hint: Any) -> bool:
    return pulumi.Output in (hint, typing.get_origin(hint)) or any(_holds_output(one) for one in typing.get_args(hint))


def form_faults(kind: type[Any]) -> list[str]:
    """`(name, args, opts=None)`; args frozen and by keyword only; no name of pulumi's own forwarded."""
    name, parameters = kind.__name__, list(inspect.signature(kind.__init__).parameters.values())[1:]
    if [one.name for one in parameters] != ["name", "args", "opts"] or parameters[2].default is not None:
        return [f"{name}: takes {', '.join(map(str, parameters))} instead of name, args, opts=None"]
    args = typing.get_type_hints(kind.__init__)["args"]
    if not dataclasses.is_dataclass(args):
        return [f"{name}: {args} is no dataclass"]
    settings = args.__dataclass_params__  # pyright: ignore[reportAttributeAccessIssue]
    by_keyword = all(one.kw_only for one in dataclasses.fields(args))
    return [] if settings.frozen and by_keyword else [f"{name}: {args.__name__} is not frozen or not by keyword only"]


def output_faults(recorder: Recorder) -> list[str]:
    """A component registers once, and just what its class annotates."""
    found: list[str] = []
    counts: dict[int, int] = {}
    for one in recorder.registered:
        name, annotated = type(one.component).__name__, annotated_outputs(type(one.component))
        counts[id(one.component)] = counts.get(id(one.component), 0) + 1
        found += [f"{name}: {key} is annotated, not registered" for key in sorted(annotated - set(one.values))]
        found += [f"{name}: {key} is registered, not annotated" for key in sorted(set(one.values) - annotated)]
    found += [f"registered {count} times" for count in counts.values() if count > 1]
    declared = [one for one in recorder.resources if not one.options.get("custom")]
    if len(counts) != len(declared):
        found.append(f"{len(declared)} components, {len(counts)} of them register outputs")
    return found


def family_faults(recorder: Recorder) -> list[str]:
    """Below the stack stand components and providers only; every other resource has a component of ours above it."""
    found: list[str] = []
    for one in recorder.resources:
        above = one.parent.split("::")[2].split("$")[-1] if one.parent else STACK
        ours, provider = one.token.startswith("hpcstack:index:"), one.token.startswith("pulumi:providers:")
        if above == STACK and not (ours or provider):
            found.append(f"{one.urn}: stands below the stack, not in a component")
        elif above != STACK and not above.startswith("hpcstack:index:"):
            found.append(f"{one.urn}: stands below {above}, which is no component")
        if not one.options.get("custom") and (not ours or one.token.split(":")[-1] not in components()):
            found.append(f"{one.urn}: the token is not hpcstack:index:<class of components/>")
    return found


def source_faults(path: Path) -> list[str]:
    """`register_outputs` comes last in a constructor; nothing is exported."""
    tree, found = ast.parse(path.read_text()), list[str]()
    for node in ast.walk(tree):
        if (isinstance(node, ast.Attribute) and node.attr == "export") or (
            isinstance(node, ast.alias) and node.name == "export"
        ):
            found.append(f"{path.name}:{node.lineno}: exports; only __main__.py does")
    for kind in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        if "ComponentResource" not in {ast.unparse(base).split(".")[-1] for base in kind.bases}:
            continue
        (start,) = (one for one in kind.body if isinstance(one, ast.FunctionDef) and one.name == "__init__")
        if not ast.unparse(start.body[-1]).startswith("self.register_outputs("):
            found.append(f"{path.name}:{start.lineno}: {kind.name} does not end with register_outputs")
    return found


def test_every_component_stands_in_a_recording() -> None:
    assert {"Network", "Database", "Secret"} <= set(components())
    seen = {one.token for name in STACK_FILES for one in made(name).recorder.resources}
    assert {f"hpcstack:index:{name}" for name in components()} - seen == set()


def test_every_component_has_the_form() -> None:
    assert [fault for kind in components().values() for fault in form_faults(kind)] == []
    assert [fault for path in FILES for fault in source_faults(path)] == []


@every_stack_file
def test_outputs_and_families(name: str) -> None:
    assert output_faults(made(name).recorder) == []
    assert family_faults(made(name).recorder) == []


class _Wrong(pulumi.ComponentResource):
    address: pulumi.Output[str]
    forgotten: dict[str, pulumi.Output[str]]
    port: int

    def __init__(self, name: str, token: str = "hpcstack:index:Bucket", times: int = 1) -> None:
        super().__init__(token, name, None, None)
        for _ in range(times):
            self.register_outputs({"address": "a", "stranger": "b"})
        self.address = pulumi.Output.from_input("a")


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (lambda: _Wrong("wrong"), "_Wrong: forgotten is annotated, not registered"),
        (lambda: _Wrong("wrong"), "_Wrong: stranger is registered, not annotated"),
        (lambda: _Wrong("wrong", times=2), "registered 2 times"),
        (lambda: _Wrong("wrong", times=0), "1 components, 0 of them register outputs"),
    ],
)
def test_wrong_outputs_are_found(wrong: Callable[[], Any], expected: str) -> None:
    assert expected in output_faults(record(lambda: wrong() and None))


def _vpc_below(parent: str) -> None:
    if parent == "stack":
        aws.ec2.Vpc("lost")
    elif parent == "vpc":
        aws.ec2.Vpc("lost", opts=pulumi.ResourceOptions(parent=aws.ec2.Vpc("other")))
    else:
        _Wrong("wrong", parent)


@pytest.mark.parametrize(
    ("parent", "expected"),
    [
        ("stack", "stands below the stack"),
        ("vpc", "stands below aws:ec2/vpc:Vpc"),
        ("hpcstack:network:Bucket", "the token is not"),
        ("hpcstack:index:Bukket", "the token is not"),
    ],
)
def test_a_lost_child_and_a_wrong_token_are_found(parent: str, expected: str) -> None:
    assert expected in "\n".join(family_faults(record(lambda: _vpc_below(parent))))


class _Loose(pulumi.ComponentResource):
    def __init__(self, name: str, args: dict[str, str], opts: pulumi.ResourceOptions | None = None) -> None: ...


@pytest.mark.parametrize(("kind", "expected"), [(_Wrong, "_Wrong: takes"), (_Loose, "is no dataclass")])
def test_a_wrong_form_is_found(kind: type[Any], expected: str) -> None:
    assert expected in "\n".join(form_faults(kind))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("self.register_outputs({})\n        self.x = 1", "does not end with register_outputs"),
        ("pulumi.export('x', 1)\n        self.register_outputs({})", "exports; only __main__.py does"),
        ("self.register_outputs({})", ""),
    ],
)
def test_a_wrong_constructor_is_found(tmp_path: Path, body: str, expected: str) -> None:
    path = tmp_path / "wrong.py"
    path.write_text(f"class Wrong(pulumi.ComponentResource):\n    def __init__(self):\n        {body}\n")
    assert expected in "\n".join(source_faults(path))
    assert bool(source_faults(path)) == bool(expected)
