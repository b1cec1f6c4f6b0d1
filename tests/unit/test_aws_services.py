"""Names of the SDK's services are found in their own modules, and nothing is different but the time."""

import importlib
import importlib.util
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest

from components import aws_services
from tests.unit.test_floor_plan import ROOT

MODULES = {
    "__init__": "from .vpc import *\nfrom .get_ami import *\nfrom .odd import *\n"
    "from ._inputs import *\nfrom . import outputs\nALL = 1",
    "vpc": "from . import outputs\nclass Vpc: ...\nclass VpcArgs: ...",
    "get_ami": "class GetAmiResult: ...\ndef get_ami(): ...\ndef get_ami_output(): ...",
    "odd": "class ElsewhereV2: ...",
    "_inputs": "class VpcRuleArgs: ...",
    "outputs": "class VpcRule: ...",
}


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A package of the form that the generator gives it, imported by use."""
    folder = tmp_path / "a_sdk" / "ec2"
    folder.mkdir(parents=True)
    folder.with_name("__init__.py").touch()
    for name, text in MODULES.items():
        (folder / f"{name}.py").write_text(text)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(aws_services, "_SERVICE", re.compile(r"a_sdk\.ec2"))
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    aws_services.import_by_use()
    yield importlib.import_module("a_sdk.ec2")
    for name in [name for name in sys.modules if name.split(".")[0] == "a_sdk"]:
        del sys.modules[name]


def loaded() -> set[str]:
    return {name.removeprefix("a_sdk.ec2.") for name in sys.modules if name.startswith("a_sdk.ec2.")}


@pytest.mark.parametrize(
    ("name", "module", "needed"),
    [
        ("Vpc", "vpc", {"vpc", "outputs"}),
        ("VpcArgs", "vpc", {"vpc", "outputs"}),
        ("get_ami", "get_ami", {"get_ami"}),
        ("get_ami_output", "get_ami", {"get_ami"}),
        ("GetAmiResult", "get_ami", {"get_ami"}),
        ("VpcRuleArgs", "_inputs", {"_inputs"}),
        ("ElsewhereV2", "odd", set(MODULES) - {"__init__"}),
    ],
)
def test_a_name_is_what_its_module_holds_and_needs_no_other(
    service: ModuleType, name: str, module: str, needed: set[str]
) -> None:
    found = getattr(service, name)
    assert loaded() == needed
    assert found is getattr(sys.modules[f"a_sdk.ec2.{module}"], name)
    assert vars(service)[name] is found


def test_a_module_of_no_name_of_its_own_is_itself_wanted(service: ModuleType) -> None:
    assert service.outputs is importlib.import_module("a_sdk.ec2.outputs")


def test_a_function_is_no_module_whoever_imports_the_module(service: ModuleType) -> None:
    module = importlib.import_module("a_sdk.ec2.get_ami")
    assert service.get_ami is vars(module)["get_ami"]


def test_what_stands_nowhere_is_told_after_all_was_looked_at(service: ModuleType) -> None:
    for _ in range(2):
        with pytest.raises(AttributeError, match=r"module 'a_sdk.ec2' has no attribute 'Vpcc'"):
            _ = service.Vpcc
    assert service.ALL == 1


def test_a_disk_that_takes_large_letters_for_small_ones_is_no_matter(
    service: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exists(path: Path) -> bool:
        return path.name.lower() in {one.name for one in path.parent.iterdir()}

    monkeypatch.setattr(Path, "exists", exists)
    assert service.Vpc.__name__ == "Vpc"
    assert next(aws_services.modules(Path(service.__path__[0]), "Vpc")) == "vpc"


def test_an_error_of_the_package_is_told_each_time(service: ModuleType) -> None:
    Path(service.__path__[0], "__init__.py").write_text("raise RuntimeError('the package is broken')")
    for _ in range(2):
        with pytest.raises(RuntimeError, match="the package is broken"):
            _ = service.ALL


def test_a_package_may_give_itself_another_class(service: ModuleType) -> None:
    text = "import sys, types\nclass Own(types.ModuleType):\n    region = 'here'\nsys.modules[__name__].__class__ = Own"
    Path(service.__path__[0], "__init__.py").write_text(text)
    assert service.region == "here"


def test_threads_that_want_the_whole_package_wait_for_it(service: ModuleType) -> None:
    Path(service.__path__[0], "__init__.py").write_text("import threading\nthreading.Event().wait(0.2)\nALL = 1")
    with ThreadPoolExecutor(max_workers=4) as pool:
        assert [answer.result() for answer in [pool.submit(getattr, service, "ALL") for _ in range(4)]] == [1] * 4


def test_settings_of_the_provider_are_no_service() -> None:
    assert not aws_services._SERVICE.fullmatch("pulumi_aws.config")
    assert aws_services._SERVICE.fullmatch("pulumi_aws.ec2")


def test_no_service_that_the_program_uses_is_imported_whole() -> None:
    spec = importlib.util.find_spec("pulumi_aws")
    assert spec
    assert spec.submodule_search_locations
    package = Path(spec.submodule_search_locations[0])
    text = "".join(path.read_text() for path in (ROOT / "components").glob("*.py"))
    names = set(re.findall(r"\baws\.([a-z0-9]+)\.([A-Za-z]\w+)", text))
    used = {(service, name) for service, name in names if (package / service).is_dir()}
    assert len(used) > 60
    for service, name in used:
        folder = package / service
        modules = list(aws_services.modules(folder, name))
        holds = re.compile(rf"^__all__ = \[[^\]]*'{name}'", re.MULTILINE)
        assert name in modules or any(holds.search((folder / f"{one}.py").read_text()) for one in modules), name
