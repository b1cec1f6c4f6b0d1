"""What a killed run made is found among others of the same name."""

from typing import Any

import pytest

from scripts.operator.repair import looking
from scripts.operator.repair.finding import Wanted, found_by
from scripts.operator.repair.finishing import STATES
from scripts.operator.repair.plan import Found
from tests.emulator.aws_types.certificates import FIRST, OTHER
from tests.emulator.rig import Emulator, shared

pytestmark = pytest.mark.emulator

BALANCER, CERTIFICATE = "aws:lb/loadBalancer:LoadBalancer", "aws:acm/certificate:Certificate"
PREFIX_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList"


def _prefix_list(ec2: Any, name: str, stack: str) -> str:
    tags = [{"ResourceType": "prefix-list", "Tags": [{"Key": "hpcstack:stack", "Value": stack}]}]
    made = ec2.create_managed_prefix_list(
        PrefixListName=name, AddressFamily="IPv4", MaxEntries=2, Entries=[], TagSpecifications=tags
    )
    return made["PrefixList"]["PrefixListId"]


def test_a_prefix_list_is_known_by_name_and_tags() -> None:
    aws = shared()
    ec2 = aws.client("ec2")
    lists = [_prefix_list(ec2, *what) for what in (("sources", "dev"), ("sources", "other"), ("others", "dev"))]
    try:
        urn = f"urn:pulumi:dev::hpcstack::{PREFIX_LIST}::sources"
        wanted = Wanted(urn, {"name": "sources"}, {"hpcstack:stack": "dev"}, aws.client)
        assert [found.identity for found in looking.FINDERS[PREFIX_LIST](wanted)] == lists[:1]
        assert STATES[PREFIX_LIST].ask(wanted, lists[0]) not in STATES[PREFIX_LIST].passing
        absent = Wanted(urn, {"name": "sources"}, {"hpcstack:stack": "third"}, aws.client)
        assert not list(looking.FINDERS[PREFIX_LIST](absent))
    finally:
        for one in lists:
            ec2.delete_managed_prefix_list(PrefixListId=one)


def test_a_network_interface_is_known_by_its_tags_and_subnet() -> None:
    aws = shared()
    ec2 = aws.client("ec2")
    subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]][:2]
    made: list[str] = []
    for subnet, stack in ((subnets[0], "dev"), (subnets[1], "dev"), (subnets[0], "other")):
        tags = [{"ResourceType": "network-interface", "Tags": [{"Key": "hpcstack:stack", "Value": stack}]}]
        answer = ec2.create_network_interface(SubnetId=subnet, TagSpecifications=tags)
        made.append(answer["NetworkInterface"]["NetworkInterfaceId"])
    try:
        token = "aws:ec2/networkInterface:NetworkInterface"
        urn = f"urn:pulumi:dev::hpcstack::{token}::dc1"
        wanted = Wanted(urn, {"subnetId": subnets[0]}, {"hpcstack:stack": "dev"}, aws.client)
        assert [found.identity for found in looking.FINDERS[token](wanted)] == made[:1]
    finally:
        for one in made:
            ec2.delete_network_interface(NetworkInterfaceId=one)


def _zone(aws: Emulator, name: str, vpc: str, **tags: str) -> str:
    route53 = aws.client("route53")
    where = {"VPCRegion": "us-east-1", "VPCId": vpc}
    made = route53.create_hosted_zone(
        Name=name, CallerReference=name + vpc, VPC=where, HostedZoneConfig={"PrivateZone": True}
    )["HostedZone"]["Id"].removeprefix("/hostedzone/")
    if tags:
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        route53.change_tags_for_resource(ResourceType="hostedzone", ResourceId=made, AddTags=listed)
    return made


def test_a_zone_is_known_by_name_and_network_and_a_record_by_name_and_type() -> None:
    aws = shared()
    route53 = aws.client("route53")
    zones = [
        _zone(aws, "a.example", "vpc-1", stack="other"),
        _zone(aws, "a.example", "vpc-2"),
        _zone(aws, "b.example", "vpc-1"),
    ]
    record = {"Name": "head.b.example", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "10.0.0.1"}]}

    def change(action: str) -> None:
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        route53.change_resource_record_sets(HostedZoneId=zones[2], ChangeBatch=batch)

    def found(token: str, **inputs: Any) -> list[Found]:
        urn = f"urn:pulumi:dev::hpcstack::{token}::dns"
        return list(looking.FINDERS[token](Wanted(urn, inputs, {"stack": "dev"}, aws.client)))

    change("CREATE")
    try:
        of_vpc = {
            vpc: found("aws:route53/zone:Zone", name="a.example.", vpcs=[{"vpcId": vpc}])
            for vpc in ("vpc-1", "vpc-2", "vpc-3")
        }
        assert of_vpc == {"vpc-1": [Found(zones[0], ours=False)], "vpc-2": [Found(zones[1])], "vpc-3": []}
        for name in ("head", "head.b.example"):
            made = found("aws:route53/record:Record", zoneId=zones[2], name=name, type="A")
            assert made == [Found(f"{zones[2]}_{name}_A")]
        assert found("aws:route53/record:Record", zoneId=zones[2], name="head", type="CNAME") == []
    finally:
        change("DELETE")
        for one in zones:
            route53.delete_hosted_zone(Id=one)


def test_a_balancer_and_what_is_behind_it_are_known_by_name_and_place() -> None:
    aws = shared()
    elb, ec2 = aws.client("elbv2"), aws.client("ec2")
    tags = [{"Key": "stack", "Value": "dev"}]
    subnet = ec2.describe_subnets()["Subnets"][0]
    kind = {"Type": "network", "Scheme": "internal", "Subnets": [subnet["SubnetId"]], "Tags": tags}
    balancer = elb.create_load_balancer(Name="repair", **kind)["LoadBalancers"][0]["LoadBalancerArn"]
    behind = {"Protocol": "TCP", "Port": 389, "VpcId": subnet["VpcId"], "TargetType": "ip"}
    group = elb.create_target_group(Name="repair", **behind)["TargetGroups"][0]["TargetGroupArn"]
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    listener = elb.create_listener(
        LoadBalancerArn=balancer, Protocol="TCP", Port=389, DefaultActions=forward, Tags=tags
    )["Listeners"][0]["ListenerArn"]
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.9", "Port": 389}])

    def found(token: str, **inputs: Any) -> list[Found]:
        urn = f"urn:pulumi:dev::hpcstack::{token}::ldaps"
        return found_by(looking.FINDERS[token], Wanted(urn, inputs, {"stack": "dev"}, aws.client))

    attachment = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
    try:
        assert found(BALANCER, name="repair") == [Found(balancer)]
        assert STATES[BALANCER].ask(Wanted("", {}, {}, aws.client), balancer) not in STATES[BALANCER].passing
        assert found(BALANCER, name="other") == []
        assert found("aws:lb/targetGroup:TargetGroup", name="repair") == [Found(group, ours=False)]
        assert found("aws:lb/targetGroup:TargetGroup", name="other") == []
        for port, expected in ((389, [Found(listener)]), (636, [])):
            assert found("aws:lb/listener:Listener", loadBalancerArn=balancer, port=port) == expected
        for target, known in (("10.0.0.9", [Found(f"{group},10.0.0.9,389")]), ("10.0.0.8", [])):
            assert found(attachment, targetGroupArn=group, targetId=target, port=389) == known
    finally:
        elb.delete_load_balancer(LoadBalancerArn=balancer)
        elb.delete_target_group(TargetGroupArn=group)


def test_a_certificate_is_known_by_what_it_says() -> None:
    aws = shared()
    acm = aws.client("acm")
    tags = [{"Key": "stack", "Value": "dev"}]
    arns = [
        acm.import_certificate(
            Certificate=one["certificateBody"].encode(), PrivateKey=one["privateKey"].encode(), Tags=tags
        )["CertificateArn"]
        for one in (FIRST, OTHER)
    ]
    try:
        wanted = Wanted("", {"certificateBody": FIRST["certificateBody"]}, {"stack": "dev"}, aws.client)
        assert list(looking.FINDERS[CERTIFICATE](wanted)) == [Found(arns[0])]
    finally:
        for arn in arns:
            acm.delete_certificate(CertificateArn=arn)


def test_name_servers_of_a_network_are_known_by_tags_and_place() -> None:
    aws = shared()
    ec2, resolver = aws.client("ec2"), aws.client("route53resolver")
    vpc = ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.77.{n}.0/24")["Subnet"]["SubnetId"] for n in range(2)]
    group = ec2.create_security_group(GroupName="dns", Description="dns", VpcId=vpc)["GroupId"]
    tags = [{"Key": "stack", "Value": "dev"}]
    options = ec2.create_dhcp_options(
        DhcpConfigurations=[{"Key": "domain-name-servers", "Values": ["10.77.0.2"]}],
        TagSpecifications=[{"ResourceType": "dhcp-options", "Tags": tags}],
    )["DhcpOptions"]["DhcpOptionsId"]
    endpoint = resolver.create_resolver_endpoint(
        CreatorRequestId="repair",
        Name="ours",
        Direction="OUTBOUND",
        SecurityGroupIds=[group],
        IpAddresses=[{"SubnetId": subnet} for subnet in subnets],
        Tags=tags,
    )["ResolverEndpoint"]["Id"]
    rule = resolver.create_resolver_rule(
        CreatorRequestId="repair",
        RuleType="FORWARD",
        DomainName="a.example",
        ResolverEndpointId=endpoint,
        TargetIps=[{"Ip": "10.77.0.2", "Port": 53}],
        Tags=tags,
    )["ResolverRule"]["Id"]

    def found(token: str, **inputs: Any) -> list[Found]:
        urn = f"urn:pulumi:dev::hpcstack::{token}::dns"
        return found_by(looking.FINDERS[token], Wanted(urn, inputs, {"stack": "dev"}, aws.client))

    linked = "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation"
    rule_type, rule_linked = (f"aws:route53/resolverRule{end}:ResolverRule{end}" for end in ("", "Association"))
    endpoint_type = "aws:route53/resolverEndpoint:ResolverEndpoint"
    try:
        assert found("aws:ec2/vpcDhcpOptions:VpcDhcpOptions") == [Found(options)]
        assert found(linked, dhcpOptionsId=options, vpcId=vpc) == []
        ec2.associate_dhcp_options(DhcpOptionsId=options, VpcId=vpc)
        assert found(linked, dhcpOptionsId=options, vpcId=vpc) == [Found(f"{options}-{vpc}")]
        for name, expected in (("ours", [Found(endpoint)]), ("others", [])):
            assert found(endpoint_type, direction="OUTBOUND", name=name) == expected
        assert STATES[endpoint_type].ask(Wanted("", {}, {}, aws.client), endpoint) == "OPERATIONAL"
        for name, expected in (("a.example", [Found(rule)]), ("b.example", [])):
            assert found(rule_type, domainName=name, resolverEndpointId=endpoint) == expected
        assert found(rule_linked, resolverRuleId=rule, vpcId=vpc) == []
        made = resolver.associate_resolver_rule(ResolverRuleId=rule, VPCId=vpc)["ResolverRuleAssociation"]["Id"]
        assert found(rule_linked, resolverRuleId=rule, vpcId=vpc) == [Found(made)]
        resolver.disassociate_resolver_rule(ResolverRuleId=rule, VPCId=vpc)
    finally:
        resolver.delete_resolver_rule(ResolverRuleId=rule)
        resolver.delete_resolver_endpoint(ResolverEndpointId=endpoint)
        ec2.associate_dhcp_options(DhcpOptionsId="default", VpcId=vpc)
        ec2.delete_dhcp_options(DhcpOptionsId=options)
        ec2.delete_security_group(GroupId=group)
        for subnet in subnets:
            ec2.delete_subnet(SubnetId=subnet)
        ec2.delete_vpc(VpcId=vpc)


def test_an_alarm_is_known_by_name_and_tags() -> None:
    aws = shared()
    watch, token = aws.client("cloudwatch"), "aws:cloudwatch/metricAlarm:MetricAlarm"
    for name in ("head-1234567", "tail-1234567"):
        watch.put_metric_alarm(
            AlarmName=name,
            ComparisonOperator="GreaterThanThreshold",
            MetricName="StatusCheckFailed_System",
            Namespace="AWS/EC2",
            Statistic="Minimum",
            Period=60,
            EvaluationPeriods=2,
            Threshold=0,
            Tags=[{"Key": "stack", "Value": "dev"}],
        )
    try:
        wanted = Wanted(
            f"urn:pulumi:dev::hpcstack::{token}::head", {"name": "head-1234567"}, {"stack": "dev"}, aws.client
        )
        assert list(looking.FINDERS[token](wanted)) == [Found("head-1234567")]
    finally:
        watch.delete_alarms(AlarmNames=["head-1234567", "tail-1234567"])


def test_a_dashboard_is_known_by_its_name() -> None:
    aws = shared()
    watch, token = aws.client("cloudwatch"), "aws:cloudwatch/dashboard:Dashboard"
    for name in ("dev-team", "dev-team-2"):
        watch.put_dashboard(DashboardName=name, DashboardBody="{}")
    try:
        urn = f"urn:pulumi:dev::hpcstack::{token}::team"
        assert list(looking.FINDERS[token](Wanted(urn, {"dashboardName": "dev-team"}, {}, aws.client))) == [
            Found("dev-team")
        ]
    finally:
        watch.delete_dashboards(DashboardNames=["dev-team", "dev-team-2"])


def test_a_topic_is_known_by_name_and_tags_and_a_subscription_by_who_reads_it() -> None:
    aws = shared()
    sns, tags = aws.client("sns"), {"hpcstack:stack": "dev"}
    topics = [
        sns.create_topic(Name=name, Tags=[{"Key": "hpcstack:stack", "Value": stack}])["TopicArn"]
        for name, stack in (("alarms-1234567", "dev"), ("alarms-7654321", "other"))
    ]
    readers = [
        sns.subscribe(TopicArn=topics[0], Protocol="email", Endpoint=who, ReturnSubscriptionArn=True)["SubscriptionArn"]
        for who in ("hpc@example.org", "other@example.org")
    ]
    try:
        topic, subscription = "aws:sns/topic:Topic", "aws:sns/topicSubscription:TopicSubscription"
        urn = "urn:pulumi:dev::hpcstack::{}::alarms"
        wanted = Wanted(urn.format(topic), {"name": "alarms-1234567"}, tags, aws.client)
        assert list(looking.FINDERS[topic](wanted)) == [Found(topics[0])]
        inputs = {"topic": topics[0], "protocol": "email", "endpoint": "hpc@example.org"}
        assert list(looking.FINDERS[subscription](Wanted(urn.format(subscription), inputs, {}, aws.client))) == [
            Found(readers[0])
        ]
        nobody = Wanted(urn.format(subscription), {**inputs, "endpoint": "third@example.org"}, {}, aws.client)
        assert not list(looking.FINDERS[subscription](nobody))
    finally:
        for one in topics:
            sns.delete_topic(TopicArn=one)


def test_a_budget_is_known_by_name_and_tags() -> None:
    aws = shared()
    budgets, token = aws.client("budgets"), "aws:budgets/budget:Budget"
    account = aws.client("sts").get_caller_identity()["Account"]
    limit = {"BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": "5", "Unit": "USD"}}
    for name, stack in (("team-1234567", "dev"), ("team-7654321", "other")):
        tags = [{"Key": "hpcstack:stack", "Value": stack}]
        budgets.create_budget(AccountId=account, Budget={"BudgetName": name, **limit}, ResourceTags=tags)
    try:
        urn, tags = f"urn:pulumi:dev::hpcstack::{token}::team", {"hpcstack:stack": "dev"}
        wanted = Wanted(urn, {"name": "team-1234567"}, tags, aws.client)
        assert list(looking.FINDERS[token](wanted)) == [Found(f"{account}:team-1234567")]
        assert not list(looking.FINDERS[token](Wanted(urn, {"name": "team-0000000"}, tags, aws.client)))
    finally:
        for name in ("team-1234567", "team-7654321"):
            budgets.delete_budget(AccountId=account, BudgetName=name)


def test_a_cost_allocation_tag_is_known_by_its_key_and_status() -> None:
    aws = shared()
    token, key = "aws:costexplorer/costAllocationTag:CostAllocationTag", "finders:team"
    aws.client("ce").update_cost_allocation_tags_status(CostAllocationTagsStatus=[{"TagKey": key, "Status": "Active"}])
    urn = f"urn:pulumi:dev::hpcstack::{token}::team"
    assert list(looking.FINDERS[token](Wanted(urn, {"tagKey": key, "status": "Active"}, {}, aws.client))) == [
        Found(key)
    ]
    assert not list(looking.FINDERS[token](Wanted(urn, {"tagKey": key, "status": "Inactive"}, {}, aws.client)))


def test_file_systems_and_their_links_are_known_by_tags_and_place() -> None:
    aws = shared()
    fsx, efs = aws.client("fsx"), aws.client("efs")
    subnet = aws.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    mine, other = ([{"Key": "hpcstack:stack", "Value": stack}] for stack in ("dev", "other"))
    asked = {"FileSystemType": "LUSTRE", "StorageCapacity": 1200, "SubnetIds": [subnet]}
    scratch = {"LustreConfiguration": {"DeploymentType": "SCRATCH_2"}}
    systems = [
        fsx.create_file_system(**asked, **scratch, Tags=tags)["FileSystem"]["FileSystemId"] for tags in (mine, other)
    ]
    link = {"FileSystemId": systems[0], "FileSystemPath": "/a", "DataRepositoryPath": "s3://data/a/", "Tags": mine}
    association = fsx.create_data_repository_association(**link)["Association"]["AssociationId"]
    asked_nfs = {"StorageCapacity": 1024, "SubnetIds": [subnet], "Tags": mine}
    zfs = {"OpenZFSConfiguration": {"DeploymentType": "SINGLE_AZ_1", "ThroughputCapacity": 64}}
    ontap = {"OntapConfiguration": {"DeploymentType": "SINGLE_AZ_1", "ThroughputCapacity": 128}}
    of_nfs = [
        fsx.create_file_system(FileSystemType=kind, **asked_nfs, **more)["FileSystem"]["FileSystemId"]
        for kind, more in (("OPENZFS", zfs), ("ONTAP", ontap))
    ]
    machine = fsx.create_storage_virtual_machine(FileSystemId=of_nfs[1], Name="svm", Tags=mine)
    svm = machine["StorageVirtualMachine"]["StorageVirtualMachineId"]
    volume = fsx.create_volume(
        VolumeType="ONTAP", Name="lab", OntapConfiguration={"StorageVirtualMachineId": svm}, Tags=mine
    )["Volume"]["VolumeId"]
    home = efs.create_file_system(CreationToken="finders")["FileSystemId"]
    points = [
        efs.create_access_point(FileSystemId=home, RootDirectory={"Path": path}, Tags=mine)["AccessPointId"]
        for path in ("/team", "/other")
    ]

    def found(token: str, inputs: dict[str, Any]) -> list[str]:
        wanted = Wanted(f"urn:pulumi:dev::hpcstack::{token}::x", inputs, {"hpcstack:stack": "dev"}, aws.client)
        identities = [one.identity for one in looking.FINDERS[token](wanted)]
        if token in STATES and identities:
            assert STATES[token].ask(wanted, identities[0]) not in STATES[token].passing
        return identities

    try:
        assert found("aws:fsx/lustreFileSystem:LustreFileSystem", {"subnetIds": subnet}) == systems[:1]
        said = {"fileSystemId": systems[0], "fileSystemPath": "/a", "dataRepositoryPath": "s3://data/a/"}
        token = "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation"
        assert found(token, said) == [association]
        assert found(token, {**said, "fileSystemPath": "/b"}) == []
        assert found("aws:fsx/openZfsFileSystem:OpenZfsFileSystem", {"subnetIds": [subnet]}) == of_nfs[:1]
        assert found("aws:fsx/ontapFileSystem:OntapFileSystem", {"subnetIds": [subnet]}) == of_nfs[1:]
        token = "aws:fsx/ontapStorageVirtualMachine:OntapStorageVirtualMachine"
        assert found(token, {"fileSystemId": of_nfs[1], "name": "svm"}) == [svm]
        for name, expected in (("lab", [volume]), ("other", [])):
            said = {"storageVirtualMachineId": svm, "name": name}
            assert found("aws:fsx/ontapVolume:OntapVolume", said) == expected
        root = {"fileSystemId": home, "rootDirectory": {"path": "/team"}}
        assert found("aws:efs/accessPoint:AccessPoint", root) == points[:1]
        assert found("aws:efs/backupPolicy:BackupPolicy", {"fileSystemId": home}) == [home]
    finally:
        for point in points:
            efs.delete_access_point(AccessPointId=point)
        efs.delete_file_system(FileSystemId=home)
        fsx.delete_volume(VolumeId=volume)
        fsx.delete_storage_virtual_machine(StorageVirtualMachineId=svm)
        for system in (*systems, *of_nfs):
            fsx.delete_file_system(FileSystemId=system)
