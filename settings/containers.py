"""`cluster.containers`: containers without root, in jobs and at the prompt."""

from typing import Literal

from settings.base import Section
from settings.folders import MountDir


class Containers(Section):
    """Containers of users without root. Images lie on each node's own disk, so that nodes with one home do not collide."""

    engine: Literal["podman", "apptainer"] = "podman"
    """What runs them; a component of the image with this name installs it."""
    storage_dir: MountDir | None = None
    """Where each user has a folder on the node's own disk. Default: below the mounted local disks, else on the root volume."""
