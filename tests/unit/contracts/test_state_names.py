"""Renaming what holds data is refused until an alias leads from the old name to the new one."""

import pulumi
import pulumi_aws as aws
import pytest

from tests.unit.contracts.state_names import declared, faults, of_all_stack_files, pinned
from tests.unit.recorder import record


def test_state_names_are_for_life() -> None:
    found = faults(pinned(), of_all_stack_files())
    assert not found, "\n".join(found)
    assert len(pinned()) >= 10


class _Store(pulumi.ComponentResource):
    def __init__(self, name: str, child: str, *aliases: pulumi.Alias, token: str = "hpcstack:index:Storage") -> None:
        super().__init__(token, name, None, None)
        aws.efs.FileSystem(child, opts=pulumi.ResourceOptions(parent=self, aliases=list(aliases)))


OLD = "hpcstack:index:Storage$aws:efs/fileSystem:FileSystem::team-home"


def _names(child: str, *aliases: pulumi.Alias, token: str = "hpcstack:index:Storage") -> dict[str, set[str]]:
    return declared(record(lambda: _Store("team", child, *aliases, token=token) and None))


def test_an_unchanged_name_is_no_fault() -> None:
    assert faults({OLD}, _names("team-home")) == []


@pytest.mark.parametrize(
    ("child", "token"), [("team-homes", "hpcstack:index:Storage"), ("team-home", "hpcstack:index:Folders")]
)
def test_a_rename_or_a_move_is_found(child: str, token: str) -> None:
    lost, new = faults({OLD}, _names(child, token=token))
    assert lost.startswith(f"{OLD}: no resource has this name any more")
    assert "aliases=[Alias(" in lost
    assert "is new and not pinned" in new


@pytest.mark.parametrize(
    ("alias", "token"),
    [
        (pulumi.Alias(name="team-home"), "hpcstack:index:Storage"),
        (
            pulumi.Alias(name="team-home", parent="urn:pulumi:dev::hpcstack::hpcstack:index:Storage::team"),
            "hpcstack:index:Folders",
        ),
    ],
)
def test_an_alias_leads_from_the_old_name(alias: pulumi.Alias, token: str) -> None:
    found = _names("team-homes", alias, token=token)
    (new,) = found
    assert faults({OLD, new}, found) == []
    assert faults({OLD}, found) == [fault for fault in faults({OLD}, found) if "is new and not pinned" in fault]
