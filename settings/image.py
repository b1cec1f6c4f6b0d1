"""`image`: what the nodes boot."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import AmiId, InstanceType, Overrides, Section

Os = Literal["alinux2023", "ubuntu2204", "ubuntu2404", "rhel8", "rhel9", "rocky8", "rocky9"]
"""Operating systems of ParallelCluster 3.16."""


class Image(Section):
    """What the nodes boot: ParallelCluster's official image, `customAmi`, or an image built from it (`build: true`)."""

    os: Os = "ubuntu2404"
    """Operating system of all nodes."""
    architecture: Literal["x86_64", "arm64"] = "x86_64"
    """Of all nodes."""
    build: bool = False
    """Whether to build an image of the team's own."""
    custom_ami: AmiId | None = None
    """An image that exists already."""
    instance_type: InstanceType = "c5.xlarge"
    """The machine that builds the image."""
    root_volume_size: Annotated[int, Field(ge=40, le=16_384)] = 60
    """GiB of the image's root volume."""
    update_os_packages: bool = False
    """Whether the build updates the operating system."""
    overrides: Overrides = {}
    """Merged into the image document (keys Image, Build, DevSettings)."""
