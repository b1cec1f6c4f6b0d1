"""Whether an image that exists already is one that this stack's nodes can boot."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from settings import Problem, Settings
from settings.problem import Path, weighed

_AMI: Path = ("image", "ami")
_OFFICIAL = re.compile(r"aws-parallelcluster-(?P<version>\d+\.\d+\.\d+)-(?P<os>.+?)-(hvm|kernel)")
_NAMES = {
    "amzn2023": "alinux2023",
    "ubuntu-2204-lts": "ubuntu2204",
    "ubuntu-2404-lts": "ubuntu2404",
    "rhel8": "rhel8",
    "rhel9": "rhel9",
    "rocky8": "rocky8",
    "rocky9": "rocky9",
}
"""How the names of ParallelCluster's own images spell operating systems (3.16, describe-official-images)."""


@dataclass(frozen=True)
class Found:
    """An AMI as EC2 tells it."""

    architecture: str
    name: str = ""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    state: str = "available"

    @property
    def version(self) -> str | None:
        """Of the ParallelCluster that made it, by its tag or an official image's name."""
        official = _OFFICIAL.match(self.name)
        return self.tags.get("parallelcluster:version") or (official["version"] if official else None)

    @property
    def os(self) -> str | None:
        official = _OFFICIAL.match(self.name)
        return self.tags.get("parallelcluster:os") or (_NAMES.get(official["os"]) if official else None)


def problems(settings: Settings, found: Found | None) -> list[Problem]:
    """What speaks against `image.ami`; None stands for an image that does not exist."""
    image, wanted = settings.image, settings.cluster.version
    ours = f"an image of {image.os} on {image.architecture}, made by ParallelCluster {wanted}"
    if found is None:
        fault = f"does not exist in {settings.region}, or is not shared with this account"
        fix = f"run: pcluster list-images --region {settings.region} --image-status AVAILABLE"
        return [weighed("ami-absent", _AMI, image.ami, fault, ours, fix)]
    listed: list[Problem] = []
    if found.state != "available":
        fix = "wait until it is, or name another"
        listed.append(weighed("ami-state", _AMI, image.ami, f"is {found.state}", "an image that is available", fix))
    if found.architecture != image.architecture:
        fault = f"is of {found.architecture}, and image.architecture is {image.architecture}"
        fix = f"name another, or set image.architecture to {found.architecture}"
        listed.append(weighed("ami-architecture", _AMI, image.ami, fault, ours, fix, ("image", "architecture")))
    if found.os and found.os != image.os:
        fault = f"is of {found.os}, and image.os is {image.os}"
        fix = f"name another, or set image.os to {found.os}"
        listed.append(weighed("ami-os", _AMI, image.ami, fault, ours, fix, ("image", "os")))
    if found.version and found.version != wanted:
        fault = f"was made by ParallelCluster {found.version}, and cluster.version is {wanted}"
        fix = f"build it anew with {wanted} (image.components), or set cluster.version to {found.version}"
        listed.append(weighed("ami-version", _AMI, image.ami, fault, ours, fix, ("cluster", "version")))
    return listed


def remark(settings: Settings, found: Found) -> str | None:
    """What cannot be told of the image."""
    unknown = [word for word, value in (("version", found.version), ("os", found.os)) if value is None]
    if not unknown:
        return None
    tags = " and ".join(f"parallelcluster:{word}" for word in unknown)
    return (
        f"hpcstack:image.ami: {settings.image.ami} has no tag {tags}: nobody can tell whether ParallelCluster "
        f"{settings.cluster.version} made it for {settings.image.os}. If not, the cluster's creation fails"
    )
