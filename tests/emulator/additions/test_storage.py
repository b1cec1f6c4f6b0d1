"""File systems, buckets, databases."""

import json
import re
from typing import Any

import pytest

from localcloud.emulator.additions import s3_policies
from localcloud.emulator.inventory import inventory
from tests.emulator.rig import REGION, Emulator, refusal_code

pytestmark = pytest.mark.emulator
_PUBLIC_DENIAL = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}


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
    assert refusal_code(ec2.delete_subnet, SubnetId=network["subnet"]) == "DependencyViolation"
    fsx.delete_file_system(FileSystemId=made["FileSystemId"])
    ec2.delete_subnet(SubnetId=network["subnet"])
    filters = [{"Name": "network-interface-id", "Values": made["NetworkInterfaceIds"]}]
    assert ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"] == []


def test_efs_throughput_can_be_changed(aws: Emulator) -> None:
    efs = aws.client("efs")
    made = efs.create_file_system(CreationToken="changed", ThroughputMode="bursting")["FileSystemId"]
    assert efs.update_file_system(FileSystemId=made, ThroughputMode="elastic")["ThroughputMode"] == "elastic"
    assert efs.describe_file_systems(FileSystemId=made)["FileSystems"][0]["ThroughputMode"] == "elastic"
    assert (
        refusal_code(efs.update_file_system, FileSystemId="fs-00000000", ThroughputMode="elastic")
        == "FileSystemNotFound"
    )


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


def test_database_goes_with_a_snapshot_or_with_the_word_that_none_is_wanted(aws: Emulator) -> None:
    rds = aws.client("rds")
    rds.create_db_instance(DBInstanceIdentifier="db", Engine="postgres", DBInstanceClass="db.t4g.small")
    assert refusal_code(rds.delete_db_instance, DBInstanceIdentifier="db") == "InvalidParameterCombination"
    rds.delete_db_instance(DBInstanceIdentifier="db", FinalDBSnapshotIdentifier="db-final")
    assert "db-final" in inventory(aws.endpoint, REGION)["database snapshots"]
    rds.delete_db_snapshot(DBSnapshotIdentifier="db-final")
