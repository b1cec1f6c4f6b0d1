"""Databases of RDS are machines: with MariaDB 11.8 for MySQL and MariaDB, with PostgreSQL 17 for PostgreSQL.

Wraps create_db_instance and delete_db_instance of `RDSBackend`. Of the parameter group the one is acted out that refuses clear
text; a later change of the password or of parameters is not.
"""

import json
import logging
from hashlib import sha256
from typing import Any

from moto.ec2.models import ec2_backends
from moto.rds.models import RDSBackend

from localcloud.emulator.booted.site import site
from localcloud.machines import certificate
from localcloud.machines.hypervisor import Machine

_TLS_ONLY = {
    "mysql": ("require_secure_transport", "0"),
    "mariadb": ("require_secure_transport", "0"),
    "postgres": ("rds.force_ssl", "1"),
}
"""Engine -> the parameter that refuses connections without TLS, and its default.

PostgreSQL's is 1 since 15 (Amazon RDS User Guide, "Requiring an SSL connection to a PostgreSQL DB instance").
"""
_LOG = logging.getLogger("localcloud.emulator")


def install() -> None:
    create, delete = RDSBackend.create_db_instance, RDSBackend.delete_db_instance

    def create_and_boot(self: Any, db_kwargs: dict[str, Any]) -> Any:
        database = create(self, db_kwargs)
        if database.engine.lower() in _TLS_ONLY and getattr(database, "interface", None) is not None:
            _boot(self, database, db_kwargs)
        return database

    def delete_and_power_off(self: Any, db_instance_identifier: str, *arguments: Any, **keywords: Any) -> Any:
        database = delete(self, db_instance_identifier, *arguments, **keywords)
        site().hypervisor.power_off(_machine_id(db_instance_identifier))
        return database

    RDSBackend.create_db_instance = create_and_boot
    RDSBackend.delete_db_instance = delete_and_power_off


def _boot(backend: Any, database: Any, given: dict[str, Any]) -> None:
    identifier = database.db_instance_identifier
    machine = Machine(
        instance=_machine_id(identifier),
        hostname=identifier,
        address=database.interface.private_ip_address,
        kind="Database",
        cluster="",
    )
    wanted = {
        "engine": database.engine.lower(),
        "user": given["master_username"],
        "password": given["master_user_password"],
        "database": given.get("db_name"),
        "tls": tls_only(database.engine.lower(), backend, given.get("db_parameter_group_name")),
    }
    files = {
        "/etc/localcloud/database.json": json.dumps(wanted),
        "/etc/localcloud/tls/certificate.pem": certificate.CERTIFICATE.read_text(),
        "/etc/localcloud/tls/key.pem": certificate.KEY.read_text(),
    }
    vpc = ec2_backends[backend.account_id][backend.region_name].get_vpc(database.interface.subnet.vpc_id)
    site().hypervisor.launch(machine, site().network(vpc), lambda: _LOG.info("database %s is off", identifier), files)


def _machine_id(identifier: str) -> str:
    """As long as an instance's, and of no instance."""
    return f"db-{sha256(identifier.encode()).hexdigest()[:17]}"


def tls_only(engine: str, backend: Any, group: str | None) -> bool:
    """Whether connections without TLS are refused, by the parameter group or the engine's default."""
    name, default = _TLS_ONLY[engine]
    found = backend.db_parameter_groups.get(group) if group else None
    value = found.parameters.get(name) if found else None
    return str(value["ParameterValue"] if value else default) == "1"
