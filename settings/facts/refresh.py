"""Writes the lists of AWS from the pinned botocore: `python -m settings.facts.refresh`."""

from collections import defaultdict
from pathlib import Path
from typing import Any, cast

import botocore  # pyright: ignore[reportMissingTypeStubs]
from botocore.loaders import Loader  # pyright: ignore[reportMissingTypeStubs]

_HEAD = f"# From botocore {botocore.__version__}; written by python -m settings.facts.refresh\n"


def instance_types() -> str:
    """One line for each family."""
    model = cast(dict[str, Any], cast(Any, Loader()).load_service_model("ec2", "service-2"))
    families: defaultdict[str, list[str]] = defaultdict(list)
    for name in cast(list[str], model["shapes"]["InstanceType"]["enum"]):
        family, _, size = name.partition(".")
        families[family].append(size)
    return _HEAD + "".join(f"{family}: {' '.join(sizes)}\n" for family, sizes in sorted(families.items()))


def regions() -> str:
    """One line for each partition."""
    found = cast(dict[str, Any], cast(Any, Loader()).load_data("endpoints"))
    codes = (sorted(set(one["services"]["ec2"]["endpoints"]) & set(one["regions"])) for one in found["partitions"])
    return _HEAD + "".join(f"{' '.join(line)}\n" for line in codes)


def main() -> None:
    folder = Path(__file__).parent
    (folder / "instance-types.txt").write_text(instance_types())
    (folder / "regions.txt").write_text(regions())


if __name__ == "__main__":
    main()
