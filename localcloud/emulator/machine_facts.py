"""What each instance type is, as the pinned moto has it from AWS's DescribeInstanceTypes.

`python -m localcloud.emulator.machine_facts > settings/facts/machines.txt`
"""

import gzip
import json
import tomllib
from pathlib import Path
from typing import Any, cast

import moto  # pyright: ignore[reportMissingTypeStubs]

_LOCK = Path(__file__).resolve().parent.parent.parent / "uv.lock"


def render() -> str:
    """One line for each type, in the columns of settings.facts.machines. Dated by the package's release."""
    source = Path(cast(Any, moto).__file__).parent / "ec2" / "resources" / "instance_types.json.gz"
    known = cast(dict[str, dict[str, Any]], json.loads(gzip.decompress(source.read_bytes())))
    packages = tomllib.loads(_LOCK.read_text())["package"]
    released = next(one["sdist"]["upload-time"] for one in packages if one["name"] == "moto")
    head = (
        f"# AWS's DescribeInstanceTypes as moto {cast(Any, moto).__version__} has it, of {released[:10]}; "
        "written by python -m localcloud.emulator.machine_facts\n"
        "# type vCPUs cores MiB architectures interfaces-of-each-card EFA-interfaces GPUs\n"
    )
    return head + "".join(f"{name} {_columns(known[name])}\n" for name in sorted(known))


def _columns(one: dict[str, Any]) -> str:
    network, cpu = one["NetworkInfo"], one["VCpuInfo"]
    cards = sorted(network["NetworkCards"], key=lambda card: card["NetworkCardIndex"])
    columns = [
        cpu["DefaultVCpus"],
        cpu.get("DefaultCores", cpu["DefaultVCpus"]),
        one["MemoryInfo"]["SizeInMiB"],
        ",".join(one["ProcessorInfo"]["SupportedArchitectures"]),
        ",".join(str(card["MaximumNetworkInterfaces"]) for card in cards),
        network.get("EfaInfo", {}).get("MaximumEfaInterfaces", 0),
        sum(gpu["Count"] for gpu in one.get("GpuInfo", {}).get("Gpus", [])),
    ]
    return " ".join(str(column) for column in columns)


if __name__ == "__main__":
    print(render(), end="")
