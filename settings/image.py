"""`image`: what the nodes boot."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import AmiId, InstanceType, Overrides, Section, form
from settings.image_systems import Architecture, Os

Version = Annotated[str, form(r"\d[\w.+-]*", 'a version such as "1.4.5", quoted')]
Sha256 = Annotated[
    str, form(r"[0-9a-f]{64}", "a SHA-256: 64 hexadecimal digits", "run: sha256sum <file>, on a file that you trust")
]
Url = Annotated[str, form(r"https?://[\w.:/~%+-]+", "a URL with https:// or http://, without a query")]
Folder = Annotated[
    str,
    form(
        r"(?!/)(?!(.*/)?\.\.(/|$))[\w./-]+",
        "a folder below the project's, such as image/our-tools, without ..",
        "put the folder beside the stack file, and write its path",
    ),
]
Parent = Annotated[
    str,
    form(
        r"ami-[0-9a-f]{8}([0-9a-f]{9})?|arn:aws[a-z-]*:imagebuilder:[a-z0-9-]+:[a-z0-9]+:image/[\w./-]+",
        "an AMI's id, or the ARN of an image of EC2 Image Builder",
    ),
]
ComponentArn = Annotated[
    str,
    form(
        r"arn:aws[a-z-]*:imagebuilder:[a-z0-9-]+:[a-z0-9]+:component/[\w.-]+/\d+\.\d+\.\d+/\d+",
        "the ARN of a component of EC2 Image Builder, with its version and build number",
        "run: aws imagebuilder list-component-build-versions --component-version-arn <arn>",
    ),
]


class Component(Section):
    """A component of the image: one of the platform's by `name`, the team's own by `path`, or one of the account's by `arn`."""

    name: str | None = None
    """One of the platform's own: docs/image.md lists them."""
    path: Folder | None = None
    """Folder of a component of the team's own: component.yaml, build.sh, test.sh."""
    arn: ComponentArn | None = None
    """A component that is in the account already."""
    version: Version | None = None
    """Of what it installs; by default the version that the platform has tried."""
    versions: tuple[Version, ...] = ()
    """Several, for components that install them side by side; the first is the default one."""
    checksums: dict[str, Sha256] = {}
    """Version -> SHA-256 of its file, for versions that the platform does not know."""
    parameters: dict[str, object] = {}
    """The component's own."""

    @property
    def wanted(self) -> tuple[str, ...]:
        """The versions that the stack file names."""
        return (self.version, *self.versions) if self.version else self.versions


class Image(Section):
    """What the nodes boot: ParallelCluster's official image (`image: none`), `ami`, or one that is built if a key asks for it."""

    os: Os = "ubuntu2404"
    """Operating system of all nodes."""
    architecture: Architecture = "x86_64"
    """Of all nodes."""
    ami: AmiId | None = None
    """An image that exists already, made by the same version of ParallelCluster."""
    components: tuple[Component, ...] = ()
    """What is put into an image of the team's own, in this order; a name alone is enough."""
    parent: Parent | None = None
    """The image to build from; by default ParallelCluster's official one of the cluster's version."""
    update_os_packages: bool = False
    """Whether to build an image whose operating system is updated first."""
    tests: bool = True
    """Whether the components' tests run in a machine that boots the new image."""
    retain: Annotated[int, Field(ge=0, le=20)] = 2
    """How many older images stay when a new one is built. One that is in use always stays."""
    log_retention_days: Literal[
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557
    ] = 7
    """How long the builds' logs are kept."""
    mirrors: dict[str, Url] = {}
    """Software of scripts/image/versions.yaml -> URL that takes the place of its base URL."""
    instance_type: InstanceType = "c5.xlarge"
    """The machine that builds the image."""
    root_volume_size: Annotated[int, Field(ge=40, le=16_384)] = 60
    """GiB of the image's root volume."""
    overrides: Overrides = {}
    """Merged into the image document (keys Image, Build, DevSettings)."""

    @property
    def build(self) -> bool:
        """Whether an image is built."""
        return bool(self.components or self.parent or self.update_os_packages)
