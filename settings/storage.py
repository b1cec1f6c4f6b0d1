"""`storage`: what all nodes share."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Name, Section, checked, form, refuse

RESERVED_DIRS = (
    *(
        "/bin",
        "/boot",
        "/dev",
        "/etc",
        "/lib",
        "/lib64",
        "/media",
        "/mnt",
        "/opt",
        "/opt/intel",
        "/opt/parallelcluster",
    ),
    *("/opt/parallelcluster/shared", "/opt/parallelcluster/shared_login_nodes", "/opt/slurm", "/proc", "/root", "/run"),
    *("/sbin", "/srv", "/sys", "/tmp", "/usr", "/var"),
)
"""Mount directories that ParallelCluster refuses (3.16, SharedStorageMountDirValidator)."""


def _free_dir(path: str) -> None:
    if ".." in path.split("/") or "." in path.split("/"):
        raise refuse(
            "mount-dots", "has . or .. in it", allowed="a plain path such as /shared", fix="write the path out"
        )
    if path in RESERVED_DIRS:
        raise refuse(
            "mount-reserved",
            "belongs to the system or to ParallelCluster",
            allowed=f"any path but {', '.join(RESERVED_DIRS)}",
            fix=f"choose another one, such as /shared or {path}/shared",
        )


MountDir = Annotated[
    str,
    form(
        r"/[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*",
        "an absolute path such as /shared, of letters, digits and _ . - between single slashes, none at the end",
    ),
    checked(_free_dir),
]


class SharedFolder(Section):
    """An encrypted EFS file system of the platform, mounted on all nodes."""

    name: Name
    """Name of the folder."""
    mount_dir: MountDir
    """Where nodes mount it."""
    kind: Literal["efs"] = "efs"
    """What serves it."""


class Storage(Section):
    """What all nodes share."""

    folders: Annotated[tuple[SharedFolder, ...], Field(max_length=20)] = ()
    """Shared folders of all nodes."""
