"""Subnet groups and parameter groups of RDS: changed in place, refused when wrong or in use.

Wraps the calls about them of `RDSBackend`, adds `RDSResponse.reset_db_parameter_group`. Without it: a changed subnet group is gone;
one in a single zone, a parameter group of a family that does not exist, and the deletion of a group that a database uses pass here
and fail on AWS; an absent parameter group is an empty list; resetting a parameter ends in HTTP 500.
"""

import re
from typing import Any

from moto.core.responses import ActionResult
from moto.rds.exceptions import DBParameterGroupNotFoundError, InvalidParameterValue, RDSClientError
from moto.rds.models import RDSBackend
from moto.rds.responses import RDSResponse

_FAMILY = re.compile(
    r"(mysql(5\.7|8\.0|8\.4)|mariadb(10\.\d+|11\.\d+)|postgres1[1-8]|aurora-mysql\d\.\d|aurora-postgresql\d+|oracle-.+|sqlserver-.+)$"
)


def install() -> None:
    _install_subnet_groups()
    _install_parameter_groups()


def _install_subnet_groups() -> None:
    create, delete = RDSBackend.create_subnet_group, RDSBackend.delete_subnet_group
    modify = RDSBackend.modify_db_subnet_group

    def create_covering(self: Any, subnet_name: str, description: str, subnets: list[Any], tags: Any) -> Any:
        _cover(subnets)
        return create(self, subnet_name, description, subnets, tags)

    def modify_and_keep(self: Any, subnet_name: str, description: str, subnets: list[Any]) -> Any:
        _cover(subnets)
        self.describe_db_subnet_groups(subnet_name)
        changed = modify(self, subnet_name, description, subnets)
        self.subnet_groups[subnet_name] = changed
        return changed

    def delete_unused(self: Any, subnet_name: str) -> Any:
        if users := [name for name, database in self.databases.items() if _in_subnets(database, subnet_name)]:
            raise RDSClientError(
                "InvalidDBSubnetGroupStateFault",
                f"Cannot delete the subnet group '{subnet_name}' because at least one database instance: "
                f"{users[0]} is still using it.",
            )
        return delete(self, subnet_name)

    RDSBackend.create_subnet_group = create_covering
    RDSBackend.modify_db_subnet_group = modify_and_keep
    RDSBackend.delete_subnet_group = delete_unused


def _install_parameter_groups() -> None:
    create, delete = RDSBackend.create_db_parameter_group, RDSBackend.delete_db_parameter_group
    describe = RDSBackend.describe_db_parameter_groups

    def create_of_family(self: Any, db_parameter_group_kwargs: dict[str, Any]) -> Any:
        family = str(db_parameter_group_kwargs.get("db_parameter_group_family"))
        if not _FAMILY.match(family):
            raise InvalidParameterValue(f"ParameterGroupFamily {family} is not a valid parameter group family")
        return create(self, db_parameter_group_kwargs)

    def describe_known(self: Any, db_parameter_group_kwargs: dict[str, Any]) -> Any:
        found = describe(self, db_parameter_group_kwargs)
        name = db_parameter_group_kwargs.get("db_parameter_group_name")
        if name and not found:
            raise DBParameterGroupNotFoundError(name)
        return found

    def delete_unused(self: Any, db_parameter_group_name: str) -> Any:
        if any(database.db_parameter_group_name == db_parameter_group_name for database in self.databases.values()):
            raise RDSClientError(
                "InvalidDBParameterGroupState",
                "One or more database instances are still members of this parameter group "
                f"{db_parameter_group_name}, so the group cannot be deleted",
            )
        return delete(self, db_parameter_group_name)

    RDSBackend.create_db_parameter_group = create_of_family
    RDSBackend.describe_db_parameter_groups = describe_known
    RDSBackend.delete_db_parameter_group = delete_unused
    RDSResponse.reset_db_parameter_group = _reset


def _reset(response: Any) -> ActionResult:
    name = response.params.get("DBParameterGroupName")
    group = response.backend.describe_db_parameter_groups({"db_parameter_group_name": name})[0]
    named = [parameter["ParameterName"] for parameter in response.params.get("Parameters", [])]
    for parameter in named or list(group.parameters):
        group.parameters.pop(parameter, None)
    return ActionResult({"DBParameterGroupName": group.name})


def _cover(subnets: list[Any]) -> None:
    if len({subnet.availability_zone for subnet in subnets}) < 2:
        raise RDSClientError(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Please add subnets to cover at "
            "least 2 AZs.",
        )


def _in_subnets(database: Any, name: str) -> bool:
    group = getattr(database, "db_subnet_group", None)
    return group is not None and group.name == name.lower()
