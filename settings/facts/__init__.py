"""What AWS and Slurm have, as lists: instance types and regions of the pinned botocore, and the names of slurm.conf.

`python -m settings.facts.refresh` writes the AWS lists again after botocore's pin was raised; a test tells when that was forgotten.
They are files because reading botocore's models would take a third of a second in each run of the program.
"""

from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent


@cache
def instance_types() -> frozenset[str]:
    """EC2's instance types, each as `c6i.xlarge`."""
    lines = (_HERE / "instance-types.txt").read_text().splitlines()
    families = (line.split(": ") for line in lines if line and not line.startswith("#"))
    return frozenset(f"{family}.{size}" for family, sizes in families for size in sizes.split())


def _words(name: str) -> tuple[str, ...]:
    lines = (_HERE / name).read_text().splitlines()
    return tuple(word for line in lines if not line.startswith("#") for word in line.split())


REGIONS = _words("regions.txt")
"""Codes of all regions in which EC2 is."""


@cache
def slurm_settings() -> tuple[str, ...]:
    """Names of slurm.conf. Not all of them: Slurm adds and removes some with each release."""
    return _words("slurm-settings.txt")
