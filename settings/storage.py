"""`storage`: what all nodes share."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Section
from settings.buckets import Bucket as Bucket
from settings.folders import EfsFolder as EfsFolder
from settings.kinds import tag, told_by_kind
from settings.lustre import LustreFolder as LustreFolder
from settings.nfs import OntapFolder as OntapFolder
from settings.nfs import OpenZfsFolder as OpenZfsFolder

Folder = Annotated[
    Annotated[EfsFolder, tag("efs")]
    | Annotated[LustreFolder, tag("lustre")]
    | Annotated[OntapFolder, tag("ontap")]
    | Annotated[OpenZfsFolder, tag("openzfs")],
    told_by_kind("efs"),
]


class Storage(Section):
    """What all nodes share."""

    home: Literal["efs", "cluster"] | None = None
    """What is at /home without a folder there: EFS of the stack, as if `{name: home, mountDir: /home}` stood in `folders`, or the
    head node's own, which goes with the cluster. Default: efs, but cluster with `localUsers.homeRoot` elsewhere. Another
    one replaces the cluster.
    """
    folders: Annotated[tuple[Folder, ...], Field(max_length=20)] = ()
    """Shared folders of all nodes."""
    buckets: Annotated[tuple[Bucket, ...], Field(max_length=20)] = ()
    """Buckets that nodes may use."""
