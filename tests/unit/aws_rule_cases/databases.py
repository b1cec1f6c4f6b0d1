"""Databases."""

from tests.unit.aws_rule_cases.form import Case, Inputs, name, one
from tests.unit.aws_standin_rig import secret

CASES: dict[str, list[Case]] = {
    "aws:rds/instance:Instance": [
        one("identifier", "a--b", "a-b"),
        one("identifier", "a" * 64, "a" * 63),
        one("engine", None, "postgres"),
        one("allocatedStorage", None, 20),
        one("username", None, "slurm"),
        one("password", None, "a-long-password"),
        one("username", "a" * 17, "a" * 16),
        one("dbName", "1st", "first"),
        one("password", secret("short"), secret("longer-than-that"), engine="postgres"),
        one("password", secret("a" * 42), secret("a" * 41)),
        one("password", secret("slash/slash"), secret("point.point")),
        one("storageType", "gp4", "gp3"),
        one("allocatedStorage", 19, 20),
        one("allocatedStorage", 4, 5, storageType="standard"),
        one("allocatedStorage", 99, 100, storageType="io2"),
        one("maxAllocatedStorage", 19, 20),
        one("backupRetentionPeriod", 36, 35),
        one("backupWindow", "9:46-10:16", "09:46-10:16"),
        one("maintenanceWindow", "05:00-06:00", "Sun:05:00-Sun:06:00"),
        one("finalSnapshotIdentifier", "final-", "final"),
        one("finalSnapshotIdentifier", "a" * 256, "a" * 255),
        one("finalSnapshotIdentifier", None, "final", skipFinalSnapshot=False),
    ],
    "aws:rds/parameterGroup:ParameterGroup": [
        *name(255, "a--b"),
        one(
            "parameters",
            [{"name": "a", "value": "b", "applyMethod": "later"}],
            [{"name": "a", "value": "b", "applyMethod": "immediate"}],
        ),
    ],
    "aws:rds/subnetGroup:SubnetGroup": [*name(255, "default")],
}

GOOD: dict[str, Inputs] = {
    "aws:rds/instance:Instance": {
        "engine": "mysql",
        "instanceClass": "db.t3.micro",
        "allocatedStorage": 20,
        "username": "slurm",
        "password": "a-long-password",
        "skipFinalSnapshot": True,
    },
    "aws:rds/parameterGroup:ParameterGroup": {"family": "mysql8.4"},
    "aws:rds/subnetGroup:SubnetGroup": {"subnetIds": ["subnet-1", "subnet-2"]},
}
