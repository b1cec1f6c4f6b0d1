"""Databases."""

from typing import Any

import pulumi

from tests.engine.acceptance.case import No
from tests.engine.acceptance.component import Component, Parts
from tests.engine.acceptance.components.common import settings
from tests.engine.acceptance.ground import Clients, Ground


def _database(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.database import Database, DatabaseArgs, mysql

    return Database(
        name,
        DatabaseArgs(
            engine=mysql("8.4.6"),
            instance_class="db.t4g.micro",
            storage=arguments["storage"],
            max_storage=100,
            database=None,
            username=arguments["username"],
            password=pulumi.Output.secret("a-long-password"),
            subnet_ids=ground.subnets,
            security_group_id=ground.groups[0],
            backup_days=7,
            protected=False,
        ),
        opts,
    )


def _instance(aws: Clients, parts: Parts) -> dict[str, Any]:
    (found,) = aws("rds").describe_db_instances(DBInstanceIdentifier="database")["DBInstances"]
    return {"storage": found["AllocatedStorage"], "username": found["MasterUsername"]}


def _databases(name: str, ground: Ground, arguments: dict[str, Any], opts: Any) -> object:
    from components.databases import Databases, DatabasesArgs

    args = DatabasesArgs(
        settings=settings(databases={"slurm": {}, "applications": {}, "backupDays": arguments["days"]}),
        subnet_ids=ground.subnets,
        applications_security_group_id=ground.groups[0],
        slurm_security_group_id=ground.groups[1],
    )
    return Databases(name, args, opts)


def _days(aws: Clients, parts: Parts) -> list[int]:
    found = aws("rds").describe_db_instances()["DBInstances"]
    mine = [one for one in found if one["DBInstanceIdentifier"].startswith("databases-")]
    return [one["BackupRetentionPeriod"] for one in mine]


_SLURM = "databases-slurm"

ROWS = [
    Component(
        token="hpcstack:index:Database",
        make=_database,
        first=lambda g: {"storage": 20, "username": "first"},
        change=lambda g: {"storage": 40},
        changed={"Instance::database": frozenset({"allocatedStorage"})},
        replace=lambda g: {"username": "other"},
        replaced=frozenset({"Instance::database"}),
        look=_instance,
        looks=lambda a: a,
        drift=lambda aws, parts: aws("rds").modify_db_instance(
            DBInstanceIdentifier="database", BackupRetentionPeriod=1, ApplyImmediately=True
        ),
        drifted="Instance::database",
        vanish=lambda aws, parts: aws("rds").delete_db_instance(
            DBInstanceIdentifier="database", SkipFinalSnapshot=True
        ),
        vanished=frozenset({"Instance::database"}),
    ),
    Component(
        token="hpcstack:index:Databases",
        make=_databases,
        first=lambda g: {"days": 3},
        change=lambda g: {"days": 5},
        changed={
            "Instance::databases-applications": frozenset({"backupRetentionPeriod"}),
            "Instance::databases-slurm": frozenset({"backupRetentionPeriod"}),
        },
        replace=No("what replaces a database is proved of the component Database"),
        look=_days,
        looks=lambda a: [a["days"]] * 2,
        drift=lambda aws, parts: aws("secretsmanager").update_secret(
            SecretId=parts[f"Secret::{_SLURM}-db"].id, Description="by hand"
        ),
        drifted=f"Secret::{_SLURM}-db",
        vanish=lambda aws, parts: aws("rds").delete_db_instance(DBInstanceIdentifier=_SLURM, SkipFinalSnapshot=True),
        vanished=frozenset({f"Instance::{_SLURM}"}),
    ),
]
