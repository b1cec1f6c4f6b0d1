"""What the emulator adds to the services other than CloudFormation; see the docstrings of localcloud/emulator/additions."""

import pytest

from tests.emulator.rig import Emulator, shared


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
