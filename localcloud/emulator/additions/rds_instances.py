"""Databases of RDS: an interface in their subnet; versions, parameter groups and certificates of today; Performance Insights.

Wraps create_db_instance and delete_db_instance of `RDSBackend`, replaces `DBInstance.default_db_parameter_group_details`, changes
`DBInstance.default_engine_versions`. Without it: the subnets and security groups of a running database can be deleted; a database
without engineVersion is MySQL 5.6; MySQL "8.4" has the parameter group default.mysql8; Performance Insights never seem to be on.
"""

from typing import Any

from moto.ec2.models import ec2_backends
from moto.rds.models import DBInstance, RDSBackend

VERSIONS = {"mysql": "8.4.6", "mariadb": "11.4.8", "postgres": "17.6"}
"""Engine to the version of a database that names none."""
AUTHORITY = "rds-ca-rsa2048-g1"
"""The certificate authority of a database that names none."""


def parameter_group(engine: str, version: str) -> tuple[str, str]:
    """Family and name of the default parameter group: PostgreSQL's go by major version, MySQL's by the first two numbers."""
    numbers = 1 if engine == "postgres" and not version.startswith("9.") else 2
    family = engine + ".".join(version.split(".")[:numbers])
    return family, f"default.{family}"


def install() -> None:
    create, delete = RDSBackend.create_db_instance, RDSBackend.delete_db_instance

    def create_with_interface(self: Any, db_kwargs: dict[str, Any]) -> Any:
        database = create(self, {"ca_certificate_identifier": AUTHORITY, **db_kwargs})
        database.enable_performance_insights = db_kwargs.get("enable_performance_insights") or False
        group = getattr(database, "db_subnet_group", None)
        if group is not None:
            database.interface = ec2_backends[self.account_id][self.region_name].create_network_interface(
                group._subnets[0],
                None,
                group_ids=list(database.vpc_security_group_ids),
                description="RDSNetworkInterface",
            )
        return database

    def delete_with_interface(self: Any, db_instance_identifier: str, *arguments: Any, **keywords: Any) -> Any:
        database = delete(self, db_instance_identifier, *arguments, **keywords)
        if interface := getattr(database, "interface", None):
            interface.ec2_backend.enis.pop(interface.id, None)
        return database

    RDSBackend.create_db_instance = create_with_interface
    RDSBackend.delete_db_instance = delete_with_interface
    DBInstance.default_engine_versions.update(VERSIONS)
    DBInstance.performance_insights_enabled = property(lambda self: self.enable_performance_insights)
    DBInstance.default_db_parameter_group_details = lambda self: parameter_group(
        self.engine.lower(), str(self.engine_version)
    )
