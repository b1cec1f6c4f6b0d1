"""The public machine images that the emulated account can see from the start; nothing else is there but moto's default VPC."""

import hashlib
import json
from pathlib import Path
from typing import Any

PCLUSTER_VERSION = "3.16.1"
OLDER_VERSIONS = ("3.15.1",)
"""Versions that a cluster may have beside it."""
AMAZON = "247102896272"
"""Account that publishes ParallelCluster's images; DescribeImages knows it by the alias "amazon"."""
CANONICAL = "099720109477"

_BUILT = "20260901"
_ARCHITECTURES = ("x86_64", "arm64")
# The names that ParallelCluster gives operating systems in image names (OS_TO_IMAGE_NAME_PART_MAP of pcluster/constants.py), with
# the device of the root volume. AWS publishes none for Rocky Linux; here they stand for the ones a team builds first.
_PCLUSTER = {
    "amzn2023-hvm": "/dev/xvda",
    "ubuntu-2204-lts-hvm": "/dev/sda1",
    "ubuntu-2404-lts-hvm": "/dev/sda1",
    "rhel8-hvm": "/dev/sda1",
    "rhel9-hvm": "/dev/sda1",
    "rocky8-hvm": "/dev/sda1",
    "rocky9-hvm": "/dev/sda1",
}
_UBUNTU = {"hvm-ssd-gp3/ubuntu-noble-24.04": "24.04 LTS", "hvm-ssd/ubuntu-jammy-22.04": "22.04 LTS"}


def images() -> list[dict[str, Any]]:
    """The images, as keyword arguments of moto's Ami."""
    return [*_pcluster_images(), *_ubuntu_images()]


def write_images(folder: Path) -> Path:
    """The file that moto's MOTO_AMIS_PATH wants. It must exist before moto is imported."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "images.json"
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(images(), indent=1))
    partial.replace(path)
    return path


def _pcluster_images() -> list[dict[str, Any]]:
    return [
        _image(
            f"aws-parallelcluster-{version}-{part}-{architecture}-{_BUILT}0000 2026-09-01T00-00-00.000Z",
            f"AWS ParallelCluster AMI for {part}",
            AMAZON,
            architecture,
            root_device,
        )
        for version in (PCLUSTER_VERSION, *OLDER_VERSIONS)
        for part, root_device in _PCLUSTER.items()
        for architecture in _ARCHITECTURES
    ]


def _ubuntu_images() -> list[dict[str, Any]]:
    return [
        _image(
            f"ubuntu/images/{path}-{'amd64' if architecture == 'x86_64' else architecture}-server-{_BUILT}",
            f"Canonical, Ubuntu, {release}, {architecture} image",
            CANONICAL,
            architecture,
            "/dev/sda1",
        )
        for path, release in _UBUNTU.items()
        for architecture in _ARCHITECTURES
    ]


def _image(name: str, description: str, owner: str, architecture: str, root_device: str) -> dict[str, Any]:
    # The id follows from the name, so that a program's state stays valid over restarts and additions to the tables.
    return {
        "ami_id": "ami-" + hashlib.sha256(name.encode()).hexdigest()[:17],
        "name": name,
        "description": description,
        "owner_id": owner,
        "public": True,
        "virtualization_type": "hvm",
        "architecture": architecture,
        "state": "available",
        "image_type": "machine",
        "image_location": f"amazon/{name}",
        "hypervisor": "xen",
        "root_device_name": root_device,
        "root_device_type": "ebs",
        "creation_date": "2026-09-01T00:00:00.000Z",
    }
