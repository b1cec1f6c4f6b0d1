"""The databases that the stack file asks for, each with its own secret."""

from dataclasses import dataclass

import pulumi
from pydantic import SecretStr

from components.database import Database, DatabaseArgs, Engine, mysql, postgresql
from components.secret import Secret, SecretArgs
from settings import Settings
from settings.databases import ApplicationsDatabase, SlurmDatabase

_BACKUP_DAYS = 7
_PROTECTED_BACKUP_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class DatabasesArgs:
    settings: Settings
    subnet_ids: pulumi.Input[list[str]]
    applications_security_group_id: pulumi.Input[str] | None
    """None, as that of Slurm, where there is no such database."""
    slurm_security_group_id: pulumi.Input[str] | None


class Databases(pulumi.ComponentResource):
    """Either is None where the stack file has no section for it."""

    applications: Database | None
    applications_secret_arn: pulumi.Output[str] | None
    slurm: Database | None
    slurm_secret_arn: pulumi.Output[str] | None

    def __init__(self, name: str, args: DatabasesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:Databases", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self.applications = self.applications_secret_arn = self.slurm = self.slurm_secret_arn = None
        settings = args.settings
        if wanted := settings.databases.applications:
            group, given = args.applications_security_group_id, settings.applications_database_password
            self.applications, self.applications_secret_arn = self._database(
                "applications", wanted, postgresql(wanted.engine_version), wanted.database, group, given
            )
        if wanted := settings.databases.slurm:
            group, given = args.slurm_security_group_id, settings.slurm_database_password
            # slurmdbd creates its own database, named after the cluster (ParallelCluster, Slurm accounting).
            self.slurm, self.slurm_secret_arn = self._database(
                "slurm", wanted, mysql(wanted.engine_version), None, group, given
            )
        self.register_outputs(
            {"applications_secret_arn": self.applications_secret_arn, "slurm_secret_arn": self.slurm_secret_arn}
        )

    def _database(
        self,
        role: str,
        wanted: ApplicationsDatabase | SlurmDatabase,
        engine: Engine,
        database: str | None,
        security_group_id: pulumi.Input[str] | None,
        given: SecretStr | None,
    ) -> tuple[Database, pulumi.Output[str]]:
        assert security_group_id is not None
        settings = self._args.settings
        name = f"{self._name}-{role}"
        secret = Secret(
            f"{name}-db",
            SecretArgs(
                secret_name=f"{name}-db",
                description=f"Password of {wanted.username} on the {role} database",
                given=given,
                protected=settings.protected,
            ),
            self._child,
        )
        days = settings.databases.backup_days or (_PROTECTED_BACKUP_DAYS if settings.protected else _BACKUP_DAYS)
        made = Database(
            name,
            DatabaseArgs(
                engine=engine,
                instance_class=wanted.instance_class,
                storage=wanted.storage,
                max_storage=wanted.max_storage,
                database=database,
                username=wanted.username,
                password=secret.value,
                subnet_ids=self._args.subnet_ids,
                security_group_id=security_group_id,
                backup_days=days,
                protected=settings.protected,
            ),
            self._child,
        )
        return made, secret.arn
