"""What each instance type is: of those that were known when `machines.txt` was written, and those that AWS was asked about since.

A type never changes what it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from settings.facts import families
from settings.image_systems import Architecture

_FILE = Path(__file__).parent / "machines.txt"


@dataclass(frozen=True, kw_only=True)
class Machine:
    """As EC2's DescribeInstanceTypes says it."""

    vcpus: int
    cores: int
    memory: int
    """MiB."""
    architectures: tuple[str, ...]
    cards: tuple[int, ...]
    """Network interfaces at most, of each network card."""
    efa_interfaces: int
    """Elastic Fabric Adapters at most; 0 without support."""
    gpus: int


def described(answer: Mapping[str, Any]) -> Machine:
    """Of one item of DescribeInstanceTypes' answer."""
    network, cpu = answer["NetworkInfo"], answer["VCpuInfo"]
    cards = sorted(network["NetworkCards"], key=lambda card: card["NetworkCardIndex"])
    return Machine(
        vcpus=cpu["DefaultVCpus"],
        cores=cpu.get("DefaultCores", cpu["DefaultVCpus"]),
        memory=answer["MemoryInfo"]["SizeInMiB"],
        architectures=tuple(answer["ProcessorInfo"]["SupportedArchitectures"]),
        cards=tuple(card["MaximumNetworkInterfaces"] for card in cards),
        efa_interfaces=network.get("EfaInfo", {}).get("MaximumEfaInterfaces", 0),
        gpus=sum(gpu["Count"] for gpu in answer.get("GpuInfo", {}).get("Gpus", [])),
    )


_ANSWERED: dict[str, Machine] = {}


def learn(answered: Mapping[str, Machine]) -> None:
    """Know these types too from now on, in this process."""
    _ANSWERED.update(answered)


def machine(instance_type: str) -> Machine | None:
    """None for a type that neither the file has nor AWS was asked about."""
    if instance_type in _ANSWERED:
        return _ANSWERED[instance_type]
    line = _lines().get(instance_type)
    return None if line is None else _read(line)


def written(machine: Machine) -> str:
    """The columns of `machines.txt`, which `machine` reads."""
    columns = [
        machine.vcpus,
        machine.cores,
        machine.memory,
        ",".join(machine.architectures),
        ",".join(map(str, machine.cards)),
        machine.efa_interfaces,
        machine.gpus,
    ]
    return " ".join(map(str, columns))


def _read(line: str) -> Machine:
    vcpus, cores, memory, architectures, cards, efa, gpus = line.split()
    return Machine(
        vcpus=int(vcpus),
        cores=int(cores),
        memory=int(memory),
        architectures=tuple(architectures.split(",")),
        cards=tuple(int(count) for count in cards.split(",")),
        efa_interfaces=int(efa),
        gpus=int(gpus),
    )


def architecture(instance_type: str) -> Architecture:
    """What the type's processor is; of a type that nobody described, what its name tells."""
    found = machine(instance_type)
    if found is None:
        return "arm64" if families.is_arm(instance_type) else "x86_64"
    return "arm64" if "arm64" in found.architectures else "x86_64"


def date() -> str:
    """When the package with AWS's answers was released, as 2026-01-31."""
    return _FILE.read_text().partition(", of ")[2][:10]


@cache
def _lines() -> dict[str, str]:
    found = (line.partition(" ") for line in _FILE.read_text().splitlines() if not line.startswith("#"))
    return {name: rest for name, _, rest in found}
