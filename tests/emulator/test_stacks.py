"""Stacks of the emulator: they take time, nest, fail and keep what cannot be deleted, as CloudFormation's do."""

import json
from typing import Any

import pytest

from localcloud.emulator import seed
from tests.emulator.rig import Emulator, shared, until

pytestmark = pytest.mark.emulator

_TOPIC = {"Type": "AWS::SNS::Topic", "Properties": {}}
_IMPOSSIBLE = {"Type": "AWS::EC2::Subnet", "Properties": {"CidrBlock": "10.0.0.0/24", "VpcId": "vpc-0000"}}


@pytest.fixture
def aws() -> Emulator:
    return shared()


@pytest.fixture
def stacks(aws: Emulator) -> Any:
    return aws.client("cloudformation")


def _create(stacks: Any, name: str, template: dict[str, Any], **arguments: Any) -> None:
    template = {"AWSTemplateFormatVersion": "2010-09-09", **template}
    stacks.create_stack(StackName=name, TemplateBody=json.dumps(template), **arguments)


def _status(stacks: Any, name: str) -> str:
    """Status of the stack, or "gone"."""
    found = {stack["StackName"]: stack["StackStatus"] for stack in stacks.describe_stacks()["Stacks"]}
    return found.get(name, "gone")


def _reasons(stacks: Any, name: str) -> dict[str, str]:
    events = stacks.describe_stack_events(StackName=name)["StackEvents"]
    return {event["ResourceStatus"]: event.get("ResourceStatusReason", "") for event in events}


def test_update_and_deletion_can_be_seen(aws: Emulator, stacks: Any) -> None:
    _create(stacks, "slow", {"Resources": {"Topic": _TOPIC}})
    assert _status(stacks, "slow") == "CREATE_COMPLETE"
    changed = {"Resources": {"Topic": _TOPIC, "Other": _TOPIC}}
    with aws.held():
        stacks.update_stack(StackName="slow", TemplateBody=json.dumps(changed))
        assert _status(stacks, "slow") == "UPDATE_IN_PROGRESS"
        assert "UPDATE_COMPLETE" not in _reasons(stacks, "slow")
    until(lambda: _status(stacks, "slow") == "UPDATE_COMPLETE")
    assert "UPDATE_COMPLETE" in _reasons(stacks, "slow")
    with aws.held():
        stacks.delete_stack(StackName="slow")
        assert _status(stacks, "slow") == "DELETE_IN_PROGRESS"
    until(lambda: _status(stacks, "slow") == "gone")


def test_failed_creation_is_rolled_back(aws: Emulator, stacks: Any) -> None:
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "rolled-back"}}
    outputs = {"Subnet": {"Value": {"Ref": "Subnet"}}}
    _create(stacks, "impossible", {"Resources": {"Topic": topic, "Subnet": _IMPOSSIBLE}, "Outputs": outputs})
    assert _status(stacks, "impossible") == "ROLLBACK_COMPLETE"
    assert "vpc-0000" in _reasons(stacks, "impossible")["ROLLBACK_IN_PROGRESS"]
    assert not [found for found in aws.client("sns").list_topics()["Topics"] if "rolled-back" in found["TopicArn"]]


def test_failed_creation_stays_as_it_is_if_the_caller_wants_that(stacks: Any) -> None:
    _create(stacks, "kept", {"Resources": {"Subnet": _IMPOSSIBLE}}, DisableRollback=True)
    assert _status(stacks, "kept") == "CREATE_FAILED"
    stacks.delete_stack(StackName="kept")
    until(lambda: _status(stacks, "kept") == "gone")


def test_refused_template_leaves_no_stack(stacks: Any) -> None:
    output = {"Value": {"Fn::GetAtt": ["Topic", "NoSuchAttribute"]}}
    with pytest.raises(stacks.exceptions.ClientError, match="ValidationError"):
        _create(stacks, "refused", {"Resources": {"Topic": _TOPIC}, "Outputs": {"Out": output}})
    assert _status(stacks, "refused") == "gone"


def test_deletion_that_fails_can_be_repeated(aws: Emulator, stacks: Any) -> None:
    ec2 = aws.client("ec2")
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "x"}}
    _create(stacks, "in-use", {"Resources": {"Group": group}, "Outputs": {"Id": {"Value": {"Ref": "Group"}}}})
    group_id = stacks.describe_stacks(StackName="in-use")["Stacks"][0]["Outputs"][0]["OutputValue"]
    found = ec2.describe_security_groups(
        Filters=[{"Name": "group-id" if group_id.startswith("sg-") else "group-name", "Values": [group_id]}]
    )["SecurityGroups"][0]
    subnet = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [found["VpcId"]]}])["Subnets"][0]["SubnetId"]
    user = ec2.create_network_interface(SubnetId=subnet, Groups=[found["GroupId"]])["NetworkInterface"]
    stacks.delete_stack(StackName="in-use")
    until(lambda: _status(stacks, "in-use") == "DELETE_FAILED")
    assert "dependent object" in _reasons(stacks, "in-use")["DELETE_FAILED"]
    ec2.delete_network_interface(NetworkInterfaceId=user["NetworkInterfaceId"])
    stacks.delete_stack(StackName="in-use")
    until(lambda: _status(stacks, "in-use") == "gone")


def test_nested_stack_has_the_parents_tags_and_gives_its_outputs(aws: Emulator, stacks: Any) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="templates")
    inner = {"Resources": {"Topic": _TOPIC}, "Outputs": {"Arn": {"Value": {"Ref": "Topic"}}}}
    s3.put_object(Bucket="templates", Key="inner.json", Body=json.dumps(inner))
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": "https://templates.s3.us-east-1.amazonaws.com/inner.json"},
    }
    outer = {"Resources": {"Inner": nested}, "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Inner", "Outputs.Arn"]}}}}
    _create(stacks, "outer", outer, Tags=[{"Key": "team", "Value": "genomics"}])
    found = {stack["StackName"]: stack for stack in stacks.describe_stacks()["Stacks"]}
    assert found["outer"]["Outputs"][0]["OutputValue"].startswith("arn:aws:sns:")
    child = next(stack for name, stack in found.items() if name.startswith("outer-"))
    assert child["ParentId"] == found["outer"]["StackId"]
    assert {"Key": "team", "Value": "genomics"} in child["Tags"]
    stacks.delete_stack(StackName="outer")
    until(lambda: _status(stacks, "outer") == "gone")
    assert _status(stacks, child["StackName"]) == "gone"


_WAITING = {
    "Resources": {
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "TableName": {"Fn::Sub": "parallelcluster-${AWS::StackName}"},
                "AttributeDefinitions": [{"AttributeName": "Id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}],
                "BillingMode": "PAY_PER_REQUEST",
            },
        },
        "Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
        "Wait": {"Type": "AWS::CloudFormation::WaitCondition", "Properties": {"Handle": {"Ref": "Handle"}}},
    }
}


def test_head_node_signals_and_then_moves_the_fleet(aws: Emulator, stacks: Any) -> None:
    with aws.held():
        _create(stacks, "booting", _WAITING)
        assert _status(stacks, "booting") == "CREATE_IN_PROGRESS"
    until(lambda: _status(stacks, "booting") == "CREATE_COMPLETE")
    table = {"TableName": "parallelcluster-booting"}
    key = {"Id": {"S": "COMPUTE_FLEET"}}
    dynamodb = aws.client("dynamodb")

    def fleet() -> str:
        return str(dynamodb.get_item(**table, Key=key)["Item"]["Data"]["M"]["status"]["S"])

    assert fleet() == "RUNNING"
    requested = {"M": {"status": {"S": "STOP_REQUESTED"}}}
    dynamodb.put_item(**table, Item={**key, "Data": requested})
    until(lambda: fleet() == "STOPPED")


def test_head_node_can_be_made_to_fail(stacks: Any) -> None:
    reason = "Failed to execute OnNodeConfigured script"
    _create(stacks, "failing", _WAITING, Tags=[{"Key": "localcloud-fail", "Value": reason}])
    until(lambda: _status(stacks, "failing") == "ROLLBACK_COMPLETE")
    assert _reasons(stacks, "failing")["CREATE_FAILED"] == reason


def test_head_node_without_its_table_fails_the_stack(stacks: Any) -> None:
    resources = {name: _WAITING["Resources"][name] for name in ("Handle", "Wait")}
    _create(stacks, "tableless", {"Resources": resources}, DisableRollback=True)
    until(lambda: _status(stacks, "tableless") == "CREATE_FAILED")
    assert "ResourceNotFoundException" in _reasons(stacks, "tableless")["CREATE_FAILED"]


def _image_template(parent: str) -> dict[str, Any]:
    target = {"Name": "built {{ imagebuilder:buildDate }}", "AmiTags": {"team": "genomics"}}
    distribution = {"Distributions": [{"Region": "us-east-1", "AmiDistributionConfiguration": target}]}
    return {
        "Resources": {
            "ImageRecipe": {"Type": "AWS::ImageBuilder::ImageRecipe", "Properties": {"ParentImage": parent}},
            "DistributionConfiguration": {
                "Type": "AWS::ImageBuilder::DistributionConfiguration",
                "Properties": distribution,
            },
            "Image": {"Type": "AWS::ImageBuilder::Image", "Properties": {}},
        }
    }


def test_image_build_ends_with_an_image_like_its_parent_and_without_its_stack(aws: Emulator, stacks: Any) -> None:
    parent = next(image for image in seed.images() if "ubuntu-2404-lts-hvm-arm64" in image["name"])
    _create(stacks, "building", _image_template(parent["ami_id"]))
    until(lambda: _status(stacks, "building") == "gone")
    ec2 = aws.client("ec2")
    built = ec2.describe_images(Owners=["self"], Filters=[{"Name": "tag:team", "Values": ["genomics"]}])["Images"][0]
    assert (built["Architecture"], built["RootDeviceName"]) == ("arm64", "/dev/sda1")
    assert {"Key": "parallelcluster:os", "Value": "ubuntu2404"} in built["Tags"]
    ec2.deregister_image(ImageId=built["ImageId"])


@pytest.mark.parametrize(
    ("parent", "tags", "reason"),
    [
        (seed.images()[0]["ami_id"], [{"Key": "localcloud-fail", "Value": "no space left"}], "no space left"),
        ("ami-00000000000000000", [], "ami-00000000000000000"),
    ],
)
def test_failed_image_build_fails_its_stack(stacks: Any, parent: str, tags: list[dict[str, str]], reason: str) -> None:
    name = f"failed-{len(tags)}"
    _create(stacks, name, _image_template(parent), Tags=tags, DisableRollback=True)
    until(lambda: _status(stacks, name) == "CREATE_FAILED")
    assert reason in _reasons(stacks, name)["CREATE_FAILED"]


def test_groups_that_name_each_other_go_with_their_stack(aws: Emulator, stacks: Any) -> None:
    vpc = aws.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "x", "VpcId": vpc}}

    def rule(target: str, source: str) -> dict[str, Any]:
        ids = {
            key: {"Fn::GetAtt": [name, "GroupId"]}
            for key, name in (("GroupId", target), ("SourceSecurityGroupId", source))
        }
        properties = {**ids, "IpProtocol": "-1", "FromPort": 0, "ToPort": 65535}
        return {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": properties}

    rules = {"InOne": rule("One", "Two"), "InTwo": rule("Two", "One")}
    _create(stacks, "mutual", {"Resources": {"One": group, "Two": group, **rules}})
    assert _status(stacks, "mutual") == "CREATE_COMPLETE"
    stacks.delete_stack(StackName="mutual")
    until(lambda: _status(stacks, "mutual") in ("gone", "DELETE_FAILED"))
    assert _status(stacks, "mutual") == "gone"


def test_a_rule_about_a_prefix_list_is_kept(aws: Emulator, stacks: Any) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    sources = ec2.create_managed_prefix_list(
        PrefixListName="sources", AddressFamily="IPv4", MaxEntries=2, Entries=[{"Cidr": "10.77.0.0/16"}]
    )["PrefixList"]["PrefixListId"]
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "SourcePrefixListId": sources}
    group = {"GroupDescription": "d", "VpcId": vpc, "SecurityGroupIngress": [rule]}
    _create(stacks, "sources", {"Resources": {"G": {"Type": "AWS::EC2::SecurityGroup", "Properties": group}}})
    found = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["SecurityGroups"]
    (made,) = (one for one in found if one["GroupName"] != "default")
    (permission,) = made["IpPermissions"]
    assert [one["PrefixListId"] for one in permission["PrefixListIds"]] == [sources]
    assert permission["IpRanges"] == []
    stacks.delete_stack(StackName="sources")
    until(lambda: _status(stacks, "sources") == "gone")
    ec2.delete_managed_prefix_list(PrefixListId=sources)
    ec2.delete_vpc(VpcId=vpc)
