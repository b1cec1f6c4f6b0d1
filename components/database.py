"""A database of the platform on Amazon RDS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from planning.names import final_snapshot


@dataclass(frozen=True, kw_only=True)
class Engine:
    """What differs between the engines. `parameters` are those that refuse clear-text connections."""

    engine: str
    version: str
    family: str
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])


def postgresql(version: str) -> Engine:
    """PostgreSQL; `rds.force_ssl` refuses connections without TLS (Amazon RDS User Guide, "SSL with PostgreSQL")."""
    return Engine(
        engine="postgres",
        version=version,
        family=f"postgres{version.split('.')[0]}",
        parameters={"rds.force_ssl": "1"},
    )


def mysql(version: str) -> Engine:
    """MySQL; `require_secure_transport` refuses connections without TLS (MySQL 8.4 Reference Manual, system variables)."""
    return Engine(
        engine="mysql",
        version=version,
        family=f"mysql{'.'.join(version.split('.')[:2])}",
        parameters={"require_secure_transport": "1"},
    )


@dataclass(frozen=True, kw_only=True)
class DatabaseArgs:
    engine: Engine
    instance_class: str
    storage: int
    """GiB."""
    max_storage: int
    database: str | None
    username: str
    password: pulumi.Output[str]
    subnet_ids: pulumi.Input[list[str]]
    security_group_id: pulumi.Input[str]
    backup_days: int
    protected: bool


class Database(pulumi.ComponentResource):
    """Private, encrypted, TLS only, minor versions by hand (the version is pinned in the stack file)."""

    address: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    """`address:port`."""
    port: pulumi.Output[int]
    identifier: pulumi.Output[str]
    """RDS's name of it."""

    def __init__(self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:Database", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        subnets = aws.rds.SubnetGroup(name, name=name, subnet_ids=args.subnet_ids, opts=self._child)
        parameters = aws.rds.ParameterGroup(
            name,
            family=args.engine.family,
            parameters=[{"name": key, "value": value} for key, value in args.engine.parameters.items()],
            opts=self._child,
        )
        instance = self._instance(name, args, subnets, parameters)
        self.address, self.endpoint, self.port = instance.address, instance.endpoint, instance.port
        self.identifier = instance.identifier
        self.register_outputs(
            {
                "address": self.address,
                "endpoint": self.endpoint,
                "port": self.port,
                "identifier": self.identifier,
            }
        )

    def _instance(
        self, name: str, args: DatabaseArgs, subnets: aws.rds.SubnetGroup, parameters: aws.rds.ParameterGroup
    ) -> aws.rds.Instance:
        # State name: changing it, or the identifier, destroys the database.
        return aws.rds.Instance(
            name,
            identifier=name,
            engine=args.engine.engine,
            engine_version=args.engine.version,
            instance_class=args.instance_class,
            allocated_storage=args.storage,
            max_allocated_storage=args.max_storage,
            storage_type="gp3",
            storage_encrypted=True,
            db_name=args.database,
            username=args.username,
            password=args.password,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[args.security_group_id],
            parameter_group_name=parameters.name,
            multi_az=args.protected,
            publicly_accessible=False,
            backup_retention_period=args.backup_days,
            copy_tags_to_snapshot=True,
            auto_minor_version_upgrade=False,
            deletion_protection=args.protected,
            skip_final_snapshot=not args.protected,
            final_snapshot_identifier=self._final_snapshot(args, parameters) if args.protected else None,
            apply_immediately=True,
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(protect=args.protected)),
        )

    def _final_snapshot(self, args: DatabaseArgs, parameters: aws.rds.ParameterGroup) -> pulumi.Output[str]:
        fixed = (args.engine.engine, args.username, args.database or "")
        return parameters.name.apply(lambda made: final_snapshot(made, *fixed))
