"""What each instance type is, as the pinned moto has it from AWS's DescribeInstanceTypes.

`python -m tests.unit.contracts.machine_facts > settings/facts/machines.txt`
"""

import gzip
import json
import tomllib
from pathlib import Path
from typing import Any, cast

import moto  # pyright: ignore[reportMissingTypeStubs]

from settings.facts import machines

_LOCK = Path(__file__).resolve().parent.parent.parent.parent / "uv.lock"


def render() -> str:
    """One line for each type, in the columns of settings.facts.machines. Dated by the package's release."""
    source = Path(cast(Any, moto).__file__).parent / "ec2" / "resources" / "instance_types.json.gz"
    known = cast(dict[str, dict[str, Any]], json.loads(gzip.decompress(source.read_bytes())))
    packages = tomllib.loads(_LOCK.read_text())["package"]
    released = next(one["sdist"]["upload-time"] for one in packages if one["name"] == "moto")
    head = (
        f"# AWS's DescribeInstanceTypes as moto {cast(Any, moto).__version__} has it, of {released[:10]}; "
        "written by python -m tests.unit.contracts.machine_facts\n"
        "# type vCPUs cores MiB architectures interfaces-of-each-card EFA-interfaces GPUs\n"
    )
    return head + "".join(f"{name} {machines.written(machines.described(known[name]))}\n" for name in sorted(known))


if __name__ == "__main__":
    print(render(), end="")
