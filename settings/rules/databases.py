"""Databases: room to grow."""

from collections.abc import Iterator

from settings.model import Settings
from settings.problem import Problem, weighed


def storage_can_grow(settings: Settings) -> Iterator[Problem]:
    """Amazon RDS takes a limit that is 10 % above the storage at least (User Guide, storage autoscaling)."""
    for key in ("applications", "slurm"):
        database = getattr(settings.databases, key)
        if database is None or database.max_storage >= (least := -(-database.storage * 11 // 10)):
            continue
        room = f"{least} or more" if least <= 65_536 else "no value for so much storage"
        yield weighed(
            "storage-limit",
            ("databases", key, "maxStorage"),
            database.max_storage,
            f"is less than 10 % above storage, {database.storage} GiB",
            f"{room} (10 % above storage at least, and 26 % to be of use)",
            f"raise maxStorage to {least}, or lower storage" if least <= 65_536 else "lower storage to 59578 or less",
            ("databases", key, "storage"),
        )


RULES = (storage_can_grow,)
