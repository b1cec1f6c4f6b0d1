"""Networks and instances of the emulator behave as those of AWS where a program could not tell otherwise until it is there."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.emulator import seed
from localcloud.emulator.inventory import inventory
from tests.emulator.rig import REGION, Emulator, refusal_code, shared

pytestmark = pytest.mark.emulator


@pytest.fixture
def aws() -> Emulator:
    return shared()


@pytest.fixture
def ec2(aws: Emulator) -> Any:
    return aws.client("ec2")


@pytest.fixture
def network(ec2: Any) -> dict[str, str]:
    """Ids of a VPC, a subnet of 10.0.1.0/24 and a security group."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24", AvailabilityZone=f"{REGION}a")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="own", Description="own", VpcId=vpc)["GroupId"]
    return {"vpc": vpc, "subnet": subnet, "group": group}


def _image(ec2: Any, name: str) -> dict[str, Any]:
    found = ec2.describe_images(Filters=[{"Name": "name", "Values": [name]}])["Images"]
    return found[0]


def _launch(ec2: Any, network: dict[str, str], **more: Any) -> dict[str, Any]:
    interface = {"DeviceIndex": 0, "SubnetId": network["subnet"], "Groups": [network["group"]]}
    image = _image(ec2, "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*")["ImageId"]
    wanted = {"ImageId": image, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1}
    return ec2.run_instances(**{**wanted, "NetworkInterfaces": [interface], **more})["Instances"][0]


def test_rule_about_a_group_keeps_its_description_and_can_be_changed(ec2: Any, network: dict[str, str]) -> None:
    group, vpc = network["group"], network["vpc"]
    peers = [ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"] for name in ("a", "b")]
    pair = {"GroupId": peers[0], "Description": "first"}
    wanted = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "UserIdGroupPairs": [pair]}
    made = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[wanted])["SecurityGroupRules"][0]
    assert made["Description"] == "first"
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "ReferencedGroupId": peers[1], "Description": "second"}
    change = {"SecurityGroupRuleId": made["SecurityGroupRuleId"], "SecurityGroupRule": rule}
    ec2.modify_security_group_rules(GroupId=group, SecurityGroupRules=[change])
    ids = [made["SecurityGroupRuleId"]]
    found = ec2.describe_security_group_rules(SecurityGroupRuleIds=ids)["SecurityGroupRules"][0]
    assert (found["ReferencedGroupInfo"]["GroupId"], found["Description"]) == (peers[1], "second")
    permission = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"][0]
    assert (permission["IpRanges"], permission["UserIdGroupPairs"][0]["GroupId"]) == ([], peers[1])


def test_rule_about_ipv6_can_be_changed_and_an_absent_one_cannot(ec2: Any, network: dict[str, str]) -> None:
    wanted = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "Ipv6Ranges": [{"CidrIpv6": "fd00::/8"}]}
    made = ec2.authorize_security_group_egress(GroupId=network["group"], IpPermissions=[wanted])["SecurityGroupRules"]
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv6": "fd01::/16"}
    change = {"SecurityGroupRuleId": made[0]["SecurityGroupRuleId"], "SecurityGroupRule": rule}
    ec2.modify_security_group_rules(GroupId=network["group"], SecurityGroupRules=[change])
    ids = [made[0]["SecurityGroupRuleId"]]
    assert (
        ec2.describe_security_group_rules(SecurityGroupRuleIds=ids)["SecurityGroupRules"][0]["CidrIpv6"] == "fd01::/16"
    )
    change["SecurityGroupRuleId"] = "sgr-0123456789abcdef0"
    absent = {"GroupId": network["group"], "SecurityGroupRules": [change]}
    assert refusal_code(ec2.modify_security_group_rules, **absent) == "InvalidSecurityGroupRuleId.NotFound"


def test_address_is_held_by_a_nat_gateway_that_lies_in_its_subnet(ec2: Any, network: dict[str, str]) -> None:
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.create_nat_gateway(SubnetId=network["subnet"], AllocationId=address)["NatGateway"]
    assert made["NatGatewayAddresses"][0]["PrivateIp"].startswith("10.0.1.")
    assert refusal_code(ec2.release_address, AllocationId=address) == "InvalidIPAddress.InUse"
    ec2.delete_nat_gateway(NatGatewayId=made["NatGatewayId"])
    ec2.release_address(AllocationId=address)
    assert refusal_code(ec2.describe_addresses, AllocationIds=[address]) == "InvalidAllocationID.NotFound"


def test_endpoint_holds_its_group_and_its_service_must_exist(ec2: Any, network: dict[str, str]) -> None:
    wanted = {"VpcId": network["vpc"], "VpcEndpointType": "Interface", "SubnetIds": [network["subnet"]]}
    wanted["SecurityGroupIds"] = [network["group"]]
    made = ec2.create_vpc_endpoint(ServiceName=f"com.amazonaws.{REGION}.secretsmanager", **wanted)["VpcEndpoint"]
    assert refusal_code(ec2.delete_security_group, GroupId=network["group"]) == "DependencyViolation"
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
    ec2.delete_security_group(GroupId=network["group"])
    misspelt = {**wanted, "ServiceName": f"com.amazonaws.{REGION}.secretmanager", "SecurityGroupIds": []}
    assert refusal_code(ec2.create_vpc_endpoint, **misspelt) == "InvalidServiceName"


def test_protected_instance_ends_only_without_its_protection(ec2: Any, network: dict[str, str]) -> None:
    instance = _launch(ec2, network, DisableApiTermination=True)["InstanceId"]
    assert refusal_code(ec2.terminate_instances, InstanceIds=[instance]) == "OperationNotPermitted"
    ec2.modify_instance_attribute(InstanceId=instance, DisableApiTermination={"Value": False})
    assert ec2.terminate_instances(InstanceIds=[instance])["TerminatingInstances"][0]["InstanceId"] == instance


def test_instance_shows_its_groups_and_keeps_what_is_not_changed(ec2: Any, network: dict[str, str]) -> None:
    options = {"HttpTokens": "required", "HttpPutResponseHopLimit": 2, "InstanceMetadataTags": "enabled"}
    made = _launch(ec2, network, MetadataOptions=options)
    assert [group["GroupId"] for group in made["SecurityGroups"]] == [network["group"]]
    other = ec2.create_security_group(GroupName="other", Description="x", VpcId=network["vpc"])["GroupId"]
    ec2.modify_instance_attribute(InstanceId=made["InstanceId"], Groups=[other])
    ec2.modify_instance_metadata_options(InstanceId=made["InstanceId"], HttpTokens="optional")
    ec2.monitor_instances(InstanceIds=[made["InstanceId"]])
    found = ec2.describe_instances(InstanceIds=[made["InstanceId"]])["Reservations"][0]["Instances"][0]
    assert [group["GroupId"] for group in found["NetworkInterfaces"][0]["Groups"]] == [other]
    assert {**options, "HttpTokens": "optional"}.items() <= found["MetadataOptions"].items()
    assert found["Monitoring"]["State"] == "enabled"
    ec2.terminate_instances(InstanceIds=[made["InstanceId"]])


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"ImageId": "ami-0123456789abcdef0"}, "InvalidAMIID.NotFound"),
        ({"InstanceType": "t3.banana"}, "InvalidInstanceType.NotFound"),
        ({"KeyName": "nobody"}, "InvalidKeyPair.NotFound"),
    ],
)
def test_instance_needs_what_it_names(ec2: Any, network: dict[str, str], wrong: dict[str, str], code: str) -> None:
    with pytest.raises(ClientError, match=code):
        _launch(ec2, network, **wrong)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        (f"aws-parallelcluster-{seed.PCLUSTER_VERSION}-ubuntu-2404-lts-hvm-x86_64-*", 35),
        ("ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*", 8),
    ],
)
def test_root_volume_of_an_image(ec2: Any, name: str, size: int) -> None:
    found = _image(ec2, name)
    volume = found["BlockDeviceMappings"][0]
    assert (volume["DeviceName"], volume["Ebs"]["VolumeSize"]) == (found["RootDeviceName"], size)
    assert volume["Ebs"]["DeleteOnTermination"]


def test_inventory_sets_apart_what_is_scheduled_and_counts_own_snapshots_only(aws: Emulator, ec2: Any) -> None:
    secrets = aws.client("secretsmanager")
    for name in ("inventory-kept", "inventory-scheduled"):
        secrets.create_secret(Name=name)
    secrets.delete_secret(SecretId="inventory-scheduled", RecoveryWindowInDays=7)
    volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1)["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    found = inventory(aws.endpoint, REGION)
    assert "inventory-kept" in found["secrets"]
    assert "inventory-scheduled" not in found["secrets"]
    assert "inventory-scheduled" in found["secrets scheduled for deletion"]
    official = _image(ec2, f"aws-parallelcluster-{seed.PCLUSTER_VERSION}-amzn2023-hvm-x86_64-*")
    assert snapshot in found["snapshots"]
    assert official["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"] not in found["snapshots"]


def test_security_group_needs_its_vpc(ec2: Any, network: dict[str, str]) -> None:
    wanted = {"GroupName": "nowhere", "Description": "x"}
    assert refusal_code(ec2.create_security_group, VpcId="vpc-0123456789abcdef0", **wanted) == "InvalidVpcID.NotFound"
    assert ec2.create_security_group(VpcId=network["vpc"], **wanted)["GroupId"].startswith("sg-")


def test_placement_group_is_known_until_it_is_deleted(ec2: Any) -> None:
    tags = [{"ResourceType": "placement-group", "Tags": [{"Key": "team", "Value": "tests"}]}]
    made = ec2.create_placement_group(GroupName="close", Strategy="cluster", TagSpecifications=tags)["PlacementGroup"]
    assert ec2.describe_placement_groups(GroupNames=["close"])["PlacementGroups"] == [made]
    assert made["Tags"] == [{"Key": "team", "Value": "tests"}]
    assert refusal_code(ec2.create_placement_group, GroupName="close") == "InvalidPlacementGroup.Duplicate"
    ec2.delete_placement_group(GroupName="close")
    assert refusal_code(ec2.describe_placement_groups, GroupNames=["close"]) == "InvalidPlacementGroup.Unknown"


def test_capacity_reservations_do_not_exist(ec2: Any) -> None:
    assert ec2.describe_capacity_reservations()["CapacityReservations"] == []
    asked = {"CapacityReservationIds": ["cr-0123456789abcdef0"]}
    assert refusal_code(ec2.describe_capacity_reservations, **asked) == "InvalidCapacityReservationId.NotFound"


def test_fsx_file_system_that_does_not_exist(aws: Emulator) -> None:
    fsx = aws.client("fsx")
    assert refusal_code(fsx.describe_file_systems, FileSystemIds=["fs-0123456789abcdef0"]) == "FileSystemNotFound"
    assert "FileSystems" in fsx.describe_file_systems()


def test_endpoint_moves_with_its_interfaces_and_names(aws: Emulator, ec2: Any, network: dict[str, str]) -> None:
    place = {"VpcId": network["vpc"], "AvailabilityZone": f"{REGION}b"}
    other = ec2.create_subnet(CidrBlock="10.0.2.0/24", **place)["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="second", Description="x", VpcId=network["vpc"])["GroupId"]
    wanted = {"VpcId": network["vpc"], "VpcEndpointType": "Interface", "SubnetIds": [network["subnet"]]}
    made = ec2.create_vpc_endpoint(ServiceName=f"com.amazonaws.{REGION}.ssm", **wanted)["VpcEndpoint"]["VpcEndpointId"]
    moved = {"AddSubnetIds": [other], "RemoveSubnetIds": [network["subnet"]], "AddSecurityGroupIds": [group]}
    ec2.modify_vpc_endpoint(VpcEndpointId=made, PrivateDnsEnabled=True, **moved)
    found = ec2.describe_vpc_endpoints(VpcEndpointIds=[made])["VpcEndpoints"][0]
    interfaces = ec2.describe_network_interfaces(NetworkInterfaceIds=found["NetworkInterfaceIds"])["NetworkInterfaces"]
    assert found["PrivateDnsEnabled"]
    assert [interface["SubnetId"] for interface in interfaces] == [other]
    assert interfaces[0]["PrivateIpAddress"].startswith("10.0.2.")
    assert group in {one["GroupId"] for one in interfaces[0]["Groups"]}
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made])


def test_instance_shows_the_profile_that_took_the_place_of_another(
    aws: Emulator, ec2: Any, network: dict[str, str]
) -> None:
    iam = aws.client("iam")
    for name in ("first-profile", "second-profile"):
        iam.create_instance_profile(InstanceProfileName=name)
    instance = _launch(ec2, network, IamInstanceProfile={"Name": "first-profile"})["InstanceId"]
    mine = [{"Name": "instance-id", "Values": [instance]}]
    found = ec2.describe_iam_instance_profile_associations(Filters=mine)["IamInstanceProfileAssociations"][0]
    change = {"AssociationId": found["AssociationId"], "IamInstanceProfile": {"Name": "second-profile"}}
    ec2.replace_iam_instance_profile_association(**change)
    shown = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]["IamInstanceProfile"]
    assert shown["Arn"].endswith("/second-profile")
    ec2.terminate_instances(InstanceIds=[instance])


def test_gateway_stays_while_something_has_a_public_address(ec2: Any, network: dict[str, str]) -> None:
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    place = {"InternetGatewayId": gateway, "VpcId": network["vpc"]}
    ec2.attach_internet_gateway(**place)
    interface = {"DeviceIndex": 0, "SubnetId": network["subnet"], "AssociatePublicIpAddress": True}
    machine = _launch(ec2, network, NetworkInterfaces=[interface])["InstanceId"]
    assert refusal_code(ec2.detach_internet_gateway, **place) == "DependencyViolation"
    ec2.terminate_instances(InstanceIds=[machine])
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=network["subnet"], AllocationId=address)["NatGateway"]["NatGatewayId"]
    assert refusal_code(ec2.detach_internet_gateway, **place) == "DependencyViolation"
    ec2.delete_nat_gateway(NatGatewayId=nat)
    ec2.detach_internet_gateway(**place)


@pytest.mark.parametrize("public", [True, False])
def test_an_interface_made_before_gets_the_address_that_its_subnet_gives(
    ec2: Any, network: dict[str, str], public: bool
) -> None:
    ec2.modify_subnet_attribute(SubnetId=network["subnet"], MapPublicIpOnLaunch={"Value": public})
    made = ec2.create_network_interface(SubnetId=network["subnet"])["NetworkInterface"]["NetworkInterfaceId"]
    started = _launch(ec2, network, NetworkInterfaces=[{"DeviceIndex": 0, "NetworkInterfaceId": made}])["InstanceId"]
    shown = ec2.describe_instances(InstanceIds=[started])["Reservations"][0]["Instances"][0]
    assert bool(shown.get("PublicIpAddress")) is public
    ec2.terminate_instances(InstanceIds=[started])


def test_nothing_in_a_subnet_has_an_address_of_another_one(ec2: Any, network: dict[str, str]) -> None:
    zone = {"VpcId": network["vpc"], "AvailabilityZone": f"{REGION}a"}
    small = ec2.create_subnet(CidrBlock="10.0.2.0/28", **zone)["Subnet"]["SubnetId"]

    def interface() -> str:
        return str(ec2.create_network_interface(SubnetId=small)["NetworkInterface"]["PrivateIpAddress"])

    found = [interface() for _ in range(8)]
    machines = [_launch(ec2, {**network, "subnet": small})["PrivateIpAddress"] for _ in range(2)]
    # 16, without the five that AWS keeps.
    assert sorted([*found, *machines, interface()]) == sorted(f"10.0.2.{last}" for last in range(4, 15))
    for one_more in (interface, lambda: _launch(ec2, {**network, "subnet": small})):
        assert refusal_code(one_more) == "InsufficientFreeAddressesInSubnet"
