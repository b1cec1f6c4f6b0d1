"""Everything that somebody with the right to read can read in an emulated account, but for the secrets themselves."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

Place = tuple[str, bytes]
Client = Callable[[str], Any]


def everything(client: Client) -> Iterator[Place]:
    """(place, content); `client` makes a boto3 client of a service."""
    for reader in (_buckets, _instances, _launch_templates, _stacks, _logs, _tables, _functions, _roles, _descriptions):
        yield from reader(client)


def _buckets(client: Client) -> Iterator[Place]:
    s3 = client("s3")
    for bucket in (one["Name"] for one in s3.list_buckets()["Buckets"]):
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            for one in page.get("Versions", []):
                which = {"Bucket": bucket, "Key": one["Key"], "VersionId": one["VersionId"]}
                answer = s3.get_object(**which)
                place = f"s3://{bucket}/{one['Key']} version {one['VersionId']}"
                yield place, answer.pop("Body").read()
                yield f"{place}, headers", _text(answer)
                yield f"{place}, tags", _text(s3.get_object_tagging(**which)["TagSet"])


def _instances(client: Client) -> Iterator[Place]:
    ec2 = client("ec2")
    for page in ec2.get_paginator("describe_instances").paginate():
        for instance in (one for reservation in page["Reservations"] for one in reservation["Instances"]):
            answer = ec2.describe_instance_attribute(InstanceId=instance["InstanceId"], Attribute="userData")
            place = f"user data of {instance['InstanceId']}"
            yield from _user_data(place, answer.get("UserData", {}).get("Value", ""))


def _launch_templates(client: Client) -> Iterator[Place]:
    ec2 = client("ec2")
    for template in ec2.describe_launch_templates()["LaunchTemplates"]:
        which = template["LaunchTemplateId"]
        for version in ec2.describe_launch_template_versions(LaunchTemplateId=which)["LaunchTemplateVersions"]:
            place = f"launch template {which} version {version['VersionNumber']}"
            yield place, _text(version)
            yield from _user_data(f"user data of {place}", version["LaunchTemplateData"].get("UserData", ""))


def _user_data(place: str, text: str) -> Iterator[Place]:
    yield place, text.encode()
    yield f"{place}, decoded", base64.b64decode(text)


def _stacks(client: Client) -> Iterator[Place]:
    """Parameters, outputs and tags; templates, where ParallelCluster's image builder components stand whole; events."""
    formation = client("cloudformation")
    for page in formation.get_paginator("describe_stacks").paginate():
        for stack in page["Stacks"]:
            name = stack["StackId"]
            yield f"CloudFormation stack {name}", _text(stack)
            yield f"CloudFormation template of {name}", _text(formation.get_template(StackName=name)["TemplateBody"])
            yield f"CloudFormation events of {name}", _text(formation.describe_stack_events(StackName=name))
            yield f"CloudFormation resources of {name}", _text(formation.describe_stack_resources(StackName=name))


def _logs(client: Client) -> Iterator[Place]:
    logs = client("logs")
    for group in (one["logGroupName"] for one in logs.describe_log_groups()["logGroups"]):
        for stream in (one["logStreamName"] for one in logs.describe_log_streams(logGroupName=group)["logStreams"]):
            events = logs.get_log_events(logGroupName=group, logStreamName=stream)["events"]
            yield f"log {group} {stream}", _text(events)


def _tables(client: Client) -> Iterator[Place]:
    database = client("dynamodb")
    for table in database.list_tables()["TableNames"]:
        yield f"table {table}", _text(database.scan(TableName=table)["Items"])


def _functions(client: Client) -> Iterator[Place]:
    functions = client("lambda")
    for function in functions.list_functions()["Functions"]:
        yield f"function {function['FunctionName']}", _text(function)


def _roles(client: Client) -> Iterator[Place]:
    iam = client("iam")
    for role in iam.list_roles()["Roles"]:
        name = role["RoleName"]
        yield f"role {name}", _text(role)
        yield f"tags of role {name}", _text(iam.list_role_tags(RoleName=name)["Tags"])
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            yield f"policy of role {name}", _text(iam.get_role_policy(RoleName=name, PolicyName=policy))
    for policy in iam.list_policies(Scope="Local")["Policies"]:
        which = {"PolicyArn": policy["Arn"], "VersionId": policy["DefaultVersionId"]}
        yield f"policy {policy['Arn']}", _text(iam.get_policy_version(**which))


_DESCRIPTIONS = (
    ("ec2", "describe_instances"),
    ("ec2", "describe_tags"),
    ("ec2", "describe_security_groups"),
    ("rds", "describe_db_instances"),
    ("rds", "describe_db_parameter_groups"),
    ("rds", "describe_db_subnet_groups"),
    ("ds", "describe_directories"),
    ("secretsmanager", "list_secrets"),
    ("ssm", "describe_parameters"),
    ("efs", "describe_file_systems"),
    ("fsx", "describe_file_systems"),
    ("elbv2", "describe_load_balancers"),
    ("autoscaling", "describe_auto_scaling_groups"),
    ("cloudwatch", "describe_alarms"),
    ("cloudwatch", "list_dashboards"),
    ("route53", "list_hosted_zones"),
    ("sns", "list_topics"),
    ("sqs", "list_queues"),
    ("resourcegroupstaggingapi", "get_resources"),
)


def _descriptions(client: Client) -> Iterator[Place]:
    """What services say of what they hold, with its tags."""
    for service, call in _DESCRIPTIONS:
        yield f"{service} {call}", _text(getattr(client(service), call)())
    ssm = client("ssm")
    for parameter in ssm.describe_parameters()["Parameters"]:
        answer = ssm.get_parameter(Name=parameter["Name"], WithDecryption=True)
        yield f"parameter {parameter['Name']}", _text(answer)
    boards = client("cloudwatch")
    for board in boards.list_dashboards()["DashboardEntries"]:
        answer = boards.get_dashboard(DashboardName=board["DashboardName"])
        yield f"dashboard {board['DashboardName']}", _text(answer)


def _text(answer: Any) -> bytes:
    """Unescaped, so that a text inside a text is found too."""
    return (answer if isinstance(answer, str) else json.dumps(answer, default=str, ensure_ascii=False)).encode()
