"""Databases, directories, secrets and logs."""

from typing import Any

from tests.emulator.aws_types.world import Inputs, Life, World
from tests.unit.aws_rule_cases.image_components import DOCUMENT
from tests.unit.aws_standin_rig import REGION, secret


def database(world: World, **more: Any) -> Inputs:
    return {
        "engine": "mysql",
        "instanceClass": "db.t3.micro",
        "allocatedStorage": 20,
        "username": "slurm",
        "password": secret("a-long-password"),
        "dbSubnetGroupName": world.subnet_group,
        "skipFinalSnapshot": True,
        **more,
    }


def directory(world: World, **more: Any) -> Inputs:
    network = {"vpcId": world.vpc, "subnetIds": world.subnets}
    return {"name": "a.example", "password": secret("Pass-word-1"), "size": "Small", "vpcSettings": network, **more}


LIVES = [
    Life(
        "aws:secretsmanager/secret:Secret",
        lambda w: {"description": "x", "recoveryWindowInDays": 0},
        lambda w: {"description": "y"},
        lambda w: {"name": "another"},
        "arn:aws:secretsmanager:",
        ("arn", "name"),
    ),
    Life(
        "aws:secretsmanager/secretVersion:SecretVersion",
        lambda w: {"secretId": w.secret, "secretString": "hush-hush"},
        None,
        lambda w: {"secretString": "hush"},
        "arn:aws:secretsmanager:",
        ("versionId", "arn"),
        {"secretString"},
        more=(lambda w: {"versionStages": ["AWSCURRENT", "blue"]}, lambda w: {"versionStages": ["AWSCURRENT"]}),
        stays=True,
    ),
    Life(
        "aws:directoryservice/directory:Directory",
        directory,
        None,
        lambda w: {"size": "Large"},
        "d-",
        ("dnsIpAddresses", "accessUrl", "securityGroupId"),
        {"password"},
    ),
    Life(
        "aws:directoryservice/directory:Directory",
        lambda w: directory(w, name="b.example", type="MicrosoftAD", edition="Standard", size=None),
        None,
        lambda w: {"edition": "Enterprise"},
        "d-",
        ("dnsIpAddresses", "securityGroupId", "edition"),
        {"password"},
    ),
    Life(
        "aws:rds/subnetGroup:SubnetGroup",
        lambda w: {"subnetIds": w.subnets},
        lambda w: {"description": "other"},
        lambda w: {"name": "another"},
        "subnetgroup-",
        ("arn", "vpcId"),
    ),
    Life(
        "aws:rds/parameterGroup:ParameterGroup",
        lambda w: {"family": "mysql8.0", "parameters": [{"name": "max_connections", "value": "99"}]},
        lambda w: {"parameters": [{"name": "max_connections", "value": "98"}]},
        lambda w: {"family": "mysql8.4"},
        "parametergroup-",
        ("arn",),
        more=(lambda w: {"parameters": None},),
    ),
    Life(
        "aws:rds/instance:Instance",
        database,
        lambda w: {"allocatedStorage": 40, "backupRetentionPeriod": 7, "applyImmediately": True},
        lambda w: {"username": "other"},
        "db-",
        ("address", "endpoint", "port", "arn", "identifier", "resourceId"),
        {"password"},
    ),
    Life(
        "aws:cloudwatch/logGroup:LogGroup",
        lambda w: {"retentionInDays": 30},
        lambda w: {"retentionInDays": 60, "kmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/1"},
        lambda w: {"name": "another"},
        "loggroup-",
        ("arn",),
        more=(lambda w: {"retentionInDays": None, "kmsKeyId": None},),
    ),
    Life(
        "aws:imagebuilder/component:Component",
        lambda w: {"name": "tools", "platform": "Linux", "version": "1.2.3", "data": DOCUMENT, "description": "Tools."},
        None,
        lambda w: {"version": "1.2.4", "data": DOCUMENT.replace("ls", "pwd")},
        f"arn:aws:imagebuilder:{REGION}:",
        ("arn", "dateCreated", "encrypted", "owner", "type"),
    ),
    Life(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        lambda w: {
            "comparisonOperator": "GreaterThanThreshold",
            "metricName": "StatusCheckFailed",
            "namespace": "AWS/EC2",
            "statistic": "Maximum",
            "period": 60,
            "evaluationPeriods": 2,
            "threshold": 0.5,
            "dimensions": {"InstanceId": "i-1"},
            "alarmActions": [f"arn:aws:automate:{REGION}:ec2:recover"],
        },
        lambda w: {"dimensions": {"InstanceId": "i-2"}, "threshold": 2, "alarmDescription": "x"},
        lambda w: {"name": "another"},
        "metricalarm-",
        ("arn",),
        more=(lambda w: {"alarmActions": None, "treatMissingData": "breaching"},),
    ),
]
