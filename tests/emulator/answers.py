"""Answers of the emulator held against botocore's own models: unknown members, missing ones, wrong kinds, unknown choices."""

import json
from collections.abc import Iterator
from xml.etree import ElementTree

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from botocore.utils import parse_timestamp

Found = Iterator[str]
_JSON = {"string": str, "boolean": bool, "integer": int, "long": int, "float": (int, float), "double": (int, float)}


def problems(operation: OperationModel, status: int, headers: dict[str, str], body: bytes) -> list[str]:
    """What in an answer the model does not allow, each as `Operation.path.of.member: what`."""
    shape = operation.output_shape
    if status >= 300 or not isinstance(shape, StructureShape):
        return []
    payload = shape.serialization.get("payload")
    if payload:
        shape = shape.members[payload]
        if not isinstance(shape, StructureShape):
            return []
    found: list[str] = []
    if operation.service_model.resolved_protocol.endswith("json"):
        found += _json(shape, json.loads(body or b"{}"), "")
    elif body.strip():
        root = ElementTree.fromstring(body)
        wrapper = shape.serialization.get("resultWrapper")
        node = next((child for child in root if _name(child) == wrapper), root) if wrapper else root
        found += _xml_structure(shape, node, "")
    return [f"{operation.name}{line}" for line in found]


def _json(shape: Shape, value: object, at: str) -> Found:
    if value is None:
        return
    if isinstance(shape, StructureShape):
        yield from _json_structure(shape, value, at)
    elif isinstance(shape, ListShape):
        yield from (line for one in value for line in _json(shape.member, one, f"{at}[]"))  # pyright: ignore
    elif isinstance(shape, MapShape):
        yield from (line for one in value.values() for line in _json(shape.value, one, f"{at}.*"))  # pyright: ignore
    elif shape.type_name in _JSON:
        kind = _JSON[shape.type_name]
        if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
            yield f"{at}: {type(value).__name__} where the model has {shape.type_name}"
        yield from _choice(shape, value, at)


def _json_structure(shape: StructureShape, value: object, at: str) -> Found:
    if not isinstance(value, dict):
        yield f"{at}: {type(value).__name__} where the model has a structure"
        return
    names = {_wire(member, name): (name, member) for name, member in shape.members.items() if not _in_header(member)}
    for key, item in value.items():
        if key not in names:
            yield f"{at}.{key}: unknown member"
        else:
            yield from _json(names[key][1], item, f"{at}.{key}")
    yield from _missing(shape, {name for key, (name, _) in names.items() if value.get(key) is not None}, at)


def _xml(shape: Shape, node: ElementTree.Element, at: str) -> Found:
    if isinstance(shape, StructureShape):
        yield from _xml_structure(shape, node, at)
    elif isinstance(shape, ListShape):
        item = shape.member.serialization.get("name", "member")
        for child in node:
            if _name(child) != item:
                yield f"{at}.{_name(child)}: unknown item of a list of {item}"
            else:
                yield from _xml(shape.member, child, f"{at}[]")
    elif not isinstance(shape, MapShape):
        yield from _text(shape, node.text or "", at)


def _xml_structure(shape: StructureShape, node: ElementTree.Element, at: str) -> Found:
    names = {_xml_name(member, name): (name, member) for name, member in shape.members.items()}
    seen: set[str] = set()
    for child in node:
        key = _name(child)
        if key not in names:
            if at or key not in ("requestId", "ResponseMetadata"):
                yield f"{at}.{key}: unknown member"
            continue
        name, member = names[key]
        seen.add(name)
        flat = isinstance(member, ListShape) and member.serialization.get("flattened")
        yield from _xml(member.member if flat else member, child, f"{at}.{name}")  # pyright: ignore
    yield from _missing(shape, seen, at)


def _text(shape: Shape, text: str, at: str) -> Found:
    try:
        if shape.type_name in ("integer", "long"):
            int(text)
        elif shape.type_name in ("float", "double"):
            float(text)
        elif shape.type_name == "timestamp":
            parse_timestamp(text)
        elif shape.type_name == "boolean" and text not in ("true", "false"):
            raise ValueError(text)
    except (ValueError, RuntimeError):
        yield f"{at}: {text!r} where the model has {shape.type_name}"
    yield from _choice(shape, text, at)


def _choice(shape: Shape, value: object, at: str) -> Found:
    allowed = getattr(shape, "enum", [])
    if allowed and value not in allowed:
        yield f"{at}: {value!r} is no choice of the model"


def _missing(shape: StructureShape, seen: set[str], at: str) -> Found:
    wanted = {name for name in shape.required_members if not _in_header(shape.members[name])}
    yield from (f"{at}.{name}: missing" for name in sorted(wanted - seen))


def _in_header(shape: Shape) -> bool:
    return shape.serialization.get("location") in ("header", "headers", "statusCode")


def _wire(shape: Shape, name: str) -> str:
    return shape.serialization.get("name", name)


def _xml_name(shape: Shape, name: str) -> str:
    if isinstance(shape, ListShape) and shape.serialization.get("flattened"):
        return shape.member.serialization.get("name") or _wire(shape, name)
    return _wire(shape, name)


def _name(node: ElementTree.Element) -> str:
    return node.tag.rpartition("}")[2]
