"""The program's own components Cluster and Monitoring on a small ground that boto3 laid."""

import json
from typing import Any

import pulumi

from components.cluster import Cluster, ClusterArgs
from components.monitoring import Monitoring, MonitoringArgs
from planning.cluster import Endpoints, NodeGroups
from planning.watched import Watched
from settings import load
from tests.engine.provider_rig import REGION, Cloud


def ground(cloud: Cloud) -> dict[str, Any]:
    """What the component's endpoints name, as plain values."""
    ec2, iam = cloud.client("ec2"), cloud.client("iam")
    (subnet,) = ec2.describe_subnets(SubnetIds=[cloud.subnet])["Subnets"]
    vpc = subnet["VpcId"]
    group = ec2.create_security_group(GroupName="nodes", Description="nodes", VpcId=vpc)["GroupId"]
    sources = ec2.create_managed_prefix_list(PrefixListName="sources", AddressFamily="IPv4", MaxEntries=1, Entries=[])
    statement = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}]}'
    )
    return {
        "vpc": vpc,
        "subnet": cloud.subnet,
        "group": group,
        "sources": sources["PrefixList"]["PrefixListId"],
        "policy": iam.create_policy(PolicyName="nodes", PolicyDocument=statement)["Policy"]["Arn"],
    }


def declare(name: str, arguments: dict[str, Any]) -> None:
    """Declare the component; `arguments` are its `ground` and the stack file's `cluster` as JSON."""
    base = arguments["ground"]
    raw = {"team": "genomics", "email": "hpc@example.org", "region": REGION, "cluster": arguments["cluster"]}
    raw["storage"] = json.dumps({"home": "cluster"})
    endpoints = Endpoints(
        ssm_policy_arn="arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
        public_subnet_ids=[base["subnet"]],
        private_subnet_ids=[base["subnet"]],
        vpc_cidr="10.20.0.0/16",
        ssh_sources=base["sources"],
        security_groups=NodeGroups(head=[base["group"]], login=[base["group"]], compute=[base["group"]]),
        node_policy_arn=base["policy"],
    )
    settings = load({f"hpcstack:{key}": value for key, value in raw.items()})
    args = ClusterArgs(settings=settings, endpoints=endpoints, tags={}, vpc_id=base["vpc"], needs=[])
    provider = pulumi.ProviderResource("aws", "aws", {"region": REGION})
    made = Cluster(name, args, pulumi.ResourceOptions(providers=[provider]))
    watched = Watched(cluster_name=made.cluster_name, head_node_id=made.head_node_id)
    Monitoring(
        f"{name}-monitoring",
        MonitoringArgs(settings=settings, watched=watched, partition="aws"),
        pulumi.ResourceOptions(providers=[provider]),
    )
    pulumi.export(name, made.cluster_name)
    pulumi.export(f"{name}-address", made.head_node_ip)
    pulumi.export(f"{name}-name", made.head_node_name)
    pulumi.export(f"{name}-head", made.head_node_id)
