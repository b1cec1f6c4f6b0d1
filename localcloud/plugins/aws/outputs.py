"""Outputs that the SDK declares as always there and AWS does not fill: what is empty, and what the stand-in leaves out.

An output is empty, as the official plugin has it, where it belongs to something that the inputs of the stand-in cannot
ask for, or that is not so here: no address, no prefix of a name. It is left out where AWS would tell something, for the
reason given. A test compares both tables with what the types report.
"""

from collections.abc import Mapping

from localcloud.plugins.kinds import Field
from localcloud.plugins.values import Plain

_ZEROS = {"string": "", "integer": 0, "number": 0, "boolean": False, "list": [], "map": {}}

_NETWORK = {
    "aws:ec2/vpc:Vpc": "enableNetworkAddressUsageMetrics ipv6AssociationId ipv6CidrBlock ipv6CidrBlockNetworkBorderGroup",
    "aws:ec2/subnet:Subnet": "ipv6CidrBlock ipv6CidrBlockAssociationId",
    "aws:ec2/internetGateway:InternetGateway": "vpcId",
    "aws:ec2/eip:Eip": "associationId carrierIp customerOwnedIp instance ipamPoolId networkInterface"
    " privateDns privateIp ptrRecord",
    "aws:ec2/natGateway:NatGateway": "associationId autoProvisionZones autoScalingIps publicIp regionalNatGatewayAddresses"
    " regionalNatGatewayAutoMode routeTableId secondaryAllocationIds secondaryPrivateIpAddressCount"
    " secondaryPrivateIpAddresses",
    "aws:ec2/networkInterface:NetworkInterface": "enablePrimaryIpv6 ipv4PrefixCount ipv4Prefixes ipv6AddressCount ipv6AddressLists"
    " ipv6Addresses ipv6PrefixCount ipv6Prefixes outpostArn privateDnsName",
    "aws:ec2/routeTable:RouteTable": "propagatingVgws",
    "aws:ec2/route:Route": "instanceId instanceOwnerId networkInterfaceId",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "networkInterfaceIds policy routeTableIds securityGroupIds subnetIds",
    "aws:ec2/securityGroup:SecurityGroup": "namePrefix",
    "aws:ec2/keyPair:KeyPair": "keyNamePrefix",
}
_MACHINES = {
    "aws:ec2/instance:Instance": "disableApiStop ebsBlockDevices ebsOptimized enablePrimaryIpv6 ephemeralBlockDevices hostId"
    " hostResourceGroupArn instanceLifecycle ipv6AddressCount ipv6Addresses keyName networkInterfaces"
    " outpostArn passwordData placementGroup placementGroupId placementPartitionNumber publicDns publicIp"
    " secondaryNetworkInterfaces secondaryPrivateIps securityGroups spotInstanceRequestId userDataBase64",
    "aws:iam/instanceProfile:InstanceProfile": "namePrefix",
    "aws:iam/policy:Policy": "namePrefix",
    "aws:iam/role:Role": "namePrefix",
    "aws:iam/rolePolicy:RolePolicy": "namePrefix",
}
_SERVICES = {
    "aws:budgets/budget:Budget": "namePrefix",
    "aws:cloudwatch/logGroup:LogGroup": "deletionProtectionEnabled namePrefix",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "evaluateLowSampleCountPercentiles",
    "aws:directoryservice/directory:Directory": "desiredNumberOfDomainControllers edition size",
    "aws:efs/fileSystem:FileSystem": "availabilityZoneId availabilityZoneName name",
    "aws:efs/mountTarget:MountTarget": "ipv6Address",
    "aws:fsx/lustreFileSystem:LustreFileSystem": "autoImportPolicy exportPath importedFileChunkSize",
    "aws:fsx/ontapFileSystem:OntapFileSystem": "endpointIpAddressRange routeTableIds",
    "aws:fsx/ontapVolume:OntapVolume": "flexcacheEndpointType",
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": "endpointIpAddressRange routeTableIds",
    "aws:rds/instance:Instance": "characterSetName dbName domainFqdn identifierPrefix iops kmsKeyId listenerEndpoints"
    " masterUserSecretKmsKeyId masterUserSecrets monitoringRoleArn ncharCharacterSetName performanceInsightsKmsKeyId"
    " performanceInsightsRetentionPeriod replicaMode replicas snapshotIdentifier storageThroughput timezone",
    "aws:rds/parameterGroup:ParameterGroup": "namePrefix",
    "aws:rds/subnetGroup:SubnetGroup": "namePrefix",
    "aws:route53/zone:Zone": "enableAcceleratedRecovery",
    "aws:s3/bucket:Bucket": "accelerationStatus bucketPrefix corsRules lifecycleRules objectLockEnabled websiteDomain"
    " websiteEndpoint",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "expectedBucketOwner",
    "aws:s3/bucketObjectv2:BucketObjectv2": "bucketKeyEnabled kmsKeyId versionId",
    "aws:secretsmanager/secret:Secret": "namePrefix policy",
    "aws:secretsmanager/secretVersion:SecretVersion": "hasSecretStringWo",
    "aws:sns/topic:Topic": "beginningArchiveTime fifoThroughputScope namePrefix",
    "aws:sns/topicSubscription:TopicSubscription": "filterPolicyScope",
}
_NAMES = {
    "aws:route53/resolverEndpoint:ResolverEndpoint": "rniEnhancedMetricsEnabled targetNameServerMetricsEnabled",
}
_BALANCING = {
    "aws:acm/certificate:Certificate": "domainValidationOptions pendingRenewal renewalSummaries validationEmails validationMethod",
    "aws:lb/loadBalancer:LoadBalancer": "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic namePrefix"
    " secondaryIpsAutoAssignedPerSubnet",
    "aws:lb/targetGroup:TargetGroup": "loadBalancerArns loadBalancingAlgorithmType loadBalancingAnomalyMitigation namePrefix"
    " protocolVersion",
    "aws:lb/listener:Listener": "sslPolicy",
}
EMPTY = {
    token: frozenset(names.split())
    for token, names in {**_NETWORK, **_MACHINES, **_SERVICES, **_BALANCING, **_NAMES}.items()
}

_OPTIONS = "options of instances that the stand-in does not take"
_APART = "set by a resource of its own, which would change this one's state"
_UNTOLD = "the emulator does not tell it"
_MTLS = tuple(f"Clientcert{part}" for part in ("", "Issuer", "Leaf", "SerialNumber", "Subject", "Validity"))
_ACCESS = tuple(f"Allow{part}" for part in ("Credentials", "Headers", "Methods", "Origin"))
_HTTP = (
    *(f"routingHttpRequestXAmznMtls{one}HeaderName" for one in _MTLS),
    *(f"routingHttpRequestXAmznTls{one}HeaderName" for one in ("CipherSuite", "Version")),
    *(f"routingHttpResponseAccessControl{one}HeaderValue" for one in (*_ACCESS, "ExposeHeaders", "MaxAge")),
    *(f"routingHttpResponse{one}HeaderValue" for one in ("ContentSecurityPolicy", "StrictTransportSecurity")),
    *(f"routingHttpResponseX{one}HeaderValue" for one in ("ContentTypeOptions", "FrameOptions")),
    "routingHttpResponseServerEnabled",
)
_NOT_TAKEN = "an option that the stand-in does not take"
LEFT_OUT: dict[str, dict[str, str]] = {
    "aws:acm/certificate:Certificate": {"options": _UNTOLD},
    "aws:route53/resolverEndpoint:ResolverEndpoint": dict.fromkeys(("protocols", "resolverEndpointType"), _UNTOLD),
    "aws:lb/listener:Listener": {
        **dict.fromkeys(_HTTP, "of listeners for HTTP"),
        "mutualAuthentication": "of listeners for HTTPS",
        "tcpIdleTimeoutSeconds": _NOT_TAKEN,
    },
    "aws:lb/loadBalancer:LoadBalancer": {"enablePrefixForIpv6SourceNat": _UNTOLD},
    "aws:lb/targetGroup:TargetGroup": dict.fromkeys(
        ("preserveClientIp", "stickiness", "targetFailovers", "targetGroupHealth", "targetHealthStates"), _NOT_TAKEN
    ),
    "aws:sns/topic:Topic": dict.fromkeys(("maximumMessageSize", "tracingConfig"), _UNTOLD),
    "aws:directoryservice/directory:Directory": {"shortName": "AWS makes it of the name; " + _UNTOLD},
    "aws:ec2/instance:Instance": {
        **dict.fromkeys(("capacityReservationSpecification", "cpuOptions", "enclaveOptions"), _OPTIONS),
        **dict.fromkeys(("instanceMarketOptions", "maintenanceOptions", "privateDnsNameOptions"), _OPTIONS),
        "instanceInitiatedShutdownBehavior": _OPTIONS,
    },
    "aws:ec2/networkInterface:NetworkInterface": dict.fromkeys(
        ("connectionTrackingSpecification", "enaSrdSpecification"), _NOT_TAKEN
    ),
    "aws:ec2/routeTable:RouteTable": {"routes": _APART},
    "aws:ec2/securityGroup:SecurityGroup": {"egress": _APART, "ingress": _APART},
    "aws:ec2/vpcEndpoint:VpcEndpoint": dict.fromkeys(
        ("cidrBlocks", "dnsOptions", "prefixListId", "subnetConfigurations"), _UNTOLD
    ),
    "aws:efs/fileSystem:FileSystem": {"kmsKeyId": _UNTOLD, "protection": _UNTOLD},
    "aws:efs/mountTarget:MountTarget": {"ipAddressType": _UNTOLD},
    "aws:fsx/lustreFileSystem:LustreFileSystem": {"kmsKeyId": _UNTOLD, "metadataConfiguration": _UNTOLD},
    "aws:fsx/ontapFileSystem:OntapFileSystem": {"kmsKeyId": _UNTOLD, "networkType": _UNTOLD},
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": {"kmsKeyId": _UNTOLD, "networkType": _UNTOLD},
    "aws:iam/role:Role": {"inlinePolicies": _APART, "managedPolicyArns": _APART},
    "aws:rds/instance:Instance": dict.fromkeys(
        (
            "backupTarget",
            "databaseInsightsMode",
            "engineLifecycleSupport",
            "hostedZoneId",
            "latestRestorableTime",
            "networkType",
            "optionGroupName",
            "upgradeRolloutOrder",
        ),
        _UNTOLD,
    ),
    "aws:s3/bucket:Bucket": {
        **dict.fromkeys(("acl", "grants", "logging", "policy", "replicationConfiguration", "requestPayer"), _APART),
        **dict.fromkeys(("objectLockConfiguration", "serverSideEncryptionConfiguration", "versioning"), _APART),
        "bucketNamespace": _UNTOLD,
        "hostedZoneId": _UNTOLD,
        "website": _APART,
    },
    "aws:s3/bucketObjectv2:BucketObjectv2": {
        "acl": "the stand-in does not take it",
        **{f"checksum{kind}": "not asked for" for kind in ("Crc32", "Crc32c", "Crc64nvme", "Sha1", "Sha256")},
    },
}
_UNASKED = "nothing here asks for it"
_FUNCTIONS = {
    "aws:ec2/getAmi:getAmi": "deprecationTime enaSupport imdsSupport kernelId lastLaunchedTime platform platformDetails"
    " productCodes ramdiskId rootSnapshotId sriovNetSupport stateReason tpmSupport usageOperation",
    "aws:ec2/getInstanceType:getInstanceType": "autoRecoverySupported bandwidthWeightings bootModes"
    " dedicatedHostsSupported defaultNetworkCardIndex ebsEncryptionSupport ebsNvmeSupport ebsOptimizedSupport"
    " ebsPerformanceBaselineBandwidth ebsPerformanceBaselineIops ebsPerformanceBaselineThroughput"
    " ebsPerformanceMaximumBandwidth ebsPerformanceMaximumIops ebsPerformanceMaximumThroughput efaMaximumInterfaces"
    " enaSrdSupported encryptionInTransitSupported fpgas freeTierEligible hibernationSupported inferenceAccelerators"
    " instanceDisks maximumIpv6AddressesPerInterface mediaAccelerators networkCards neuronDevices nitroEnclavesSupport"
    " nitroTpmSupport nitroTpmSupportedVersions phcSupport supportedCpuFeatures supportedPlacementStrategies"
    " supportedRootDeviceTypes supportedUsagesClasses supportedVirtualizationTypes sustainedClockSpeed totalFpgaMemory"
    " totalGpuMemory totalInferenceMemory totalInstanceStorage totalMediaMemory totalNeuronDeviceMemory validCores"
    " validThreadsPerCores",
    "aws:ec2/getSubnet:getSubnet": "customerOwnedIpv4Pool enableDns64 enableLniAtDeviceIndex ipv6CidrBlock"
    " enableResourceNameDnsARecordOnLaunch enableResourceNameDnsAaaaRecordOnLaunch ipv6CidrBlockAssociationId ipv6Native"
    " mapCustomerOwnedIpOnLaunch outpostArn privateDnsHostnameTypeOnLaunch",
    "aws:ec2/getVpc:getVpc": "enableNetworkAddressUsageMetrics ipv6AssociationId ipv6CidrBlock ipv6CidrBlockAssociations",
    "aws:secretsmanager/getSecretVersion:getSecretVersion": "secretBinary",
}
LEFT_OUT |= {token: dict.fromkeys(names.split(), _UNASKED) for token, names in _FUNCTIONS.items()}


def fill(token: str, declared: Mapping[str, Field], state: Plain, inputs: Plain) -> None:
    """Add to a state what is empty, each as its kind has it."""
    for key in EMPTY.get(token, ()):
        if state.get(key) is None and key not in inputs:
            state[key] = _ZEROS[declared[key].kind.name]
