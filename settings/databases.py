"""`databases`: PostgreSQL for applications, MySQL for Slurm accounting; each is made when its section is present (`slurm: {}`)."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from settings.base import Section

InstanceClass = Annotated[str, StringConstraints(pattern=r"^db\.[a-z0-9]+\.[a-z0-9]+$")]
SqlName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Storage = Annotated[int, Field(ge=20, le=65_536)]
"""GiB; RDS takes 20 at least for gp3 (Amazon RDS User Guide, storage types)."""


class ApplicationsDatabase(Section):
    """A PostgreSQL instance that applications share."""

    engine_version: Annotated[str, StringConstraints(pattern=r"^1[5-8]\.\d+$")] = "17.6"
    """Exact version; upgraded by changing it here."""
    instance_class: InstanceClass = "db.t4g.micro"
    """RDS instance class."""
    storage: Storage = 20
    """GiB at first."""
    max_storage: Storage = 100
    """GiB to which storage grows by itself."""
    database: SqlName = "applications"
    """The database made at first."""
    username: SqlName = "app_admin"
    """The master user."""


class SlurmDatabase(Section):
    """The MySQL instance of slurmdbd. MySQL 8.4 is RDS's long-term release; 8.0 left standard support in 2026."""

    engine_version: Annotated[str, StringConstraints(pattern=r"^8\.4\.\d+$")] = "8.4.6"
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
    backup_days: Annotated[int, Field(ge=1, le=35)] | Literal[None] = None
    """Days that automatic backups are kept; default 7, and 30 in `environment: prod`."""
