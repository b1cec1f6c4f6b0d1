"""What the emulator adds to the services other than CloudFormation; see the docstrings of localcloud/emulator/additions."""

import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.emulator import seed
from localcloud.emulator.additions import image_build, instances, s3_policies
from localcloud.emulator.inventory import LEFT_BY_PARALLELCLUSTER, _sorted_out, inventory
from tests.emulator.aws_types.certificates import FIRST, OTHER
from tests.emulator.rig import REGION, Emulator, shared

pytestmark = pytest.mark.emulator


@pytest.fixture
def aws() -> Emulator:
    return shared()


@pytest.fixture
def network(aws: Emulator) -> dict[str, str]:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24", AvailabilityZone="us-east-1a")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="nodes", Description="nodes", VpcId=vpc)["GroupId"]
    return {"vpc": vpc, "subnet": subnet, "group": group}


def _code(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as refusal:
        call(**arguments)
    return str(refusal.value.response["Error"]["Code"])


def test_official_images_of_every_system_and_architecture_are_amazons(aws: Emulator) -> None:
    found = aws.client("ec2").describe_images(
        Owners=["amazon"], Filters=[{"Name": "name", "Values": ["aws-parallelcluster-3.16.1-*"]}]
    )["Images"]
    parts = {
        re.match(r"aws-parallelcluster-3.16.1-(.+)-hvm-(x86_64|arm64)-", image["Name"]).groups() for image in found
    }  # type: ignore[union-attr]
    systems = {"amzn2023", "ubuntu-2204-lts", "ubuntu-2404-lts", "rhel8", "rhel9", "rocky8", "rocky9"}
    assert parts == {(system, architecture) for system in systems for architecture in ("x86_64", "arm64")}
    assert all(image["RootDeviceName"] == image["BlockDeviceMappings"][0]["DeviceName"] for image in found)


@pytest.mark.parametrize("release", ["hvm-ssd-gp3/ubuntu-noble-24.04", "hvm-ssd/ubuntu-jammy-22.04"])
def test_canonicals_images_are_found_by_owner_and_pattern(aws: Emulator, release: str) -> None:
    pattern = [{"Name": "name", "Values": [f"ubuntu/images/{release}-amd64-server-*"]}]
    ec2 = aws.client("ec2")
    assert len(ec2.describe_images(Owners=[seed.CANONICAL], Filters=pattern)["Images"]) == 1
    assert ec2.describe_images(Owners=["137112412989"], Filters=pattern)["Images"] == []


def test_ids_of_images_follow_from_their_names() -> None:
    ids = [image["ami_id"] for image in seed.images()]
    assert ids == [image["ami_id"] for image in seed.images()]
    assert len(set(ids)) == len(ids)


def test_fsx_has_a_long_id_a_state_and_an_interface_that_goes_with_it(aws: Emulator, network: dict[str, str]) -> None:
    fsx, ec2 = aws.client("fsx"), aws.client("ec2")
    made = fsx.create_file_system(
        FileSystemType="LUSTRE",
        StorageCapacity=1200,
        SubnetIds=[network["subnet"]],
        SecurityGroupIds=[network["group"]],
        Tags=[{"Key": "team", "Value": "genomics"}],
    )["FileSystem"]
    assert re.fullmatch(r"fs-[0-9a-f]{17}", made["FileSystemId"])
    assert (made["Lifecycle"], made["VpcId"]) == ("AVAILABLE", network["vpc"])
    assert made["LustreConfiguration"]["MountName"] == "fsx"
    assert made["Tags"] == [{"Key": "team", "Value": "genomics"}]
    assert _code(ec2.delete_subnet, SubnetId=network["subnet"]) == "DependencyViolation"
    fsx.delete_file_system(FileSystemId=made["FileSystemId"])
    ec2.delete_subnet(SubnetId=network["subnet"])
    filters = [{"Name": "network-interface-id", "Values": made["NetworkInterfaceIds"]}]
    assert ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"] == []


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ({"DeviceName": "/dev/xvdba", "VirtualName": "ephemeral0"}, []),
        ({"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": True}}, [{"Encrypted": True, "VolumeSize": 35}]),
        ({"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 60}}, [{"VolumeSize": 60}]),
    ],
)
def test_block_devices_get_a_size_and_instance_stores_are_passed_over(
    mapping: dict[str, Any], expected: list[dict[str, Any]]
) -> None:
    assert [device["Ebs"] for device in instances.volumes([mapping])] == expected


def test_instance_from_instance_store_mappings_leaves_nothing(aws: Emulator, network: dict[str, str]) -> None:
    ec2 = aws.client("ec2")
    started = ec2.run_instances(
        ImageId=seed.images()[0]["ami_id"],
        InstanceType="c5d.xlarge",
        MinCount=1,
        MaxCount=1,
        SubnetId=network["subnet"],
        SecurityGroupIds=[network["group"]],
        BlockDeviceMappings=[{"DeviceName": "/dev/xvdba", "VirtualName": "ephemeral0"}],
    )["Instances"][0]
    assert _code(ec2.delete_security_group, GroupId=network["group"]) == "DependencyViolation"
    ec2.terminate_instances(InstanceIds=[started["InstanceId"]])
    ec2.delete_security_group(GroupId=network["group"])
    ec2.delete_subnet(SubnetId=network["subnet"])
    ec2.delete_vpc(VpcId=network["vpc"])
    assert network["vpc"] not in inventory(aws.endpoint, REGION).get("vpcs", [])


def test_group_that_another_one_names_and_its_vpc_cannot_be_deleted(aws: Emulator, network: dict[str, str]) -> None:
    ec2 = aws.client("ec2")
    other = ec2.create_security_group(GroupName="other", Description="other", VpcId=network["vpc"])["GroupId"]
    rule = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": network["group"]}]}
    ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[rule])
    assert _code(ec2.delete_security_group, GroupId=network["group"]) == "DependencyViolation"
    ec2.delete_subnet(SubnetId=network["subnet"])
    assert _code(ec2.delete_vpc, VpcId=network["vpc"]) == "DependencyViolation"
    for group in (other, network["group"]):
        ec2.delete_security_group(GroupId=group)
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network["vpc"])
    assert _code(ec2.delete_vpc, VpcId=network["vpc"]) == "DependencyViolation"
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=network["vpc"])
    ec2.delete_internet_gateway(InternetGatewayId=gateway)
    ec2.delete_vpc(VpcId=network["vpc"])


def test_gateways_and_endpoints_leave_nothing(aws: Emulator, network: dict[str, str]) -> None:
    ec2 = aws.client("ec2")
    allocation = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=network["subnet"], AllocationId=allocation)["NatGateway"]["NatGatewayId"]
    service = f"com.amazonaws.{REGION}.s3"
    endpoint = ec2.create_vpc_endpoint(VpcId=network["vpc"], ServiceName=service)["VpcEndpoint"]["VpcEndpointId"]
    ec2.delete_nat_gateway(NatGatewayId=gateway)
    ec2.release_address(AllocationId=allocation)
    assert ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])["Unsuccessful"] == []
    ec2.delete_subnet(SubnetId=network["subnet"])
    left = inventory(aws.endpoint, REGION)
    assert gateway not in left.get("NAT gateways", [])
    assert endpoint not in left.get("VPC endpoints", [])


def test_imported_key_has_its_type(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    public = b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJBIdNXtke99ztHt5/+bGPuxNX8fGFh0Df6vwwJRzYjJ test"
    ec2.import_key_pair(KeyName="imported", PublicKeyMaterial=public)
    assert ec2.describe_key_pairs(KeyNames=["imported"])["KeyPairs"][0]["KeyType"] == "ed25519"
    ec2.delete_key_pair(KeyName="imported")


_PUBLIC_DENIAL = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}


@pytest.mark.parametrize(
    ("statement", "kept"),
    [
        ({**_PUBLIC_DENIAL, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}, False),
        ({**_PUBLIC_DENIAL, "Principal": {"Service": "logs.amazonaws.com"}}, False),
        ({**_PUBLIC_DENIAL, "Principal": {"Service": "logs.amazonaws.com", "AWS": "*"}}, True),
        (_PUBLIC_DENIAL, True),
    ],
)
def test_statements_that_cannot_be_judged_are_left_out(statement: dict[str, Any], kept: bool) -> None:
    assert s3_policies.judged({"Statement": [statement]}) == ([statement] if kept else [])


def test_bucket_with_a_tls_only_policy_still_answers(aws: Emulator) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="tls-only")
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    policy = {"Version": "2012-10-17", "Statement": [{**_PUBLIC_DENIAL, "Condition": condition}]}
    s3.put_bucket_policy(Bucket="tls-only", Policy=json.dumps(policy))
    s3.put_object(Bucket="tls-only", Key="key", Body=b"body")
    assert s3.get_object(Bucket="tls-only", Key="key")["Body"].read() == b"body"


def test_efs_throughput_can_be_changed(aws: Emulator) -> None:
    efs = aws.client("efs")
    made = efs.create_file_system(CreationToken="changed", ThroughputMode="bursting")["FileSystemId"]
    assert efs.update_file_system(FileSystemId=made, ThroughputMode="elastic")["ThroughputMode"] == "elastic"
    assert efs.describe_file_systems(FileSystemId=made)["FileSystems"][0]["ThroughputMode"] == "elastic"
    assert _code(efs.update_file_system, FileSystemId="fs-00000000", ThroughputMode="elastic") == "FileSystemNotFound"


def test_database_goes_with_a_snapshot_or_with_the_word_that_none_is_wanted(aws: Emulator) -> None:
    rds = aws.client("rds")
    rds.create_db_instance(DBInstanceIdentifier="db", Engine="postgres", DBInstanceClass="db.t4g.small")
    assert _code(rds.delete_db_instance, DBInstanceIdentifier="db") == "InvalidParameterCombination"
    rds.delete_db_instance(DBInstanceIdentifier="db", FinalDBSnapshotIdentifier="db-final")
    assert "db-final" in inventory(aws.endpoint, REGION)["database snapshots"]
    rds.delete_db_snapshot(DBSnapshotIdentifier="db-final")


@pytest.mark.parametrize(
    ("name", "tags", "expected"),
    [
        ("aws-parallelcluster-3.16.1-ubuntu-2404-lts-hvm-x86_64-1", {}, "ubuntu2404"),
        ("ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-1", {}, "ubuntu2204"),
        ("al2023-ami-2023.9.1-x86_64", {}, "alinux2023"),
        ("RHEL-9.6.0_HVM-x86_64", {}, "rhel9"),
        ("built-before", {"parallelcluster:os": "rocky9"}, "rocky9"),
    ],
)
def test_system_of_a_parent_image(name: str, tags: dict[str, str], expected: str) -> None:
    assert image_build.operating_system(name, tags) == expected


def test_image_builder_does_not_know_other_images(aws: Emulator) -> None:
    arn = "arn:aws:imagebuilder:us-east-1:123456789012:image/none/1.0.0/1"
    call = aws.client("imagebuilder").get_image
    assert _code(call, imageBuildVersionArn=arn) == "ResourceNotFoundException"


def test_inventory_sets_apart_what_parallelcluster_leaves_by_design() -> None:
    found = {
        "log groups": ["/aws/parallelcluster/hpc-1", "/aws/lambda/pcluster-CleanupResources-1", "/ours"],
        "buckets": ["parallelcluster-0a1b-v1-do-not-delete", "parallelcluster-mine"],
        "roles": ["PClusterBuildImageCleanupRole-1-v2"],
        "vpcs": [],
    }
    left = _sorted_out(found)
    assert left.pop(LEFT_BY_PARALLELCLUSTER) == [
        "/aws/lambda/pcluster-CleanupResources-1",
        "/aws/parallelcluster/hpc-1",
        "parallelcluster-0a1b-v1-do-not-delete",
        "PClusterBuildImageCleanupRole-1-v2",
    ]
    assert left == {"log groups": ["/ours"], "buckets": ["parallelcluster-mine"]}


def test_a_zone_and_a_record_are_made_once_and_a_record_is_deleted_as_it_is(
    aws: Emulator, network: dict[str, str]
) -> None:
    route53 = aws.client("route53")
    wanted = {"VPC": {"VPCRegion": REGION, "VPCId": network["vpc"]}, "HostedZoneConfig": {"PrivateZone": True}}
    zone = route53.create_hosted_zone(Name="a.example", CallerReference="one", **wanted)["HostedZone"]["Id"]
    for name, reference, code in (("b", "one", "HostedZoneAlreadyExists"), ("a", "two", "ConflictingDomainExists")):
        assert _code(route53.create_hosted_zone, Name=f"{name}.example", CallerReference=reference, **wanted) == code

    def change(action: str, name: str, address: str) -> None:
        values = [{"Value": address}]
        record = {"Name": f"{name}.a.example", "Type": "A", "TTL": 60, "ResourceRecords": values}
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)

    def refused(action: str, name: str, address: str) -> bool:
        return _code(change, action=action, name=name, address=address) == "InvalidChangeBatch"

    change("CREATE", "head", "10.0.0.1")
    change("CREATE", "login", "10.0.0.2")
    assert refused("CREATE", "head", "10.0.0.3")
    assert refused("DELETE", "head", "10.0.0.3")
    change("DELETE", "head", "10.0.0.1")
    assert refused("DELETE", "head", "10.0.0.1")
    # Another name that is still there does not stand in its way.
    change("CREATE", "head", "10.0.0.1")
    for name, address in (("head", "10.0.0.1"), ("login", "10.0.0.2")):
        change("DELETE", name, address)
    route53.delete_hosted_zone(Id=zone)


def test_a_certificate_keeps_its_tags_and_is_not_deleted_while_a_listener_shows_it(
    aws: Emulator, network: dict[str, str]
) -> None:
    acm, elb = aws.client("acm"), aws.client("elbv2")
    first, other = (
        {"Certificate": one["certificateBody"].encode(), "PrivateKey": one["privateKey"].encode()}
        for one in (FIRST, OTHER)
    )
    tags = [{"Key": "team", "Value": "genomics"}]
    arn = acm.import_certificate(**first, Tags=tags)["CertificateArn"]
    assert acm.import_certificate(CertificateArn=arn, **other)["CertificateArn"] == arn
    assert acm.list_tags_for_certificate(CertificateArn=arn)["Tags"] == tags
    balancer = elb.create_load_balancer(Name="shows", Type="network", Subnets=[network["subnet"]])["LoadBalancers"][0]
    group = elb.create_target_group(Name="shown", Protocol="TCP", Port=389, VpcId=network["vpc"])["TargetGroups"][0]
    forward = [{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}]
    shown = {"Protocol": "TLS", "Certificates": [{"CertificateArn": arn}], "DefaultActions": forward}
    listener = elb.create_listener(LoadBalancerArn=balancer["LoadBalancerArn"], Port=636, **shown)["Listeners"][0]
    assert _code(acm.delete_certificate, CertificateArn=arn) == "ResourceInUseException"
    (changed,) = elb.modify_listener(ListenerArn=listener["ListenerArn"], Port=3269, **shown)["Listeners"]
    assert (changed["Protocol"], changed["Port"], changed["Certificates"][0]["CertificateArn"]) == ("TLS", 3269, arn)
    elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    elb.delete_target_group(TargetGroupArn=group["TargetGroupArn"])
    acm.delete_certificate(CertificateArn=arn)


def test_dhcp_options_are_freed_by_others_and_outlive_their_network(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    servers = [{"Key": "domain-name-servers", "Values": ["10.0.0.2"]}]
    first, second = (
        ec2.create_dhcp_options(DhcpConfigurations=servers)["DhcpOptions"]["DhcpOptionsId"] for _ in range(2)
    )
    ec2.associate_dhcp_options(DhcpOptionsId=first, VpcId=vpc)
    assert _code(ec2.delete_dhcp_options, DhcpOptionsId=first) == "DependencyViolation"
    ec2.associate_dhcp_options(DhcpOptionsId=second, VpcId=vpc)
    ec2.delete_dhcp_options(DhcpOptionsId=first)
    ec2.delete_vpc(VpcId=vpc)
    ec2.delete_dhcp_options(DhcpOptionsId=second)


def test_a_resolver_rule_is_made_once_for_a_request_and_can_be_changed(aws: Emulator, network: dict[str, str]) -> None:
    resolver = aws.client("route53resolver")
    places = [{"SubnetId": network["subnet"], "Ip": f"10.0.1.{n}"} for n in (10, 11)]
    outward = {"Direction": "OUTBOUND", "SecurityGroupIds": [network["group"]], "IpAddresses": places}
    endpoint = resolver.create_resolver_endpoint(CreatorRequestId="once", Name="ours", **outward)
    identity = endpoint["ResolverEndpoint"]["Id"]
    target = {"ResolverEndpointId": identity, "TargetIps": [{"Ip": "10.0.1.2", "Port": 53}]}
    asked = {"CreatorRequestId": "once", "RuleType": "FORWARD", "DomainName": "a.example", **target}
    rule, again = (resolver.create_resolver_rule(**asked)["ResolverRule"]["Id"] for _ in range(2))
    assert rule == again
    other = [{"Ip": "10.0.1.3", "Port": 53}]
    resolver.update_resolver_rule(ResolverRuleId=rule, Config={"TargetIps": other})
    found = resolver.get_resolver_rule(ResolverRuleId=rule)["ResolverRule"]
    assert (found["TargetIps"], found["ResolverEndpointId"]) == (other, identity)
    resolver.delete_resolver_rule(ResolverRuleId=rule)
    resolver.delete_resolver_endpoint(ResolverEndpointId=identity)
