"""The stack file: its minimum, its errors, its secrets, its old names."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, get_args

import pytest
import yaml
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

import settings
from provider import environment
from settings import Settings, SettingsError, load, reference
from settings.cluster import Cluster
from settings.examples import NONE, example
from settings.model import SECRET_KEYS
from settings.sections import section_of

MINIMUM = {"hpcstack:team": "genomics", "hpcstack:email": "hpc@example.org", "hpcstack:region": "eu-west-1"}


def load_with(secret: tuple[str, ...] = (), **changes: Any) -> Settings:
    raw = dict(MINIMUM)
    for key, value in changes.items():
        raw[f"hpcstack:{key}"] = value if isinstance(value, str) else json.dumps(value)
    return load(raw, [f"hpcstack:{key}" for key in secret])


def problems(**changes: Any) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_with(**changes)
    return [str(problem) for problem in caught.value.problems]


def test_three_keys_are_a_valid_stack() -> None:
    settings = load(MINIMUM)
    assert (settings.team, settings.environment, settings.directory.kind) == ("genomics", "dev", "none")
    assert [queue.name for queue in settings.cluster.queues] == ["compute"]
    assert not settings.protected


def test_the_versions_are_those_that_the_provider_has() -> None:
    field = Cluster.model_fields["version"]
    assert sorted(get_args(field.annotation)) == sorted(environment.versions())
    # The newest is the default.
    assert field.default == environment.versions()[-1]


def test_an_empty_stack_names_all_three_keys_and_the_command() -> None:
    with pytest.raises(SettingsError) as caught:
        load({})
    assert len(caught.value.problems) == 3
    assert [problem.path for problem in caught.value.problems] == ["email", "region", "team"]
    assert "run: pulumi config set hpcstack:region <value>" in str(caught.value)


def test_other_namespaces_are_not_ours() -> None:
    assert load({**MINIMUM, "aws:region": "us-east-1"}).region == "eu-west-1"


def test_all_mistakes_are_reported_at_once() -> None:
    found = problems(team="X", network={"zone": 2, "cidr": "nonsense"}, users={"width": 0})
    assert len(found) == 4


def test_a_clear_text_secret_is_never_repeated() -> None:
    found = problems(directoryAdminPassword="hunter2-hunter2", team="X")
    assert "hunter2" not in "\n".join(found)


def test_a_short_secret_is_refused_without_its_text() -> None:
    with pytest.raises(SettingsError) as caught:
        load_with(secret=("slurmDatabasePassword",), slurmDatabasePassword="short")
    assert "short" not in str(caught.value).replace("too short", "")


def test_secrets_are_read_when_they_are_encrypted_and_hidden_in_repr() -> None:
    settings = load_with(secret=("slurmDatabasePassword",), slurmDatabasePassword="correct-horse")
    assert settings.slurm_database_password is not None
    assert settings.slurm_database_password.get_secret_value() == "correct-horse"
    assert "correct-horse" not in repr(settings)


def test_old_names_are_read_with_a_warning_that_names_the_new_key() -> None:
    warnings: list[str] = []
    raw = {**MINIMUM, "hpcstack:Domain": "pwb.posit.co", "hpcstack:ServerInstanceType": "t3.medium"}
    settings = load(raw, (), warnings.append)
    assert settings.directory.domain_name == "pwb.posit.co"
    assert settings.jump_host.instance_type == "t3.medium"
    assert (
        warnings[1]
        == "hpcstack:Domain is the old name of hpcstack:directory.domainName: it is read; rename it in the stack file"
    )


def test_an_old_and_its_new_name_together_are_refused() -> None:
    (found,) = problems(Domain="pwb.posit.co", directory={"domainName": "other.org"})
    assert "is the old name of directory.domainName, which is set too" in found


def test_an_old_secret_name_must_be_encrypted_too() -> None:
    found = problems(DomainPW="Clear-text-password-1")
    assert any("directoryAdminPassword: (hidden) stands in clear text" in problem for problem in found)
    assert load_with(secret=("DomainPW",), DomainPW="Clear-text-password-1").directory_admin_password


def test_the_reference_page_is_up_to_date_and_explains_every_key() -> None:
    page = (Path(__file__).parent.parent.parent / "docs/configuration.md").read_text()
    assert page == reference.render() + "\n", "run: python -m settings.reference > docs/configuration.md"
    assert not [line for line in page.splitlines() if line.endswith("|  |")]


def leaves(section: type[BaseModel] = Settings, before: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every key that holds no section, with its field."""
    for name, field in section.model_fields.items():
        path = f"{before}{field.alias or name}"
        if inner := section_of(field.annotation):
            yield from leaves(inner, f"{path}.")
        elif path not in SECRET_KEYS:
            yield path, field


@pytest.mark.parametrize(("path", "field"), list(leaves()), ids=lambda one: one if isinstance(one, str) else "")
def test_every_key_has_an_example_that_it_takes(path: str, field: FieldInfo) -> None:
    value = example(path, field)
    assert value is not NONE, f"give {path} an example, in Pulumi.dev.yaml or settings/examples.yaml"
    key = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    TypeAdapter(key).validate_json(json.dumps(value), strict=True)


def test_every_example_is_of_a_key() -> None:
    paths = [path for path, _ in leaves()]
    file = Path(settings.__file__).parent / "examples.yaml"
    unused = [
        end for end in yaml.safe_load(file.read_text()) if not any(f".{path}".endswith(f".{end}") for path in paths)
    ]
    assert unused == []
