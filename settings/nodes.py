"""What head node, login nodes and compute nodes have alike, in ParallelCluster's words."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Section, form
from settings.buckets import BucketName

PolicyArn = Annotated[
    str,
    form(
        r"arn:aws[a-z-]*:iam::(aws|\d{12}):policy/[\w+=,.@/-]+",
        "the ARN of a policy of IAM",
        "run: aws iam list-policies --scope Local",
    ),
]
ProxyAddress = Annotated[
    str,
    form(
        r"https?://[A-Za-z0-9.-]+:\d{1,5}",
        "http:// or https://, a host, a colon and a port",
        "write it such as http://proxy.example.org:3128",
    ),
]
MountDir = Annotated[str, form(r"/[\w.-]+(/[\w.-]+)*", "an absolute path", "write it such as /scratch")]


class RootVolume(Section):
    """The root volume, by default as the image has it."""

    size: Annotated[int, Field(ge=40, le=16_384)] | None = None
    """GiB; not below the image's own."""
    volume_type: Literal["gp3", "gp2", "io1", "io2"] | None = None
    """EBS volume type; ParallelCluster's default is gp3."""
    iops: Annotated[int, Field(ge=100, le=256_000)] | None = None
    """Operations a second: of gp3 3000 to 16000, of io1 and io2 from 100 on."""
    throughput: Annotated[int, Field(ge=125, le=1000)] | None = None
    """MiB a second, of gp3 only."""
    encrypted: bool = True
    """Whether it is encrypted."""


class NodeIam(Section):
    """Rights of these nodes' role, beside ParallelCluster's and the platform's own."""

    policies: tuple[PolicyArn, ...] = ()
    """ARNs of policies that are attached too."""


class S3Access(Section):
    """A bucket that exists, for these nodes alone; storage.buckets are for all nodes."""

    bucket_name: BucketName
    """Its name."""
    key_name: Annotated[str, form(r"[^\s/*?][^\s*?]*\*?", "a key, or a prefix and *, such as runs/*")] | None = None
    """One object, or with * at the end all that begin so; default: the whole bucket, with its list."""
    enable_write_access: bool = False
    """Whether these nodes may also write and delete."""


class NodeIamS3(NodeIam):
    """The same, with buckets; ParallelCluster has these for the head node and queues, not for login pools."""

    s3_access: Annotated[tuple[S3Access, ...], Field(max_length=20)] = ()
    """Buckets of these nodes alone."""


class Dcv(Section):
    """Remote desktops with Amazon DCV, reachable from where SSH is: all ranges of the VPC, and network.allowedCidrs."""

    enabled: bool = False
    """Whether its server runs on these nodes."""
    port: Annotated[int, Field(ge=1024, le=65_535)] = 8443
    """TCP port."""


class Imds(Section):
    """The instance metadata service, version 2 only on all nodes."""

    secured: bool = True
    """Whether only root and a few users of the head node reach it, and with it the node's credentials."""
