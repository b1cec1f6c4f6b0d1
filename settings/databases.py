"""`databases`: PostgreSQL for applications, MySQL for Slurm accounting; each is made when its section is present (`slurm: {}`)."""

from typing import Annotated, Any

from pydantic import Field

from settings.base import Section, checked, form, refuse

InstanceClass = Annotated[
    str,
    form(
        r"db\.[a-z]+\d[a-z]*\.(micro|small|medium|large|\d*xlarge)",
        "an RDS instance class such as db.t4g.medium: db, family and size",
        "write db. before an EC2 type that RDS offers too, such as db.t4g.medium",
    ),
]


def _free_name(*reserved: str) -> Any:
    def check(name: str) -> None:
        if name in reserved:
            raise refuse(
                "sql-reserved",
                "is a name that RDS keeps for itself",
                allowed=f"any name but {', '.join(reserved)}",
                fix="choose another name, such as app_admin",
            )

    return checked(check)


SqlName = Annotated[
    str,
    form(r"[a-z][a-z0-9_]*", "lower-case letters, digits and _, a letter first, 32 characters at most", longest=32),
    _free_name("rdsadmin", "rdsrepladmin", "template0", "template1"),
]


def _version(pattern: str, example: str, which: str) -> Any:
    return form(pattern, f'{which}, in full and in quotes, such as "{example}"', f'take a version such as "{example}"')


Storage = Annotated[int, Field(ge=20, le=65_536)]
"""GiB; RDS takes 20 at least for gp3 (Amazon RDS User Guide, storage types)."""


class ApplicationsDatabase(Section):
    """A PostgreSQL instance that applications share."""

    engine_version: Annotated[str, _version(r"1[5-8]\.\d+", "17.6", "PostgreSQL 15 to 18")] = "17.6"
    """Exact version; upgraded by changing it here."""
    instance_class: InstanceClass = "db.t4g.micro"
    """RDS instance class."""
    storage: Storage = 20
    """GiB at first."""
    max_storage: Storage = 100
    """GiB to which storage grows by itself."""
    database: SqlName = "applications"
    """The database made at first."""
    username: Annotated[SqlName, _free_name("admin")] = "app_admin"
    """The master user."""


class SlurmDatabase(Section):
    """The MySQL instance of slurmdbd. MySQL 8.4 is RDS's long-term release; 8.0 left standard support in 2026."""

    engine_version: Annotated[str, _version(r"8\.4\.\d+", "8.4.6", "MySQL 8.4")] = "8.4.6"
    """Exact version; upgraded by changing it here."""
    instance_class: InstanceClass = "db.t4g.medium"
    """RDS instance class."""
    storage: Storage = 20
    """GiB at first."""
    max_storage: Storage = 100
    """GiB to which storage grows by itself."""
    username: SqlName = "slurm_db_admin"
    """The master user."""


class Databases(Section):
    """Which databases the platform has."""

    applications: ApplicationsDatabase | None = None
    """PostgreSQL for applications."""
    slurm: SlurmDatabase | None = None
    """MySQL for Slurm accounting."""
    backup_days: Annotated[int, Field(ge=1, le=35)] | None = None
    """Days that automatic backups are kept; default 7, and 30 in `environment: prod`."""
