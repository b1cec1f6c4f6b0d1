"""How many network interfaces ParallelCluster places on each card, and how many are free."""

import pytest

from planning import interfaces
from settings.facts.machines import Machine, date, machine

HPC7A = "hpc7a.96xlarge"


def of(name: str) -> Machine:
    found = machine(name)
    assert found
    return found


@pytest.mark.parametrize(
    ("name", "efa", "combined", "placed", "free"),
    [
        (HPC7A, True, False, (2, 1), (0, 1)),
        (HPC7A, True, True, (1, 1), (1, 1)),
        (HPC7A, False, False, (1, 1), (1, 1)),
        ("c5n.18xlarge", True, False, (2,), (13,)),
        ("c5n.18xlarge", True, True, (1,), (14,)),
        ("c6i.xlarge", False, False, (1,), (3,)),
    ],
)
def test_each_card_has_what_parallelcluster_places(
    name: str, efa: bool, combined: bool, placed: tuple[int, ...], free: tuple[int, ...]
) -> None:
    assert interfaces.placed(of(name), efa=efa, combined=combined) == placed
    assert interfaces.free(of(name), efa=efa, combined=combined) == free


@pytest.mark.parametrize(
    ("cards", "adapters", "efa", "placed"),
    [
        ((1, 2), 2, True, (1, 1)),  # the first card cannot hold two
        ((2, 2), 1, True, (1, 1)),  # the first card has no EFA
        ((2, 1, 2, 1), 4, False, (1, 0, 1, 0)),  # odd cards carry EFA only
    ],
)
def test_cards_that_differ(cards: tuple[int, ...], adapters: int, efa: bool, placed: tuple[int, ...]) -> None:
    found = Machine(
        vcpus=4, cores=2, memory=8192, architectures=("x86_64",), cards=cards, efa_interfaces=adapters, gpus=0
    )
    name = "p6e-gb200.36xlarge" if len(cards) == 4 else "x"
    assert interfaces.placed(found, efa=efa, instance_type=name) == placed


@pytest.mark.parametrize(
    ("wanted", "combined", "fine"), [(1, False, True), (2, False, False), (2, True, True), (3, True, False)]
)
def test_more_than_are_free_are_an_error_with_the_numbers(wanted: int, combined: bool, fine: bool) -> None:
    place = ("cluster", "queues", 0, "instanceTypes", 0)
    found = list(interfaces.wanted_too_many(place, HPC7A, wanted, efa=True, combined=combined, by="weka"))
    assert (not found) == fine
    if wanted == 2 and not combined:
        assert "2 network cards with 2 and 2 interfaces, of which ParallelCluster uses 2 and 1" in found[0].fault
        assert found[0].allowed == "1 more; with cluster.efaInterfaceType efa, 2"


def test_no_type_gets_more_than_a_card_holds() -> None:
    from settings.facts.machines import _lines

    assert len(_lines()) > 1000
    for name in _lines():
        for efa in {False, of(name).efa_interfaces > 0}:
            assert min(interfaces.free(of(name), efa=efa, instance_type=name)) >= 0, name


def test_a_type_that_is_not_known_is_left_to_parallelcluster() -> None:
    assert machine("c99i.xlarge") is None
    assert list(interfaces.wanted_too_many((), "c99i.xlarge", 9, efa=True, combined=False, by="weka")) == []


def test_the_facts_have_a_date() -> None:
    assert date().startswith("20")
