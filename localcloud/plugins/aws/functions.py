"""The functions of pulumi-aws that the program calls."""

import re
from typing import Any

from localcloud.plugins.aws.base import picked
from localcloud.plugins.aws.client import Aws, tag_map
from localcloud.plugins.resource import Function, PluginError
from localcloud.plugins.values import Plain

_OWNED_FILTERS = {"image-id", "owner-id", "owner-alias"}


class GetCallerIdentity(Function[Aws]):
    token, inputs = "aws:index/getCallerIdentity:getCallerIdentity", frozenset[str]()

    def call(self, context: Aws, arguments: Plain) -> Plain:
        found = context.client("sts").get_caller_identity()
        return {"id": found["Account"]} | picked(found, accountId="Account", arn="Arn", userId="UserId")


class GetRegion(Function[Aws]):
    token, inputs = "aws:index/getRegion:getRegion", frozenset[str]()

    def call(self, context: Aws, arguments: Plain) -> Plain:
        region = context.region
        endpoint = f"ec2.{region}.amazonaws.com"
        return {"id": region, "name": region, "region": region, "endpoint": endpoint, "description": region}


class GetPartition(Function[Aws]):
    token, inputs = "aws:index/getPartition:getPartition", frozenset[str]()

    def call(self, context: Aws, arguments: Plain) -> Plain:
        partition = context.partition
        suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
        reverse = ".".join(reversed(suffix.split(".")))
        return {"id": partition, "partition": partition, "dnsSuffix": suffix, "reverseDnsPrefix": reverse}


class GetAvailabilityZones(Function[Aws]):
    token = "aws:index/getAvailabilityZones:getAvailabilityZones"
    inputs = frozenset({"state", "filters", "excludeNames", "excludeZoneIds", "allAvailabilityZones"})

    def call(self, context: Aws, arguments: Plain) -> Plain:
        filters = _filters(arguments)
        if "state" in arguments:
            filters.append({"Name": "state", "Values": [arguments["state"]]})
        every = arguments.get("allAvailabilityZones", False)
        found = context.client("ec2").describe_availability_zones(Filters=filters, AllAvailabilityZones=every)
        zones = [
            zone
            for zone in sorted(found["AvailabilityZones"], key=lambda zone: zone["ZoneName"])
            if zone["ZoneName"] not in arguments.get("excludeNames", [])
            and zone["ZoneId"] not in arguments.get("excludeZoneIds", [])
        ]
        names, ids = [zone["ZoneName"] for zone in zones], [zone["ZoneId"] for zone in zones]
        groups = sorted({zone.get("GroupName", context.region) for zone in zones})
        found = {"id": context.region, "region": context.region, "names": names, "zoneIds": ids, "groupNames": groups}
        return {**arguments, **found}


class GetAmi(Function[Aws]):
    token = "aws:ec2/getAmi:getAmi"
    inputs = frozenset(
        {
            "owners",
            "filters",
            "mostRecent",
            "nameRegex",
            "executableUsers",
            "includeDeprecated",
            "allowUnsafeFilter",
        }
    )

    def call(self, context: Aws, arguments: Plain) -> Plain:
        filters, recent = _filters(arguments), arguments.get("mostRecent", False)
        owned = arguments.get("owners") or _OWNED_FILTERS & {one["Name"] for one in filters}
        if recent and not owned and not arguments.get("allowUnsafeFilter"):
            raise PluginError(
                "getAmi: mostRecent without owners would take anybody's image; "
                "set owners, or filter by image-id, owner-id or owner-alias"
            )
        who = {"Owners": "owners", "ExecutableUsers": "executableUsers", "IncludeDeprecated": "includeDeprecated"}
        asked = {api: arguments[key] for api, key in who.items() if key in arguments}
        images = context.client("ec2").describe_images(Filters=filters, **asked)["Images"]
        if pattern := arguments.get("nameRegex"):
            images = [image for image in images if re.search(pattern, image.get("Name", ""))]
        if not images:
            raise PluginError("getAmi: no image matches; change owners, filters or nameRegex")
        if len(images) > 1 and not recent:
            raise PluginError(f"getAmi: {len(images)} images match; narrow the filters or set mostRecent")
        newest = max(images, key=lambda image: image.get("CreationDate", ""))
        return {**arguments, **_image(context, newest)}


class GetVpc(Function[Aws]):
    token, inputs = "aws:ec2/getVpc:getVpc", frozenset({"id", "default", "cidrBlock", "filters", "tags", "state"})

    def call(self, context: Aws, arguments: Plain) -> Plain:
        names = {"cidrBlock": "cidr", "state": "state", "default": "is-default"}
        ids = {"VpcIds": [arguments["id"]]} if "id" in arguments else {}
        ec2 = context.client("ec2")
        found = ec2.describe_vpcs(Filters=_filters(arguments, names), **ids)["Vpcs"]
        vpc = _one(found, "getVpc", "VPC")
        resource_id = vpc["VpcId"]
        support, hostnames = (
            ec2.describe_vpc_attribute(VpcId=resource_id, Attribute=f"enable{name}")[f"Enable{name}"]["Value"]
            for name in ("DnsSupport", "DnsHostnames")
        )
        main = [{"Name": "vpc-id", "Values": [resource_id]}, {"Name": "association.main", "Values": ["true"]}]
        tables = ec2.describe_route_tables(Filters=main)["RouteTables"]
        blocks = [
            {"associationId": one["AssociationId"], "cidrBlock": one["CidrBlock"], "state": "associated"}
            for one in vpc.get("CidrBlockAssociationSet", [])
        ]
        state = picked(vpc, id="VpcId", cidrBlock="CidrBlock", default="IsDefault", instanceTenancy="InstanceTenancy")
        state |= picked(vpc, dhcpOptionsId="DhcpOptionsId", ownerId="OwnerId", state="State")
        return state | {
            "arn": context.arn("ec2", f"vpc/{resource_id}"),
            "cidrBlockAssociations": blocks,
            "enableDnsSupport": support,
            "enableDnsHostnames": hostnames,
            "mainRouteTableId": tables[0]["RouteTableId"] if tables else None,
            "region": context.region,
            "tags": tag_map(vpc.get("Tags")),
        }


class GetSubnet(Function[Aws]):
    token = "aws:ec2/getSubnet:getSubnet"
    inputs = frozenset(
        {
            "id",
            "vpcId",
            "availabilityZone",
            "availabilityZoneId",
            "cidrBlock",
            "defaultForAz",
            "filters",
            "tags",
            "state",
        }
    )

    def call(self, context: Aws, arguments: Plain) -> Plain:
        names = {
            "vpcId": "vpc-id",
            "availabilityZone": "availability-zone",
            "availabilityZoneId": "availability-zone-id",
            "cidrBlock": "cidr-block",
            "defaultForAz": "default-for-az",
            "state": "state",
        }
        ids = {"SubnetIds": [arguments["id"]]} if "id" in arguments else {}
        found = context.client("ec2").describe_subnets(Filters=_filters(arguments, names), **ids)["Subnets"]
        subnet = _one(found, "getSubnet", "subnet")
        state = picked(
            subnet,
            id="SubnetId",
            vpcId="VpcId",
            cidrBlock="CidrBlock",
            availabilityZone="AvailabilityZone",
            availabilityZoneId="AvailabilityZoneId",
            availableIpAddressCount="AvailableIpAddressCount",
            defaultForAz="DefaultForAz",
            mapPublicIpOnLaunch="MapPublicIpOnLaunch",
            assignIpv6AddressOnCreation="AssignIpv6AddressOnCreation",
            ownerId="OwnerId",
            state="State",
        )
        arn = context.arn("ec2", f"subnet/{subnet['SubnetId']}")
        return state | {"arn": arn, "region": context.region, "tags": tag_map(subnet.get("Tags"))}


class GetInstanceType(Function[Aws]):
    token, inputs = "aws:ec2/getInstanceType:getInstanceType", frozenset({"instanceType"})

    def call(self, context: Aws, arguments: Plain) -> Plain:
        if "instanceType" not in arguments:
            raise PluginError("getInstanceType: instanceType is required")
        name = arguments["instanceType"]
        found = context.client("ec2").describe_instance_types(InstanceTypes=[name])["InstanceTypes"]
        kind = _one(found, "getInstanceType", "instance type")
        network, processor, cpu = (kind.get(key, {}) for key in ("NetworkInfo", "ProcessorInfo", "VCpuInfo"))
        accelerators = kind.get("GpuInfo", {})
        gpus = [
            picked(gpu, count="Count", manufacturer="Manufacturer", name="Name")
            | {"memorySize": gpu.get("MemoryInfo", {}).get("SizeInMiB")}
            for gpu in accelerators.get("Gpus", [])
        ]
        state = picked(kind, bareMetal="BareMetal", hypervisor="Hypervisor", currentGeneration="CurrentGeneration")
        state |= picked(kind, burstablePerformanceSupported="BurstablePerformanceSupported")
        state |= picked(kind, instanceStorageSupported="InstanceStorageSupported")
        state |= picked(cpu, defaultVcpus="DefaultVCpus", defaultCores="DefaultCores")
        state |= picked(cpu, defaultThreadsPerCore="DefaultThreadsPerCore", validCores="ValidCores")
        state |= picked(network, efaSupported="EfaSupported", enaSupport="EnaSupport", ipv6Supported="Ipv6Supported")
        state |= picked(network, maximumNetworkCards="MaximumNetworkCards")
        state |= picked(network, maximumNetworkInterfaces="MaximumNetworkInterfaces")
        state |= picked(network, networkPerformance="NetworkPerformance")
        state |= picked(network, maximumIpv4AddressesPerInterface="Ipv4AddressesPerInterface")
        efa = picked(network.get("EfaInfo", {}), efaMaximumInterfaces="MaximumEfaInterfaces")
        storage = picked(kind.get("InstanceStorageInfo", {}), totalInstanceStorage="TotalSizeInGB")
        memory = picked(accelerators, totalGpuMemory="TotalGpuMemoryInMiB")
        architectures = processor.get("SupportedArchitectures", [])
        extra = {"id": name, "instanceType": name, "region": context.region, "gpuses": gpus}
        size = picked(kind.get("MemoryInfo", {}), memorySize="SizeInMiB")
        return state | efa | storage | memory | size | extra | {"supportedArchitectures": architectures}


class GetSecretVersion(Function[Aws]):
    token = "aws:secretsmanager/getSecretVersion:getSecretVersion"
    inputs, secrets = frozenset({"secretId", "versionId", "versionStage"}), frozenset({"secretString"})

    def call(self, context: Aws, arguments: Plain) -> Plain:
        if "secretId" not in arguments:
            raise PluginError("getSecretVersion: secretId is required")
        which = {"VersionId": arguments["versionId"]} if "versionId" in arguments else {}
        if not which:
            which = {"VersionStage": arguments.get("versionStage", "AWSCURRENT")}
        found = context.client("secretsmanager").get_secret_value(SecretId=arguments["secretId"], **which)
        state = picked(found, arn="ARN", secretArn="ARN", secretString="SecretString", versionId="VersionId")
        return {**arguments, **state} | {
            "id": f"{arguments['secretId']}|{found['VersionId']}",
            "createdDate": found["CreatedDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "versionStages": found.get("VersionStages", []),
            "region": context.region,
        }


class GetParameter(Function[Aws]):
    token, secrets = "aws:ssm/getParameter:getParameter", frozenset({"value"})
    inputs = frozenset({"name", "withDecryption"})

    def call(self, context: Aws, arguments: Plain) -> Plain:
        if "name" not in arguments:
            raise PluginError("getParameter: name is required")
        decrypt = arguments.get("withDecryption", True)
        found = context.client("ssm").get_parameter(Name=arguments["name"], WithDecryption=decrypt)["Parameter"]
        state = picked(found, arn="ARN", type="Type", value="Value", version="Version")
        clear = {} if found["Type"] == "SecureString" else {"insecureValue": found["Value"]}
        return {"id": found["Name"], "region": context.region, **arguments, **state, **clear}


def _filters(arguments: Plain, names: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """Filters as EC2 takes them: the caller's own, one a tag, and one for each argument in `names`."""
    filters = [{"Name": one["name"], "Values": one["values"]} for one in arguments.get("filters", [])]
    filters += [{"Name": f"tag:{key}", "Values": [value]} for key, value in arguments.get("tags", {}).items()]
    for key, name in (names or {}).items():
        if key in arguments:
            value = arguments[key]
            filters.append({"Name": name, "Values": [str(value).lower() if isinstance(value, bool) else value]})
    return filters


def _one(found: list[Plain], function: str, what: str) -> Plain:
    if len(found) != 1:
        count = "no" if not found else str(len(found))
        raise PluginError(f"{function}: {count} {what} matches; exactly one must")
    return found[0]


def _image(aws: Aws, image: Plain) -> Plain:
    disks = [
        {
            "deviceName": one["DeviceName"],
            "virtualName": one.get("VirtualName", ""),
            "noDevice": one.get("NoDevice", ""),
            "ebs": {_ebs_key(key): str(value).lower() for key, value in one.get("Ebs", {}).items()},
        }
        for one in image.get("BlockDeviceMappings", [])
    ]
    state = picked(
        image,
        id="ImageId",
        imageId="ImageId",
        name="Name",
        description="Description",
        architecture="Architecture",
        creationDate="CreationDate",
        deprecationTime="DeprecationTime",
        enaSupport="EnaSupport",
        hypervisor="Hypervisor",
        imageLocation="ImageLocation",
        imageOwnerAlias="ImageOwnerAlias",
        imageType="ImageType",
        bootMode="BootMode",
        ownerId="OwnerId",
        platformDetails="PlatformDetails",
        public="Public",
        rootDeviceName="RootDeviceName",
        rootDeviceType="RootDeviceType",
        sriovNetSupport="SriovNetSupport",
        state="State",
        usageOperation="UsageOperation",
        virtualizationType="VirtualizationType",
    )
    arn = f"arn:{aws.partition}:ec2:{aws.region}::image/{image['ImageId']}"
    tags = tag_map(image.get("Tags"))
    return state | {"arn": arn, "blockDeviceMappings": disks, "tags": tags, "region": aws.region}


def _ebs_key(key: str) -> str:
    """The name of a disk's property in the provider, whose maps of disks hold text only."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", key).lower()


ALL = (
    GetCallerIdentity,
    GetRegion,
    GetPartition,
    GetAvailabilityZones,
    GetAmi,
    GetVpc,
    GetSubnet,
    GetInstanceType,
    GetSecretVersion,
    GetParameter,
)
