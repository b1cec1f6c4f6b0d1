"""`storage.folders`: what serves a shared folder. Lustre is in settings.lustre."""

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
DeletionPolicy = Literal["Delete", "Retain"]
KmsKey = Annotated[
    str,
    form(
        r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[0-9a-fA-F-]+",
        "the ARN of a key of the Key Management Service",
        "run: aws kms describe-key --key-id <alias> --query KeyMetadata.Arn",
    ),
]
BackupDays = Annotated[int, Field(ge=0, le=90)]
Clock = Annotated[str, form(r"([01]\d|2[0-3]):[0-5]\d", 'a time of day in UTC such as "02:00"', 'write it as "02:00"')]
WeeklyTime = Annotated[
    str,
    form(r"[1-7]:([01]\d|2[0-3]):[0-5]\d", 'a day from 1 (Monday) to 7 and a time in UTC, such as "7:03:00"'),
]
LustreId = Annotated[
    str, form(r"fs-[0-9a-f]{17}", "fs- and 17 hexadecimal digits", "run: aws fsx describe-file-systems")
]
EfsId = Annotated[
    str,
    form(r"fs-([0-9a-f]{8}|[0-9a-f]{17})", "fs- and 8 or 17 hexadecimal digits", "run: aws efs describe-file-systems"),
]
AccessPointId = Annotated[
    str, form(r"fsap-[0-9a-f]{17}", "fsap- and 17 hexadecimal digits", "run: aws efs describe-access-points")
]
VolumeId = Annotated[
    str, form(r"fsvol-[0-9a-f]{17}", "fsvol- and 17 hexadecimal digits", "run: aws fsx describe-volumes")
]
EfsAfter = Literal[
    "AFTER_1_DAY",
    "AFTER_7_DAYS",
    "AFTER_14_DAYS",
    "AFTER_30_DAYS",
    "AFTER_60_DAYS",
    "AFTER_90_DAYS",
    "AFTER_180_DAYS",
    "AFTER_270_DAYS",
    "AFTER_365_DAYS",
]
_PATH = form(
    r"/|(/[A-Za-z0-9_.-]+){1,4}", "a path such as /team, of up to four names of letters, digits and _ . -", longest=100
)


class AccessPoint(Section):
    """The part of the file system that nodes see as its root; made with it."""

    path: Annotated[str, _PATH]
    """The directory in the file system."""
    owner_uid: Annotated[int, Field(ge=0, le=4_294_967_295)] = 0
    """Whose it is when EFS makes it."""
    owner_gid: Annotated[int, Field(ge=0, le=4_294_967_295)] = 0
    """Its group then."""
    permissions: Annotated[str, form(r"[0-7]{3,4}", 'an octal mode such as "0755"', 'write it as "0755"')] = "0755"
    """Its mode then; quoted in YAML."""


class SharedFolder(Section):
    """What all kinds of shared folders have. A made one is a resource of the stack, so that a replaced cluster finds it again."""

    name: Name
    """Name of the folder; part of the file system's name. A renamed folder is another one, and empty."""
    mount_dir: MountDir
    """Where nodes mount it."""

    @property
    def made(self) -> bool:
        """Whether it is a resource of the stack."""
        return False


class EfsFolder(SharedFolder):
    """An EFS file system: grows by itself, in all zones, encrypted; nodes mount it over TLS."""

    kind: Literal["efs"] = "efs"
    """What serves it."""
    file_system_id: EfsId | None = None
    """An existing one, with mount targets that the nodes' security group reaches. Excludes the keys of making one."""
    access_point_id: AccessPointId | None = None
    """An access point of the existing one."""
    access_point: AccessPoint | None = None
    """An access point of the one that is made."""
    encryption_in_transit: bool = True
    """Whether nodes mount it over TLS."""
    iam_authorization: bool = False
    """Whether nodes show their role when they mount it, for a file system whose policy asks for that."""
    performance_mode: Literal["generalPurpose", "maxIO"] = "generalPurpose"
    """EFS's; maxIO not with elastic throughput."""
    throughput_mode: Literal["elastic", "bursting", "provisioned"] = "elastic"
    """EFS's."""
    provisioned_throughput: Annotated[int, Field(ge=1, le=1024)] | None = None
    """MiB/s, with `throughputMode: provisioned`."""
    transition_to_ia: EfsAfter | None = None
    """When files that nobody read move to Infrequent Access."""
    transition_to_archive: EfsAfter | None = None
    """When they move to Archive, later than to Infrequent Access; elastic throughput only."""
    transition_to_primary_storage_class: Literal["AFTER_1_ACCESS"] | None = None
    """That they come back when they are read."""
    backup: bool | None = None
    """Daily backups by AWS Backup (35 days); default: in `environment: prod`."""
    kms_key_id: KmsKey | None = None
    """A key of the team's own; default: EFS's key of the account."""
    managed_by_cluster: bool = False
    """Whether ParallelCluster makes it, so that it goes with the cluster."""
    deletion_policy: DeletionPolicy = "Delete"
    """What becomes of it when the cluster goes, with `managedByCluster`."""

    @property
    def made(self) -> bool:
        return self.file_system_id is None and not self.managed_by_cluster
