"""Faults on demand: the right calls, by name and count, as AWS's clients see them."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.emulator import rig
from tests.emulator.rig import Emulator


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    emulator = rig.start(tmp_path_factory.mktemp("emulator"))
    yield emulator
    emulator.stop()


@pytest.fixture(autouse=True)
def no_faults(emulator: Emulator) -> None:
    faults(emulator, "DELETE")


def faults(emulator: Emulator, method: str = "GET", **rule: Any) -> dict[str, Any]:
    data = json.dumps(rule).encode() if method == "POST" else None
    request = urllib.request.Request(f"{emulator.endpoint}/localcloud/faults", method=method, data=data)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def client(emulator: Emulator, service: str, attempts: int = 1) -> Any:
    """A client that tries `attempts` times."""
    config = Config(retries={"mode": "standard", "total_max_attempts": attempts})
    return boto3.client(
        service,
        region_name=rig.REGION,
        endpoint_url=emulator.endpoint,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=config,
    )


CALLS = [
    ("ec2", "describe_vpcs", {}, "ec2:DescribeVpcs"),
    ("sts", "get_caller_identity", {}, "sts:GetCallerIdentity"),
    ("elbv2", "describe_load_balancers", {}, "elbv2:DescribeLoadBalancers"),
    ("secretsmanager", "list_secrets", {}, "secretsmanager:ListSecrets"),
    ("logs", "describe_log_groups", {}, "logs:DescribeLogGroups"),
    ("ds", "describe_directories", {}, "ds:DescribeDirectories"),
    ("cloudwatch", "list_dashboards", {}, "cloudwatch:ListDashboards"),
    ("efs", "describe_file_systems", {}, "efs:DescribeFileSystems"),
    ("route53", "list_hosted_zones", {}, "route53:ListHostedZones"),
    ("s3", "list_buckets", {}, "s3:ListBuckets"),
    ("s3", "create_bucket", {"Bucket": "one"}, "s3:CreateBucket"),
    (
        "s3",
        "put_bucket_versioning",
        {"Bucket": "one", "VersioningConfiguration": {"Status": "Enabled"}},
        "s3:PutBucketVersioning",
    ),
    ("s3", "put_object", {"Bucket": "one", "Key": "a/b", "Body": b"text"}, "s3:PutObject"),
    ("s3", "head_object", {"Bucket": "one", "Key": "a/b"}, "s3:HeadObject"),
    ("s3", "get_object_tagging", {"Bucket": "one", "Key": "a/b"}, "s3:GetObjectTagging"),
    ("s3", "list_objects_v2", {"Bucket": "one"}, "s3:ListObjectsV2"),
    ("s3", "list_object_versions", {"Bucket": "one"}, "s3:ListObjectVersions"),
]


def test_calls_are_counted_by_their_names(emulator: Emulator) -> None:
    for service, call, arguments, _ in CALLS:
        getattr(client(emulator, service), call)(**arguments)
    told = faults(emulator)
    assert told["calls"] == {name: 1 for *_, name in CALLS}
    assert told["total"] == len(CALLS)


def test_nothing_is_disturbed_unless_asked_for(emulator: Emulator) -> None:
    assert faults(emulator)["rules"] == []


@pytest.mark.parametrize(("service", "call"), [(s, c) for s, c, a, _ in CALLS if not a])
def test_each_protocol_has_its_errors(emulator: Emulator, service: str, call: str) -> None:
    faults(emulator, "POST", fault="error")
    with pytest.raises(ClientError) as failed:
        getattr(client(emulator, service), call)()
    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert "injected by the local cloud" in failed.value.response["Error"]["Message"]
    faults(emulator, "POST", fault="throttle")
    with pytest.raises(ClientError) as throttled:
        getattr(client(emulator, service), call)()
    # The codes by which AWS's clients know that they are to try again more slowly.
    assert throttled.value.response["Error"]["Code"] in {
        "RequestLimitExceeded",
        "Throttling",
        "ThrottlingException",
        "SlowDown",
    }
    getattr(client(emulator, service), call)()


@pytest.mark.parametrize(("code", "status"), [("InsufficientInstanceCapacity", 500), ("UnauthorizedOperation", 400)])
def test_a_call_is_refused_with_the_code_of_aws(emulator: Emulator, code: str, status: int) -> None:
    faults(emulator, "POST", fault="refuse", code=code, service="ec2", operation="DescribeVpcs")
    with pytest.raises(ClientError) as refused:
        client(emulator, "ec2").describe_vpcs()
    answer = refused.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)


@pytest.mark.parametrize("rule", [{"fault": "refuse"}, {"fault": "error", "code": "InsufficientInstanceCapacity"}])
def test_a_refusal_needs_its_code(emulator: Emulator, rule: dict[str, str]) -> None:
    with pytest.raises(urllib.error.HTTPError, match="400"):
        faults(emulator, "POST", **rule)


def test_only_the_named_call_fails_and_only_as_often_as_asked(emulator: Emulator) -> None:
    faults(emulator, "POST", fault="error", service="ec2", operation="DescribeVpcs", after=1, times=2)
    ec2 = client(emulator, "ec2")
    ec2.describe_subnets()
    ec2.describe_vpcs()
    for _ in range(2):
        with pytest.raises(ClientError, match="InternalError"):
            ec2.describe_vpcs()
    ec2.describe_vpcs()
    (rule,) = faults(emulator)["rules"]
    assert rule["fired"] == 2


def test_each_name_fails_once(emulator: Emulator) -> None:
    faults(emulator, "POST", fault="error", each=True)
    ec2 = client(emulator, "ec2")
    for call in (ec2.describe_vpcs, ec2.describe_subnets):
        with pytest.raises(ClientError):
            call()
        call()


def test_a_cut_call_is_not_done_and_a_lost_answer_is_of_a_call_that_was(emulator: Emulator) -> None:
    ec2 = client(emulator, "ec2")
    for fault, made in (("close", 0), ("lose", 1)):
        before = len(ec2.describe_vpcs()["Vpcs"])
        faults(emulator, "POST", fault=fault, operation="CreateVpc")
        with pytest.raises(ConnectionClosedError):
            ec2.create_vpc(CidrBlock="10.0.0.0/16")
        assert len(ec2.describe_vpcs()["Vpcs"]) == before + made


@pytest.mark.parametrize("fault", ["error", "throttle", "close"])
def test_a_client_that_tries_again_sees_nothing_of_it(emulator: Emulator, fault: str) -> None:
    faults(emulator, "POST", fault=fault)
    answer = client(emulator, "sts", attempts=3).get_caller_identity()
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1


@pytest.mark.parametrize(("fault", "made"), [("hold", 0), ("hold-done", 1)])
def test_a_held_call_waits_until_it_is_cut(emulator: Emulator, fault: str, made: int) -> None:
    ec2 = client(emulator, "ec2")
    before = len(ec2.describe_vpcs()["Vpcs"])
    faults(emulator, "POST", fault=fault, operation="CreateVpc")
    ended: list[Exception] = []

    def create() -> None:
        try:
            ec2.create_vpc(CidrBlock="10.0.0.0/16")
        except ConnectionClosedError as error:
            ended.append(error)

    caller = threading.Thread(target=create)
    caller.start()
    rig.until(lambda: faults(emulator)["held"] == ["ec2:CreateVpc"])
    assert not ended
    faults(emulator, "DELETE")
    caller.join(30)
    assert len(ended) == 1
    # The connection is cut before the call has left the emulator's count of calls at work.
    rig.until(lambda: faults(emulator)["active"] == 0)
    assert len(ec2.describe_vpcs()["Vpcs"]) == before + made


@pytest.mark.parametrize("rule", [{"fault": "explode"}, {"fault": "error", "times": -1}, {"fualt": "error"}, {}])
def test_a_wrong_rule_is_refused(emulator: Emulator, rule: dict[str, Any]) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        faults(emulator, "POST", **rule)
    assert refused.value.code == 400
    assert faults(emulator)["rules"] == []


def test_a_spared_call_passes(emulator: Emulator) -> None:
    faults(emulator, "POST", fault="error", each=True, besides=["ec2:DescribeVpcs"])
    ec2 = client(emulator, "ec2")
    ec2.describe_vpcs()
    with pytest.raises(ClientError):
        ec2.describe_subnets()


def test_a_lost_answer_to_a_call_with_a_token_is_given_again(emulator: Emulator) -> None:
    ec2 = client(emulator, "ec2", attempts=3)
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    faults(emulator, "POST", fault="lose", operation="CreateRouteTable")
    made = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    own = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "association.main", "Values": ["true"]}]
    (main,) = ec2.describe_route_tables(Filters=own)["RouteTables"]
    tables = {one["RouteTableId"] for one in ec2.describe_route_tables(Filters=own[:1])["RouteTables"]}
    assert tables == {main["RouteTableId"], made}
    # Another call is another table.
    assert ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] not in tables


def test_a_secret_is_made_once_for_a_token(emulator: Emulator) -> None:
    secrets = client(emulator, "secretsmanager", attempts=3)
    faults(emulator, "POST", fault="lose", operation="CreateSecret")
    arn = secrets.create_secret(Name="once")["ARN"]
    assert [one["ARN"] for one in secrets.list_secrets()["SecretList"] if one["Name"] == "once"] == [arn]
