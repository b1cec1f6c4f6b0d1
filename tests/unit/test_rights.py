"""The rights that docs/security.md names are those of the calls made: the program's own, the provider's, the stand-in's."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

ROOT = Path(__file__).resolve().parent.parent.parent
ASKED = ("ec2", "efs", "fsx", "pricing", "secretsmanager")
"""Services that the program itself asks."""
MADE = ("efs", "fsx", "logs")
"""Services whose resources want rights that their names do not tell."""
IN_IAM = {"efs": "elasticfilesystem"}


@cache
def operations(service: str) -> dict[str, str]:
    """Names of rights, by boto3's names of calls."""
    names = botocore.session.get_session().get_service_model(service).operation_names
    return {xform_name(name): f"{IN_IAM.get(service, service)}:{name}" for name in names}


def calls(path: Path, services: tuple[str, ...]) -> Iterator[str]:
    """Rights of the calls in a file: methods of clients, and names of calls that are passed on as texts."""
    text = path.read_text()
    said = [one for one in services if re.search(rf"\b{one}\b", text)] or [one for one in services if one == "ec2"]
    for node in ast.walk(ast.parse(text)):
        name = node.attr if isinstance(node, ast.Attribute) else node.value if isinstance(node, ast.Constant) else None
        if not isinstance(name, str):
            continue
        holder = ast.unparse(node.value) if isinstance(node, ast.Attribute) else ""
        of = [one for one in said if re.search(rf"\b{one}\b", holder)] or said
        found = [operations(one)[name] for one in of if name in operations(one)]
        # Both EFS and FSx describe file systems: where the client is not named, both are meant.
        yield from found


def made_by(services: tuple[str, ...], *folders: str) -> set[str]:
    files = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return {right for path in files for right in calls(path, services)}


def listed(heading: str) -> set[str]:
    page = (ROOT / "docs" / "security.md").read_text()
    (section,) = re.findall(rf"(?ms)^### {heading}\n(.*?)(?=^#)", page)
    found = set[str]()
    for service, names in re.findall(r"`([a-z0-9]+):([A-Za-z, ]+)`", section):
        found |= {f"{service}:{name.strip()}" for name in names.split(",")}
    return found


def test_what_a_preview_asks_is_listed() -> None:
    assert listed("To look") == made_by(ASKED, "components")


@pytest.mark.parametrize("service", MADE)
def test_what_resources_of_storage_and_logs_need_is_listed(service: str) -> None:
    made = made_by((service,), "localcloud/plugins/aws/resources", "provider/worker")
    assert made
    prefix = f"{IN_IAM.get(service, service)}:"
    assert {one for one in listed("To make") if one.startswith(prefix)} == made


def test_every_right_is_one_of_aws() -> None:
    services = botocore.session.get_session().get_available_services()
    other = {service: name for name, service in IN_IAM.items()}
    for right in listed("To look") | listed("To make"):
        service, name = right.split(":")
        assert other.get(service, service) in services
        assert right in operations(other.get(service, service)).values(), f"{right}: {name}"
