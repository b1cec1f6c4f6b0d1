"""RDS: instances, subnet groups, parameter groups."""

from tests.engine.acceptance.case import Case, Kept, Values
from tests.engine.acceptance.ground import Clients
from tests.engine.acceptance.table.common import TAGS_CHANGED, TAGS_FIRST, found, listed


def _tags(aws: Clients, it: Kept) -> Values:
    return {"tags": listed(aws("rds").list_tags_for_resource(ResourceName=it.outputs["arn"])["TagList"])}


def _subnet_group(aws: Clients, it: Kept) -> Values:
    (group,) = aws("rds").describe_db_subnet_groups(DBSubnetGroupName=it.id)["DBSubnetGroups"]
    subnets = sorted(subnet["SubnetIdentifier"] for subnet in group["Subnets"])
    return {"description": group["DBSubnetGroupDescription"], "subnetIds": subnets, **_tags(aws, it)}


def _parameters(value: str) -> Values:
    return {"parameters": [{"name": "max_connections", "value": value}]}


def _parameter_group(aws: Clients, it: Kept) -> Values:
    (group,) = aws("rds").describe_db_parameter_groups(DBParameterGroupName=it.id)["DBParameterGroups"]
    set_here = aws("rds").describe_db_parameters(DBParameterGroupName=it.id, Source="user")["Parameters"]
    parameters = [{"name": one["ParameterName"], "value": one["ParameterValue"]} for one in set_here]
    return {"family": group["DBParameterGroupFamily"], "parameters": parameters, **_tags(aws, it)}


def _set(aws: Clients, it: Kept) -> None:
    parameter = {"ParameterName": "max_connections", "ParameterValue": "7", "ApplyMethod": "immediate"}
    aws("rds").modify_db_parameter_group(DBParameterGroupName=it.id, Parameters=[parameter])


def _instance(aws: Clients, it: Kept) -> Values:
    databases = aws("rds").describe_db_instances(DBInstanceIdentifier=it.outputs["identifier"])["DBInstances"]
    return {
        **found(
            databases,
            engine="Engine",
            instanceClass="DBInstanceClass",
            allocatedStorage="AllocatedStorage",
            backupRetentionPeriod="BackupRetentionPeriod",
            username="MasterUsername",
            storageEncrypted="StorageEncrypted",
        ),
        "dbSubnetGroupName": databases[0]["DBSubnetGroup"]["DBSubnetGroupName"],
        "vpcSecurityGroupIds": [group["VpcSecurityGroupId"] for group in databases[0]["VpcSecurityGroups"]],
        **_tags(aws, it),
    }


CASES = [
    Case(
        token="aws:rds/subnetGroup:SubnetGroup",
        inputs=lambda g: {"description": "first", "subnetIds": sorted(g.subnets), **TAGS_FIRST},
        change=lambda g: {"description": "changed", **TAGS_CHANGED},
        replace=lambda g: {"name": "acceptance-other"},
        look=_subnet_group,
        drift=lambda aws, it: aws("rds").modify_db_subnet_group(
            DBSubnetGroupName=it.id, DBSubnetGroupDescription="by hand", SubnetIds=it.outputs["subnetIds"]
        ),
        vanish=lambda aws, it: aws("rds").delete_db_subnet_group(DBSubnetGroupName=it.id),
        import_id=lambda it: it.id,
    ),
    Case(
        token="aws:rds/parameterGroup:ParameterGroup",
        inputs=lambda g: {"family": "mysql8.0", **_parameters("99"), **TAGS_FIRST},
        change=lambda g: {**_parameters("98"), **TAGS_CHANGED},
        replace=lambda g: {"family": "mysql8.4"},
        look=_parameter_group,
        drift=_set,
        vanish=lambda aws, it: aws("rds").delete_db_parameter_group(DBParameterGroupName=it.id),
        import_id=lambda it: it.id,
        named="name",
    ),
    Case(
        token="aws:rds/instance:Instance",
        inputs=lambda g: {
            "engine": "mysql",
            "engineVersion": "8.0",
            "instanceClass": "db.t3.micro",
            "allocatedStorage": 20,
            "backupRetentionPeriod": 1,
            "storageEncrypted": True,
            "username": "slurm",
            "password": "a-long-password",
            "dbSubnetGroupName": g.subnet_groups[0],
            "vpcSecurityGroupIds": [g.groups[0]],
            "skipFinalSnapshot": True,
            "applyImmediately": True,
            **TAGS_FIRST,
        },
        change=lambda g: {"allocatedStorage": 40, "backupRetentionPeriod": 7, **TAGS_CHANGED},
        replace=lambda g: {"username": "other"},
        look=_instance,
        drift=lambda aws, it: aws("rds").modify_db_instance(
            DBInstanceIdentifier=it.outputs["identifier"], BackupRetentionPeriod=3, ApplyImmediately=True
        ),
        vanish=lambda aws, it: aws("rds").delete_db_instance(
            DBInstanceIdentifier=it.outputs["identifier"], SkipFinalSnapshot=True
        ),
        import_id=lambda it: it.outputs["identifier"],
        named="identifier",
        unread=frozenset({"password", "skipFinalSnapshot", "applyImmediately"}),
    ),
]
