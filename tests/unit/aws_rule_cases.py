"""For every rule of the stand-in for pulumi-aws, in its order: inputs that it refuses, and inputs that it takes.

Both are changes to inputs that no rule refuses; None takes an input away.
"""

from collections.abc import Iterator
from typing import Any

import pulumi
from pulumi.provider.experimental.property_value import PropertyValue

from tests.unit.aws_standin_rig import secret

Inputs = dict[str, Any]
Case = tuple[Inputs, Inputs]
ARN, NETWORK = "arn:aws:iam::123456789012:role/x", {"vpcId": "vpc-1", "subnetIds": ["subnet-1", "subnet-2"]}
POLICY = '{"Version": "2012-10-17", "Statement": []}'


def one(key: str, refused: Any, taken: Any, **more: Any) -> Case:
    """A case about one input."""
    return {key: refused, **more}, {key: taken, **more}


def names(limit: int, wrong: str, key: str = "name", prefix: str = "namePrefix") -> Iterator[Case]:
    """The cases of a name and of the prefix that may stand instead."""
    yield {key: "a", prefix: "b"}, {prefix: "b"}
    yield from name(limit, wrong, key)
    yield one(prefix, "a" * (limit - 25), "a" * (limit - 26))
    yield one(prefix, wrong, "right")


def name(limit: int, wrong: str, key: str = "name") -> Iterator[Case]:
    """The cases of a name."""
    yield one(key, "a" * (limit + 1), "a" * limit)
    yield one(key, wrong, "right")


def within(key: str, part: str, refused: Any, taken: Any) -> Case:
    """A case about one part of an object."""
    return {key: {part: refused}}, {key: {part: taken}}


GROUP_RULE: list[Case] = [
    ({"cidrIpv6": "fd00::/64"}, {}),
    one("cidrIpv4", "10.0.0.1/8", "10.0.0.0/8"),
    one("cidrIpv6", "fd00::1/64", "fd00::/64", cidrIpv4=None),
    one("fromPort", 65536, 65535),
    one("toPort", -2, -1),
    one("fromPort", None, 22),
    one("toPort", None, 22),
    one("fromPort", 22, None, ipProtocol="-1", toPort=None),
    one("toPort", 22, -1, ipProtocol="-1", fromPort=None),
    one("description", "a" * 256, "a" * 255),
    one("description", "what?", "from: [all]"),
]
PATH: list[Case] = [one("path", "/" * 513, "/" * 512), one("path", "hpc/", "/hpc/")]

ALIAS = {"name": "lb.example", "zoneId": "Z2", "evaluateTargetHealth": True}
BALANCER = [one("name", None, "right"), *name(32, "-wrong")]
LB_ARN = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/ldaps/0123456789abcdef"
GROUP_ARN = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/ldaps/0123456789abcdef"
CERTIFICATE_ARN = "arn:aws:acm:eu-central-1:123456789012:certificate/0123"
PEM = "-----BEGIN {0}-----\nMIG\n-----END {0}-----\n"
FORWARD = {"type": "forward", "targetGroupArn": GROUP_ARN}


CASES: dict[str, list[Case]] = {
    "aws:acm/certificate:Certificate": [
        one("privateKey", None, PEM.format("PRIVATE KEY")),
        one("certificateBody", None, PEM.format("CERTIFICATE")),
        one("certificateBody", "MIG", PEM.format("CERTIFICATE")),
        one("certificateBody", PEM.format("CERTIFICATE") + " " * 32768, PEM.format("CERTIFICATE")),
        one("privateKey", PEM.format("ENCRYPTED DATA"), PEM.format("EC PRIVATE KEY")),
    ],
    "aws:cloudwatch/logGroup:LogGroup": [*name(512, "a b"), one("retentionInDays", 15, 14)],
    "aws:cloudwatch/metricAlarm:MetricAlarm": [
        *name(255, ""),
        one("comparisonOperator", None, "GreaterThanThreshold"),
        one("comparisonOperator", "Greater", "GreaterThanThreshold"),
        one("metricName", None, "StatusCheckFailed"),
        one("metricName", "a" * 256, "a" * 255),
        one("namespace", None, "AWS/EC2"),
        one("statistic", None, "Maximum"),
        one("statistic", "Median", "Maximum"),
        one("period", None, 60),
        one("evaluationPeriods", None, 2),
        one("evaluationPeriods", 0, 1),
        one("threshold", None, 1),
        one("treatMissingData", "good", "breaching"),
        one("alarmDescription", "a" * 1025, "a" * 1024),
        one("alarmActions", ["arn:aws:sns:eu-central-1:123456789012:x"] * 6, []),
    ],
    "aws:directoryservice/directory:Directory": [
        one("type", "ADConnector", "MicrosoftAD"),
        one("size", "Medium", "Large"),
        one("edition", "Cheap", "Standard", type="MicrosoftAD"),
        one("name", "corp.example.com.", "corp.example.com"),
        one("vpcSettings", None, NETWORK),
        one("vpcSettings", {**NETWORK, "subnetIds": ["subnet-1"] * 2}, NETWORK),
        one("password", secret("onlysmalls"), secret("Small-and-Big-1")),
        one("shortName", "CO:RP", "CORP"),
        one("description", "a" * 129, "a" * 128),
    ],
    "aws:ec2/eip:Eip": [one("domain", "standard", "vpc")],
    "aws:ec2/instance:Instance": [
        one("ami", None, "ami-1"),
        one("instanceType", None, "t3.micro"),
        one("userData", "é" * 8193, "é" * 8192),
        within("metadataOptions", "httpTokens", "always", "required"),
        within("metadataOptions", "httpEndpoint", "on", "enabled"),
        within("metadataOptions", "httpProtocolIpv6", "on", "disabled"),
        within("metadataOptions", "instanceMetadataTags", "on", "enabled"),
        within("metadataOptions", "httpPutResponseHopLimit", 65, 64),
        within("rootBlockDevice", "volumeType", "gp4", "gp3"),
        within("rootBlockDevice", "volumeSize", 0, 1),
        within("rootBlockDevice", "throughput", 124, 125),
    ],
    "aws:ec2/internetGateway:InternetGateway": [],
    "aws:ec2/keyPair:KeyPair": [
        one("keyName", "a" * 256, "a" * 255),
        one("publicKey", "-----BEGIN PUBLIC KEY-----", "ssh-ed25519 AAAA me@here"),
    ],
    "aws:ec2/natGateway:NatGateway": [
        one("connectivityType", "shared", "public"),
        one("allocationId", None, "eipalloc-1"),
        one("allocationId", "eipalloc-1", None, connectivityType="private"),
        one("subnetId", None, "subnet-1"),
    ],
    "aws:ec2/route:Route": [
        one("destinationCidrBlock", None, "0.0.0.0/0"),
        one("destinationCidrBlock", "10.0.0.1/16", "10.0.0.0/16"),
        one("natGatewayId", "nat-1", None),
    ],
    "aws:ec2/routeTable:RouteTable": [],
    "aws:ec2/routeTableAssociation:RouteTableAssociation": [one("subnetId", None, "subnet-1")],
    "aws:ec2/securityGroup:SecurityGroup": [
        *names(255, "sg-mine"),
        one("name", "naïve", "nodes"),
        one("description", "a" * 256, "a" * 255),
        one("description", "", "a"),
        one("description", "what?", "nodes (all)"),
    ],
    "aws:ec2/subnet:Subnet": [
        one("cidrBlock", None, "10.0.0.0/24"),
        one("cidrBlock", "10.0.0.1/24", "10.0.0.0/24"),
        one("cidrBlock", "10.0.0.0/29", "10.0.0.0/28"),
    ],
    "aws:ec2/vpc:Vpc": [
        one("cidrBlock", None, "10.0.0.0/16"),
        one("cidrBlock", "10.0.0.0/15", "10.0.0.0/16"),
        one("instanceTenancy", "host", "dedicated"),
    ],
    "aws:ec2/managedPrefixList:ManagedPrefixList": [
        one("name", None, "sources"),
        *name(255, "com.amazonaws.sources"),
        one("addressFamily", "IPv5", "IPv6"),
        one("maxEntries", 1001, 1000),
        one("entries", [{"cidr": "10.0.0.1/16"}], [{"cidr": "10.0.0.0/16"}]),
        one("entries", [{"cidr": "10.0.0.0/16"}], [{"cidr": "fd00::/64"}], addressFamily="IPv6"),
        one(
            "entries",
            [{"cidr": "10.0.0.0/16", "description": "a" * 256}],
            [{"cidr": "10.0.0.0/16", "description": "a"}],
        ),
    ],
    "aws:ec2/vpcEndpoint:VpcEndpoint": [
        one("serviceName", None, "com.amazonaws.eu-central-1.s3"),
        one("vpcEndpointType", "Resource", "Interface"),
        one("subnetIds", ["subnet-1"], []),
        one("securityGroupIds", ["sg-1"], []),
        one("privateDnsEnabled", True, False),
        one("routeTableIds", ["rtb-1"], None, vpcEndpointType="Interface"),
        one("policy", "{", POLICY),
    ],
    "aws:efs/fileSystem:FileSystem": [
        one("creationToken", "a" * 65, "a" * 64),
        one("performanceMode", "fast", "maxIO"),
        one("throughputMode", "provisioned", "elastic"),
        one("performanceMode", "maxIO", "generalPurpose", throughputMode="elastic"),
        one("lifecyclePolicies", [{}] * 4, [{}] * 3),
        one("lifecyclePolicies", [{}, {"transitionToIa": "AFTER_2_DAYS"}], [{"transitionToIa": "AFTER_1_DAY"}]),
        one("lifecyclePolicies", [{"transitionToArchive": "NEVER"}], [{"transitionToArchive": "AFTER_90_DAYS"}]),
        one(
            "lifecyclePolicies",
            [{"transitionToPrimaryStorageClass": "AFTER_2_ACCESSES"}],
            [{"transitionToPrimaryStorageClass": "AFTER_1_ACCESS"}],
        ),
    ],
    "aws:efs/mountTarget:MountTarget": [one("securityGroups", ["sg-1"] * 6, ["sg-1"] * 5)],
    "aws:iam/instanceProfile:InstanceProfile": [*names(128, "a b"), *PATH],
    "aws:iam/policy:Policy": [
        *names(128, "a b"),
        *PATH,
        one("description", "a" * 1001, "a" * 1000),
        one("policy", "[]", POLICY),
    ],
    "aws:iam/role:Role": [
        *names(64, "a b"),
        *PATH,
        one("description", "a" * 1001, "a" * 1000),
        one("maxSessionDuration", 43201, 43200),
        one("permissionsBoundary", "boundary", ARN),
        one("assumeRolePolicy", "no json", POLICY),
    ],
    "aws:iam/rolePolicy:RolePolicy": [*name(128, "a b"), one("role", ARN, "x"), one("policy", "{", POLICY)],
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": [
        one("policyArn", "AmazonSSMManagedInstanceCore", "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"),
        one("role", ARN, "x"),
    ],
    "aws:rds/instance:Instance": [
        one("identifier", "a--b", "a-b"),
        one("identifier", "a" * 64, "a" * 63),
        one("engine", None, "postgres"),
        one("allocatedStorage", None, 20),
        one("username", None, "slurm"),
        one("password", None, "a-long-password"),
        one("username", "a" * 17, "a" * 16),
        one("dbName", "1st", "first"),
        one("password", secret("short"), secret("longer-than-that"), engine="postgres"),
        one("password", secret("a" * 42), secret("a" * 41)),
        one("password", secret("slash/slash"), secret("point.point")),
        one("storageType", "gp4", "gp3"),
        one("allocatedStorage", 19, 20),
        one("allocatedStorage", 4, 5, storageType="standard"),
        one("allocatedStorage", 99, 100, storageType="io2"),
        one("maxAllocatedStorage", 19, 20),
        one("backupRetentionPeriod", 36, 35),
        one("backupWindow", "9:46-10:16", "09:46-10:16"),
        one("maintenanceWindow", "05:00-06:00", "Sun:05:00-Sun:06:00"),
        one("finalSnapshotIdentifier", "final-", "final"),
        one("finalSnapshotIdentifier", "a" * 256, "a" * 255),
        one("finalSnapshotIdentifier", None, "final", skipFinalSnapshot=False),
    ],
    "aws:rds/parameterGroup:ParameterGroup": [
        *name(255, "a--b"),
        one(
            "parameters",
            [{"name": "a", "value": "b", "applyMethod": "later"}],
            [{"name": "a", "value": "b", "applyMethod": "immediate"}],
        ),
    ],
    "aws:lb/listener:Listener": [
        one("loadBalancerArn", "ldaps", LB_ARN),
        one("port", None, 636),
        one("port", 65536, 65535),
        one("protocol", None, "TLS"),
        one("protocol", "HTTPS", "TLS"),
        one("certificateArn", None, CERTIFICATE_ARN),
        one("certificateArn", "ours", CERTIFICATE_ARN),
        one("certificateArn", CERTIFICATE_ARN, None, protocol="TCP"),
        one("sslPolicy", "ELBSecurityPolicy-TLS13-1-2-2021-06", None, protocol="TCP", certificateArn=None),
        one("defaultActions", [FORWARD] * 2, [FORWARD]),
        one("defaultActions", [{**FORWARD, "type": "redirect"}], [FORWARD]),
        one("defaultActions", [{**FORWARD, "targetGroupArn": "ldaps"}], [FORWARD]),
    ],
    "aws:lb/loadBalancer:LoadBalancer": [
        *BALANCER,
        one("loadBalancerType", None, "network"),
        one("loadBalancerType", "application", "network"),
        one("subnets", None, ["subnet-1"]),
        one("subnets", ["subnet-1", "subnet-1"], ["subnet-1", "subnet-2"]),
        one("securityGroups", ["sg-1"] * 6, ["sg-1"]),
    ],
    "aws:lb/targetGroup:TargetGroup": [
        *BALANCER,
        one("port", None, 389),
        one("port", 0, 1),
        one("protocol", None, "TCP"),
        one("protocol", "HTTP", "TCP"),
        one("vpcId", None, "vpc-1"),
        one("targetType", "lambda", "ip"),
        one("deregistrationDelay", 3601, 3600),
        within("healthCheck", "protocol", "HTTP", "TCP"),
        within("healthCheck", "interval", 4, 5),
        within("healthCheck", "timeout", 121, 120),
        within("healthCheck", "healthyThreshold", 1, 2),
        within("healthCheck", "unhealthyThreshold", 11, 10),
    ],
    "aws:lb/targetGroupAttachment:TargetGroupAttachment": [
        one("targetGroupArn", "ldaps", GROUP_ARN),
        one("port", None, 389),
        one("port", 65536, 65535),
    ],
    "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation": [],
    "aws:ec2/vpcDhcpOptions:VpcDhcpOptions": [
        one("domainNameServers", None, ["10.0.0.2"]),
        one("domainNameServers", ["10.0.0.2"] * 5, ["10.0.0.2"] * 4),
        one("ntpServers", ["10.0.0.2"] * 5, ["10.0.0.2"] * 4),
    ],
    "aws:rds/subnetGroup:SubnetGroup": [*name(255, "default")],
    "aws:route53/resolverEndpoint:ResolverEndpoint": [
        one("name", "a" * 65, "a" * 64),
        one("direction", "INBOUND", "OUTBOUND"),
        one("ipAddresses", [{"subnetId": "subnet-1"}], [{"subnetId": "subnet-1"}] * 2),
        one("securityGroupIds", [], ["sg-1"]),
    ],
    "aws:route53/resolverRule:ResolverRule": [
        one("name", "a" * 65, "a" * 64),
        one("domainName", "a" * 257, "a" * 256),
        one("ruleType", "SYSTEM", "FORWARD"),
        one("resolverEndpointId", None, "rslvr-out-1"),
        one("targetIps", None, [{"ip": "10.0.0.2"}]),
    ],
    "aws:route53/resolverRuleAssociation:ResolverRuleAssociation": [one("name", "a" * 65, "a" * 64)],
    "aws:route53/record:Record": [
        one("type", "TXT", "SRV"),
        one("records", None, ["10.0.0.1"]),
        one("aliases", [ALIAS] * 2, [ALIAS], records=None, ttl=None),
        one("ttl", None, 60),
        one("ttl", 60, None, records=None, aliases=[ALIAS]),
        one("ttl", -1, 0),
        one("records", [], ["10.0.0.1"]),
    ],
    "aws:route53/zone:Zone": [
        one("name", None, "a.example"),
        one("name", "a" * 1025, "a.example"),
        one("comment", "a" * 257, "a" * 256),
        one("vpcs", None, [{"vpcId": "vpc-1"}]),
        one("vpcs", [], [{"vpcId": "vpc-1"}]),
    ],
    "aws:s3/bucket:Bucket": [
        ({"bucket": "one", "bucketPrefix": "two"}, {"bucketPrefix": "two"}),
        one("bucket", "a" * 64, "a" * 63),
        one("bucketPrefix", "a" * 38, "a" * 37),
        one("bucket", "a--x-s3", "a-x-s3"),
        one("bucket", "10.0.0.1", "10-0-0-1"),
    ],
    "aws:s3/bucketObjectv2:BucketObjectv2": [
        one("key", None, "k"),
        one("key", "é" * 513, "é" * 512),
        one("source", PropertyValue(pulumi.StringAsset("x")), None),
        one("tags", {f"k{n}": "v" for n in range(11)}, {f"k{n}": "v" for n in range(10)}),
    ],
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": [
        within("rule", "objectOwnership", "Nobody", "BucketOwnerEnforced")
    ],
    "aws:s3/bucketPolicy:BucketPolicy": [one("policy", "{", POLICY)],
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": [],
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [
        one("rules", [{}, {}], [{}]),
        one(
            "rules",
            [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "ROT13"}}],
            [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}],
        ),
        one("rules", [{"blockedEncryptionTypes": ["SSE-C"]}], [{}]),
    ],
    "aws:s3/bucketVersioning:BucketVersioning": [
        within("versioningConfiguration", "status", "Disabled", "Suspended"),
        one("versioningConfiguration", {"status": "Enabled", "mfaDelete": "Enabled"}, {"status": "Enabled"}),
    ],
    "aws:secretsmanager/secret:Secret": [
        *names(512, "a b"),
        one("recoveryWindowInDays", 6, 0),
        one("description", "a" * 2049, "a" * 2048),
    ],
    "aws:secretsmanager/secretVersion:SecretVersion": [
        one("secretString", None, "x"),
        one("secretString", secret("é" * 32769), secret("é" * 32768)),
    ],
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": GROUP_RULE,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": GROUP_RULE,
}

GOOD: dict[str, Inputs] = {
    "aws:cloudwatch/metricAlarm:MetricAlarm": {
        "comparisonOperator": "GreaterThanThreshold",
        "metricName": "StatusCheckFailed",
        "namespace": "AWS/EC2",
        "statistic": "Maximum",
        "period": 60,
        "evaluationPeriods": 2,
        "threshold": 0,
    },
    "aws:directoryservice/directory:Directory": {"name": "a.b", "password": "Pass-word-1", "vpcSettings": NETWORK},
    "aws:ec2/instance:Instance": {"ami": "ami-1", "instanceType": "t3.micro"},
    "aws:ec2/keyPair:KeyPair": {"publicKey": "ssh-ed25519 AAAA"},
    "aws:ec2/natGateway:NatGateway": {"subnetId": "subnet-1", "allocationId": "eipalloc-1"},
    "aws:ec2/route:Route": {"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"},
    "aws:ec2/routeTable:RouteTable": {"vpcId": "vpc-1"},
    "aws:ec2/routeTableAssociation:RouteTableAssociation": {"routeTableId": "rtb-1", "subnetId": "subnet-1"},
    "aws:ec2/subnet:Subnet": {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24"},
    "aws:ec2/vpc:Vpc": {"cidrBlock": "10.0.0.0/16"},
    "aws:ec2/managedPrefixList:ManagedPrefixList": {"name": "sources", "addressFamily": "IPv4", "maxEntries": 5},
    "aws:ec2/vpcEndpoint:VpcEndpoint": {"vpcId": "vpc-1", "serviceName": "com.amazonaws.eu-central-1.s3"},
    "aws:efs/mountTarget:MountTarget": {"fileSystemId": "fs-1", "subnetId": "subnet-1"},
    "aws:iam/policy:Policy": {"policy": POLICY},
    "aws:iam/role:Role": {"assumeRolePolicy": POLICY},
    "aws:iam/rolePolicy:RolePolicy": {"role": "x", "policy": POLICY},
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {"role": "x", "policyArn": "arn:aws:iam::aws:policy/x"},
    "aws:acm/certificate:Certificate": {
        "certificateBody": PEM.format("CERTIFICATE"),
        "privateKey": PEM.format("PRIVATE KEY"),
    },
    "aws:lb/listener:Listener": {
        "loadBalancerArn": LB_ARN,
        "port": 636,
        "protocol": "TLS",
        "certificateArn": CERTIFICATE_ARN,
        "defaultActions": [FORWARD],
    },
    "aws:lb/loadBalancer:LoadBalancer": {"name": "ldaps", "loadBalancerType": "network", "subnets": ["subnet-1"]},
    "aws:lb/targetGroup:TargetGroup": {"name": "ldaps", "port": 389, "protocol": "TCP", "vpcId": "vpc-1"},
    "aws:lb/targetGroupAttachment:TargetGroupAttachment": {
        "targetGroupArn": GROUP_ARN,
        "targetId": "10.0.0.1",
        "port": 389,
    },
    "aws:ec2/vpcDhcpOptions:VpcDhcpOptions": {"domainNameServers": ["10.0.0.2"]},
    "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation": {"dhcpOptionsId": "dopt-1", "vpcId": "vpc-1"},
    "aws:route53/resolverEndpoint:ResolverEndpoint": {
        "direction": "OUTBOUND",
        "ipAddresses": [{"subnetId": "subnet-1"}, {"subnetId": "subnet-2"}],
        "securityGroupIds": ["sg-1"],
    },
    "aws:route53/resolverRule:ResolverRule": {
        "domainName": "a.example",
        "ruleType": "FORWARD",
        "resolverEndpointId": "rslvr-out-1",
        "targetIps": [{"ip": "10.0.0.2"}],
    },
    "aws:route53/resolverRuleAssociation:ResolverRuleAssociation": {"resolverRuleId": "rslvr-rr-1", "vpcId": "vpc-1"},
    "aws:rds/instance:Instance": {
        "engine": "mysql",
        "instanceClass": "db.t3.micro",
        "allocatedStorage": 20,
        "username": "slurm",
        "password": "a-long-password",
        "skipFinalSnapshot": True,
    },
    "aws:rds/parameterGroup:ParameterGroup": {"family": "mysql8.4"},
    "aws:rds/subnetGroup:SubnetGroup": {"subnetIds": ["subnet-1", "subnet-2"]},
    "aws:route53/record:Record": {"zoneId": "Z1", "name": "a", "type": "A", "ttl": 60, "records": ["10.0.0.1"]},
    "aws:route53/zone:Zone": {"name": "a.example", "vpcs": [{"vpcId": "vpc-1"}]},
    "aws:s3/bucketObjectv2:BucketObjectv2": {"bucket": "b", "key": "k", "content": "x"},
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
        "bucket": "b",
        "rule": {"objectOwnership": "ObjectWriter"},
    },
    "aws:s3/bucketPolicy:BucketPolicy": {"bucket": "b", "policy": POLICY},
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {"bucket": "b"},
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
        "bucket": "b",
        "rules": [{}],
    },
    "aws:s3/bucketVersioning:BucketVersioning": {"bucket": "b", "versioningConfiguration": {"status": "Enabled"}},
    "aws:secretsmanager/secretVersion:SecretVersion": {"secretId": "s", "secretString": "x"},
    **{
        f"aws:vpc/securityGroup{direction}Rule:SecurityGroup{direction}Rule": {
            "securityGroupId": "sg-1",
            "ipProtocol": "tcp",
            "fromPort": 22,
            "toPort": 22,
            "cidrIpv4": "10.0.0.0/8",
        }
        for direction in ("Egress", "Ingress")
    },
}
"""Inputs that no rule refuses, where none at all would not do."""
