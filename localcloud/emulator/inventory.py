"""What is left in the emulated account: everything that a program and ParallelCluster can make."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import boto3
from botocore.config import Config

LEFT_BY_PARALLELCLUSTER = "left_by_parallelcluster"
# ParallelCluster keeps these on purpose: logs outlive the cluster, the bucket and the role serve the next one.
_BY_DESIGN = [
    re.compile(r"log groups: /aws/parallelcluster/"),
    re.compile(r"log groups: /aws/lambda/pcluster-"),
    re.compile(r"log groups: /aws/imagebuilder/ParallelClusterImage"),
    re.compile(r"buckets: parallelcluster-[0-9a-f]+-v1-do-not-delete$"),
    re.compile(r"roles: PClusterBuildImageCleanupRole-"),
]
_Connect = Callable[[str], Any]
_KEY_TYPES = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"]
"""Certificate Manager lists two kinds of RSA keys only, unless asked for more."""


def inventory(endpoint: str, region: str) -> dict[str, list[str]]:
    """Ids or names by kind, kinds with nothing left out. What ParallelCluster leaves by design is under LEFT_BY_PARALLELCLUSTER.

    AWS's own things (default VPC, managed policies, default parameter groups) do not count.
    """

    def connect(service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id="local",
            aws_secret_access_key="local",
            config=Config(retries={"max_attempts": 1}),
        )

    found: dict[str, list[str]] = {}
    for part in (_network, _names_and_balancing, _compute, _storage, _databases, _identity, _operations):
        found.update({kind: list(names) for kind, names in part(connect).items()})
    return _sorted_out(found)


def _sorted_out(found: dict[str, list[str]]) -> dict[str, list[str]]:
    left: dict[str, list[str]] = {}
    for kind, names in found.items():
        for name in sorted(names):
            by_design = any(pattern.match(f"{kind}: {name}") for pattern in _BY_DESIGN)
            left.setdefault(LEFT_BY_PARALLELCLUSTER if by_design else kind, []).append(name)
    return left


def _all(client: Any, call: str, key: str, **arguments: Any) -> Iterable[Any]:
    """The items under `key` of all pages of a call."""
    pages = (
        client.get_paginator(call).paginate(**arguments)
        if client.can_paginate(call)
        else [getattr(client, call)(**arguments)]
    )
    for page in pages:
        yield from page.get(key) or []


def _network(connect: _Connect) -> dict[str, Iterable[str]]:
    ec2 = connect("ec2")
    defaults = {vpc["VpcId"] for vpc in _all(ec2, "describe_vpcs", "Vpcs") if vpc["IsDefault"]}
    gateways = _all(ec2, "describe_internet_gateways", "InternetGateways")
    nat = _all(ec2, "describe_nat_gateways", "NatGateways")
    endpoints = _all(ec2, "describe_vpc_endpoints", "VpcEndpoints")

    def own(call: str, key: str, name: str) -> Iterable[str]:
        return [item[name] for item in _all(ec2, call, key) if item["VpcId"] not in defaults]

    return {
        "vpcs": own("describe_vpcs", "Vpcs", "VpcId"),
        "subnets": [
            subnet["SubnetId"]
            for subnet in _all(ec2, "describe_subnets", "Subnets")
            if subnet["VpcId"] not in defaults or not subnet["DefaultForAz"]
        ],
        "route tables": own("describe_route_tables", "RouteTables", "RouteTableId"),
        "security groups": [
            f"{group['GroupId']} {group['GroupName']}"
            for group in _all(ec2, "describe_security_groups", "SecurityGroups")
            if group["VpcId"] not in defaults or group["GroupName"] != "default"
        ],
        "internet gateways": [
            gateway["InternetGatewayId"]
            for gateway in gateways
            if not {attached["VpcId"] for attached in gateway["Attachments"]} & defaults
        ],
        "network interfaces": [
            f"{interface['NetworkInterfaceId']} {interface.get('Description', '')}".strip()
            for interface in _all(ec2, "describe_network_interfaces", "NetworkInterfaces")
        ],
        "elastic addresses": [address["AllocationId"] for address in _all(ec2, "describe_addresses", "Addresses")],
        "NAT gateways": [gateway["NatGatewayId"] for gateway in nat if gateway["State"] != "deleted"],
        "VPC endpoints": [item["VpcEndpointId"] for item in endpoints if item["State"].lower() != "deleted"],
        "prefix lists": [
            f"{item['PrefixListId']} {item['PrefixListName']}"
            for item in _all(ec2, "describe_managed_prefix_lists", "PrefixLists")
            if item["OwnerId"] != "aws" and not item["PrefixListName"].startswith("com.amazonaws.")
        ],
    }


def _names_and_balancing(connect: _Connect) -> dict[str, Iterable[str]]:
    ec2, elb, resolver = connect("ec2"), connect("elbv2"), connect("route53resolver")
    return {
        "load balancers": [
            balancer["LoadBalancerName"] for balancer in _all(elb, "describe_load_balancers", "LoadBalancers")
        ],
        "target groups": [group["TargetGroupName"] for group in _all(elb, "describe_target_groups", "TargetGroups")],
        "DHCP options": [one["DhcpOptionsId"] for one in _all(ec2, "describe_dhcp_options", "DhcpOptions")],
        "resolver endpoints": [one["Id"] for one in _all(resolver, "list_resolver_endpoints", "ResolverEndpoints")],
        "resolver rules": [one["Id"] for one in _all(resolver, "list_resolver_rules", "ResolverRules")],
        "certificates": [
            one["CertificateArn"]
            for one in _all(
                connect("acm"), "list_certificates", "CertificateSummaryList", Includes={"keyTypes": _KEY_TYPES}
            )
        ],
        "hosted zones": [zone["Name"] for zone in _all(connect("route53"), "list_hosted_zones", "HostedZones")],
    }


def _compute(connect: _Connect) -> dict[str, Iterable[str]]:
    ec2 = connect("ec2")
    reservations = _all(ec2, "describe_instances", "Reservations")
    templates = _all(ec2, "describe_launch_templates", "LaunchTemplates")
    groups = _all(connect("autoscaling"), "describe_auto_scaling_groups", "AutoScalingGroups")
    # Moto shows the snapshots of public images too, whomever one asks for.
    snapshots = _all(ec2, "describe_snapshots", "Snapshots")
    account = connect("sts").get_caller_identity()["Account"]
    return {
        "instances": [
            instance["InstanceId"]
            for reservation in reservations
            for instance in reservation["Instances"]
            if instance["State"]["Name"] != "terminated"
        ],
        "volumes": [volume["VolumeId"] for volume in _all(ec2, "describe_volumes", "Volumes")],
        "key pairs": [pair["KeyName"] for pair in _all(ec2, "describe_key_pairs", "KeyPairs")],
        "image components": [
            one["arn"].rpartition("component/")[2]
            for one in _all(connect("imagebuilder"), "list_components", "componentVersionList", owner="Self")
        ],
        "images": [image["ImageId"] for image in _all(ec2, "describe_images", "Images", Owners=["self"])],
        "snapshots": [item["SnapshotId"] for item in snapshots if item["OwnerId"] == account],
        "launch templates": [template["LaunchTemplateName"] for template in templates],
        "auto scaling groups": [group["AutoScalingGroupName"] for group in groups],
    }


def _storage(connect: _Connect) -> dict[str, Iterable[str]]:
    fsx = connect("fsx")
    machines = _all(fsx, "describe_storage_virtual_machines", "StorageVirtualMachines")
    return {
        "EFS file systems": [
            item["FileSystemId"] for item in _all(connect("efs"), "describe_file_systems", "FileSystems")
        ],
        "FSx file systems": [item["FileSystemId"] for item in _all(fsx, "describe_file_systems", "FileSystems")],
        "storage virtual machines": [item["StorageVirtualMachineId"] for item in machines],
        "FSx volumes": [item["VolumeId"] for item in _all(fsx, "describe_volumes", "Volumes")],
        "EFS access points": [
            item["AccessPointId"] for item in _all(connect("efs"), "describe_access_points", "AccessPoints")
        ],
        "data repository associations": [
            item["AssociationId"] for item in _all(fsx, "describe_data_repository_associations", "Associations")
        ],
        "buckets": [bucket["Name"] for bucket in connect("s3").list_buckets()["Buckets"]],
        "tables": _all(connect("dynamodb"), "list_tables", "TableNames"),
    }


def _databases(connect: _Connect) -> dict[str, Iterable[str]]:
    rds = connect("rds")
    groups = _all(rds, "describe_db_parameter_groups", "DBParameterGroups")
    snapshots = _all(rds, "describe_db_snapshots", "DBSnapshots", SnapshotType="manual")
    return {
        "databases": [item["DBInstanceIdentifier"] for item in _all(rds, "describe_db_instances", "DBInstances")],
        "database snapshots": [item["DBSnapshotIdentifier"] for item in snapshots],
        "database subnet groups": [
            item["DBSubnetGroupName"] for item in _all(rds, "describe_db_subnet_groups", "DBSubnetGroups")
        ],
        "database parameter groups": [
            item["DBParameterGroupName"] for item in groups if not item["DBParameterGroupName"].startswith("default.")
        ],
    }


def _identity(connect: _Connect) -> dict[str, Iterable[str]]:
    iam = connect("iam")
    directories = _all(connect("ds"), "describe_directories", "DirectoryDescriptions")
    secrets = list(_all(connect("secretsmanager"), "list_secrets", "SecretList", IncludePlannedDeletion=True))
    return {
        "directories": [directory["DirectoryId"] for directory in directories],
        "secrets": [secret["Name"] for secret in secrets if "DeletedDate" not in secret],
        "secrets scheduled for deletion": [secret["Name"] for secret in secrets if "DeletedDate" in secret],
        "roles": [role["RoleName"] for role in _all(iam, "list_roles", "Roles")],
        "instance profiles": [
            profile["InstanceProfileName"] for profile in _all(iam, "list_instance_profiles", "InstanceProfiles")
        ],
        "policies": [policy["PolicyName"] for policy in _all(iam, "list_policies", "Policies", Scope="Local")],
    }


def _operations(connect: _Connect) -> dict[str, Iterable[str]]:
    alarms = _all(connect("cloudwatch"), "describe_alarms", "MetricAlarms")
    account = connect("sts").get_caller_identity()["Account"]
    return {
        "stacks": [stack["StackName"] for stack in _all(connect("cloudformation"), "describe_stacks", "Stacks")],
        "functions": [item["FunctionName"] for item in _all(connect("lambda"), "list_functions", "Functions")],
        "topics": [item["TopicArn"].rpartition(":")[2] for item in _all(connect("sns"), "list_topics", "Topics")],
        "log groups": [group["logGroupName"] for group in _all(connect("logs"), "describe_log_groups", "logGroups")],
        "alarms": [alarm["AlarmName"] for alarm in alarms],
        "dashboards": [
            item["DashboardName"] for item in _all(connect("cloudwatch"), "list_dashboards", "DashboardEntries")
        ],
        "budgets": [
            item["BudgetName"] for item in _all(connect("budgets"), "describe_budgets", "Budgets", AccountId=account)
        ],
        "parameters": [item["Name"] for item in _all(connect("ssm"), "describe_parameters", "Parameters")],
    }
