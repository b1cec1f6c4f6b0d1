"""The lists that settings/ ships are those of the pinned botocore, and what names of instance types prove."""

from pathlib import Path
from unittest.mock import patch

import pytest

from settings import facts
from settings.cluster import Cluster, HeadNode, LoginNodes
from settings.directory import JumpHost
from settings.facts import families, machines, refresh
from settings.image import Image
from settings.queues import Queue
from tests.unit.contracts import machine_facts

FOLDER = Path(facts.__file__).parent


@pytest.mark.parametrize(
    ("name", "wanted"), [("instance-types.txt", refresh.instance_types), ("regions.txt", refresh.regions)]
)
def test_a_list_is_that_of_the_pinned_botocore(name: str, wanted: object) -> None:
    assert callable(wanted)
    assert (FOLDER / name).read_text() == wanted(), "run: python -m settings.facts.refresh"


def test_what_machines_are_is_as_the_pinned_emulator_has_it() -> None:
    assert (FOLDER / "machines.txt").read_text() == machine_facts.render(), f"run: {machine_facts.__doc__}"


def test_the_lists_hold_what_everybody_knows() -> None:
    assert {"t3.micro", "c6i.xlarge", "p5.48xlarge", "hpc7g.4xlarge"} < facts.instance_types()
    assert len(facts.instance_types()) > 1000
    assert {"us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1"} < set(facts.REGIONS)
    assert len({name.lower() for name in facts.slurm_settings()}) == len(facts.slurm_settings()) > 200


def test_every_default_is_a_known_type() -> None:
    defaults = {Image().instance_type, HeadNode().instance_type, LoginNodes().instance_type, JumpHost().instance_type}
    assert (
        defaults
        | {name for queue in Cluster().queues for name in queue.instance_types}
        | set(Queue(name="a").instance_types)
        <= facts.instance_types()
    )


@pytest.mark.parametrize(
    ("name", "arm"),
    [
        *(
            (name, True)
            for name in ("a1.large", "t4g.small", "c7gn.xlarge", "x2gd.large", "im4gn.large", "is4gen.large")
        ),
        *((name, True) for name in ("hpc7g.4xlarge", "g5g.xlarge", "r8gb.xlarge", "p6e-gb200.36xlarge")),
        *(
            (name, False)
            for name in ("c6i.xlarge", "g4dn.xlarge", "gr6f.4xlarge", "m7i-flex.large", "p6-b300.48xlarge")
        ),
        *((name, False) for name in ("u-6tb1.metal", "u7i-12tb.224xlarge", "hpc6id.32xlarge", "trn2u.48xlarge")),
    ],
)
def test_a_g_after_the_generation_is_graviton(name: str, arm: bool) -> None:
    assert families.is_arm(name) is arm
    assert name in facts.instance_types()


def test_the_name_tells_what_the_list_says_of_each_type() -> None:
    """So that a type which nobody described is no other machine once somebody has."""
    named = {name: "arm64" if families.is_arm(name) else "x86_64" for name in facts.instance_types()}
    assert {name: machines.architecture(name) for name in named} == named


def test_what_was_learned_goes_before_the_name() -> None:
    like = machines.machine("c7g.xlarge")
    assert like is not None
    with patch.dict(machines._ANSWERED, {"c99i.xlarge": like}):
        assert machines.architecture("c99i.xlarge") == "arm64"
    assert machines.architecture("c99i.xlarge") == "x86_64"
    assert machines.architecture("c99g.xlarge") == "arm64"
