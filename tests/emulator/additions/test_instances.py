"""Instances, their disks and keys."""

from typing import Any

import pytest

from localcloud.emulator import seed
from localcloud.emulator.additions import instances
from localcloud.emulator.inventory import inventory
from tests.emulator.rig import REGION, Emulator, refusal_code

pytestmark = pytest.mark.emulator


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
    assert refusal_code(ec2.delete_security_group, GroupId=network["group"]) == "DependencyViolation"
    ec2.terminate_instances(InstanceIds=[started["InstanceId"]])
    ec2.delete_security_group(GroupId=network["group"])
    ec2.delete_subnet(SubnetId=network["subnet"])
    ec2.delete_vpc(VpcId=network["vpc"])
    assert network["vpc"] not in inventory(aws.endpoint, REGION).get("vpcs", [])


def test_interface_made_before_outlives_its_instance_and_serves_one_at_a_time(
    aws: Emulator, network: dict[str, str]
) -> None:
    ec2 = aws.client("ec2")
    subnet = ec2.create_subnet(VpcId=network["vpc"], CidrBlock="10.0.2.0/24", AvailabilityZone="us-east-1b")["Subnet"]
    made = ec2.create_network_interface(SubnetId=subnet["SubnetId"], Groups=[network["group"]])["NetworkInterface"]
    interface = made["NetworkInterfaceId"]
    asked = {"ImageId": seed.images()[0]["ami_id"], "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1}
    asked["NetworkInterfaces"] = [{"DeviceIndex": 0, "NetworkInterfaceId": interface}]
    for _ in range(2):
        started = ec2.run_instances(**asked)["Instances"][0]
        assert started["PrivateIpAddress"] == made["PrivateIpAddress"]
        assert started["Placement"]["AvailabilityZone"] == "us-east-1b"
        assert refusal_code(ec2.run_instances, **asked) == "InvalidNetworkInterface.InUse"
        assert refusal_code(ec2.delete_network_interface, NetworkInterfaceId=interface) == "InvalidParameterValue"
        ec2.terminate_instances(InstanceIds=[started["InstanceId"]])
    (left,) = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"]
    assert (left["Status"], left.get("Attachment")) == ("available", None)
    ec2.delete_network_interface(NetworkInterfaceId=interface)
    ec2.delete_subnet(SubnetId=subnet["SubnetId"])


def test_imported_key_has_its_type(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    public = b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJBIdNXtke99ztHt5/+bGPuxNX8fGFh0Df6vwwJRzYjJ test"
    ec2.import_key_pair(KeyName="imported", PublicKeyMaterial=public)
    assert ec2.describe_key_pairs(KeyNames=["imported"])["KeyPairs"][0]["KeyType"] == "ed25519"
    ec2.delete_key_pair(KeyName="imported")
